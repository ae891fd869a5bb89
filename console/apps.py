from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages and wire; knows HTTP, knows no SMS rule."""

    name = "console"
    default_auto_field = "django.db.models.BigAutoField"
