from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    """Forms given by data, versions, review."""

    name = "registrations"
    default_auto_field = "django.db.models.BigAutoField"
