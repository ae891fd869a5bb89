"""Who may enter which account, and how each person likes the console."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models import Account
from messaging.permissions import Role


class Membership(models.Model):
    """A person's role in an account, in all its Regions."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=13, choices=Role)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "account"], name="one_role_per_account")]


class Preferences(models.Model):
    """One person's theme, density, language, time zone and shortcuts; blank follows the browser."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences")
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.SYSTEM, blank=True)
    density = models.CharField(max_length=11, choices=Density, default=Density.COMFORTABLE)
    language = models.CharField(max_length=7, choices=settings.LANGUAGES, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    show_utc = models.BooleanField(default=False)
    single_key_shortcuts = models.BooleanField(default=True)
    navigation_collapsed = models.BooleanField(default=False)
    onboarding_dismissed = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    last_account = models.CharField(max_length=12, blank=True)
    last_region = models.CharField(max_length=24, blank=True)
