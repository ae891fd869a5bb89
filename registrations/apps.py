from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    """Forms given by data, versions, review."""

    name = "registrations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from messaging import work
        from messaging.operations import quotas, registered, reset, tags
        from registrations import models
        from registrations.operations import (
            associations,
            attachments,
            limits,
            policies,
            resetting,
            resources,
            support_decisions,
        )

        quotas.COUNTED.update(limits.COUNTED)
        for kind in (models.Registration, models.RegistrationAttachment):
            tags.TAGGABLE[kind.RESOURCE_TYPE] = kind
        registered.register(requested=associations.number_requested, released=resources.released)
        reset.register(resetting.forget_all)
        work.register_due_work(models.RegistrationVersion, policies.review_due)
        work.register_due_work(models.Registration, resources.provision_due)
        work.register_due_work(models.RegistrationAttachment, attachments.fetch_due)
        work.register_due_work(models.SupportCase, support_decisions.cases_due)
