"""What the account should know without looking for it: finished jobs, alarms, decisions; and who has read it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned


class Notification(Owned):
    """One thing that happened, told to the members of an account in a Region.

    title is a msgid (gettext_noop) and values what stands in it, so that everybody reads it in their own language; the
    values of TEXTS are msgids too. link is the name of a page of the console and what it takes after account and
    Region. recipient is the one actor it is for, blank for all. subject, where there is one, lets nothing be told
    twice: one notification per kind and subject.
    """

    class Kind(models.TextChoices):
        JOB = "JOB", _("Jobs")
        BULK_SEND = "BULK_SEND", _("Bulk sends")
        SPENDING = "SPENDING", _("Spending")
        REGISTRATION = "REGISTRATION", _("Registrations")
        SUPPORT_CASE = "SUPPORT_CASE", _("Support cases")
        PHONE_NUMBER = "PHONE_NUMBER", _("Phone numbers")
        EVENT_DESTINATION = "EVENT_DESTINATION", _("Event destinations")
        PROTECT = "PROTECT", _("Protect")
        ACCOUNT = "ACCOUNT", _("Account")

    class Severity(models.TextChoices):
        INFO = "INFO", _("For information")
        SUCCESS = "SUCCESS", _("Good news")
        WARNING = "WARNING", _("Needs attention")
        DANGER = "DANGER", _("Something failed")

    NAME_FIELD = "id"
    TEXTS: ClassVar = frozenset({"case"})

    kind = models.CharField(max_length=20, help_text="One of Kind.")
    severity = models.CharField(max_length=7, choices=Severity, default=Severity.INFO)
    title = models.CharField(max_length=300)
    values = models.JSONField(default=dict)
    link = models.JSONField(default=list)
    recipient = models.CharField(max_length=150, blank=True)
    subject = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "-id"], name="notifications_by_age")]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "subject"],
                condition=~models.Q(subject=""),
                name="one_notice_per_subject",
            )
        ]

    @property
    def words(self) -> str:
        """The title in the reader's language."""
        text = gettext(self.title)
        values = {name: gettext(value) if name in self.TEXTS else value for name, value in self.values.items()}
        return text % values if values else text


class NotificationReader(models.Model):
    """Up to where one actor has read all notifications of an account in a Region."""

    owner = models.ForeignKey("messaging.RegionalAccount", on_delete=models.CASCADE, related_name="+")
    actor = models.CharField(max_length=150)
    read_through = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "actor"], name="one_reader_per_actor")]


class NotificationRead(models.Model):
    """A single notification, beyond that point, that an actor has read."""

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="reads")
    actor = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notification", "actor"], name="read_once")]
