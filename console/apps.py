from django.apps import AppConfig
from django.conf import settings


class ConsoleConfig(AppConfig):
    """Pages and wire; knows HTTP, knows no SMS rule."""

    name = "console"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from console import (
            bulk,  # noqa: F401 - registers its job handler
            exports,  # noqa: F401 - registers its job handler
            held_uploads,
            signals,  # noqa: F401 - connects the receivers
        )
        from console.operations.members import ConsoleMembers
        from messaging import work
        from registrations.operations import four_eyes

        four_eyes.members_are_known_by(ConsoleMembers())
        work.register_sweep(held_uploads.sweep)
        if not settings.EMBEDDED:
            from console import celery  # noqa: F401 - the application that wake-ups are sent through
