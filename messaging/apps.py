from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Numbers, pools, sets, opt-outs, messages and the carrier; knows no HTTP."""

    name = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from messaging.operations import deactivation_reports, opt_out_imports  # noqa: F401 - register job handlers
