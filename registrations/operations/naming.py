"""Finding registrations, their versions and attachments by what the API calls them."""

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Invalid, NotFound, Resource
from registrations.definitions import Answers, Field, RegistrationType, Section, registration_types
from registrations.models import Registration, RegistrationAttachment, RegistrationVersion


def definition_named(registration_type: str) -> RegistrationType:
    """A registration type. Raises Invalid UNKNOWN_REGISTRATION_TYPE."""
    found = registration_types().get(registration_type)
    if found is None:
        raise Invalid(
            _("There is no registration type “%(type)s”.") % {"type": registration_type},
            reason="UNKNOWN_REGISTRATION_TYPE",
            fields={"registration_type": _("Choose one that DescribeRegistrationTypeDefinitions lists.")},
        )
    return found


def section_named(definition: RegistrationType, section_path: str) -> Section:
    """A section of a type. Raises Invalid UNKNOWN_REGISTRATION_SECTION."""
    found = definition.section(section_path)
    if found is None:
        raise Invalid(
            _("%(type)s has no section “%(section)s”.") % {"type": definition.title, "section": section_path},
            reason="UNKNOWN_REGISTRATION_SECTION",
            fields={"section_path": _("Choose one that DescribeRegistrationSectionDefinitions lists.")},
        )
    return found


def field_named(definition: RegistrationType, field_path: str) -> Field:
    """A field of a type. Raises Invalid UNKNOWN_REGISTRATION_FIELD."""
    found = definition.fields.get(field_path)
    if found is None:
        raise Invalid(
            _("%(type)s has no field “%(field)s”.") % {"type": definition.title, "field": field_path},
            reason="UNKNOWN_REGISTRATION_FIELD",
            fields={"field_path": _("Choose one that DescribeRegistrationFieldDefinitions lists.")},
        )
    return found


def registration_named(caller: Caller, registration_id: str, *, lock: bool = False) -> Registration:
    """The caller's registration by id or ARN, locked for a change on request. Raises NotFound."""
    rows = Registration.objects.for_caller(caller).select_related("owner")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row: Registration | None = rows.filter(registration_id=Registration.name_in(caller, registration_id)).first()
    if row is None:
        raise NotFound("registration", registration_id)
    return row


def version_numbered(registration: Registration, version_number: int | None = None) -> RegistrationVersion:
    """A version of a registration, the current one without a number. Raises Invalid UNKNOWN_REGISTRATION_VERSION."""
    wanted = registration.current_version_number if version_number is None else version_number
    row = registration.versions.filter(version_number=wanted).first()
    if row is None:
        raise Invalid(
            _("%(registration)s has no version %(number)s.")
            % {"registration": registration.registration_id, "number": wanted},
            reason="UNKNOWN_REGISTRATION_VERSION",
            fields={"version_number": _("Choose one that DescribeRegistrationVersions lists.")},
        )
    row.registration = registration
    return row


def attachment_named(caller: Caller, registration_attachment_id: str, *, lock: bool = False) -> RegistrationAttachment:
    """The caller's attachment by id or ARN, locked on request: for whoever uses it or deletes it. Raises NotFound."""
    row: RegistrationAttachment = RegistrationAttachment.objects.named(caller, registration_attachment_id, lock=lock)
    return row


def answers_of(version: RegistrationVersion) -> dict[str, tuple[str, ...]]:
    """Every answer of a version by its field's path. One query, unless `values__attachment` came with the row."""
    prefetched = getattr(version, "_prefetched_objects_cache", {})
    rows = version.values.all() if "values" in prefetched else version.values.select_related("attachment")
    return {row.field_path: tuple(row.answer) for row in rows}


def text(answers: Answers, field_path: str) -> str:
    """The first of an answer's texts, or nothing."""
    answer = answers.get(field_path) or ("",)
    return answer[0]


def about(registration: Registration) -> Resource:
    """A registration as what a refusal concerns."""
    return Resource("registration", registration.registration_id)
