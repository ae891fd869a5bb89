from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages and wire; knows HTTP, knows no SMS rule."""

    name = "console"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from console import signals  # noqa: F401 - connects the receivers
