"""What registrations lack to be the API's answers: ARNs under the resource's name, histories, reasons, definitions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from console.wire.presenters import NOTHING, Given, Presented
from messaging.caller import Caller
from messaging.errors import Invalid, Text
from registrations.definitions import Field, RegistrationType, Section, registration_types
from registrations.models import (
    Registration,
    RegistrationAssociation,
    RegistrationAttachment,
    RegistrationFieldValue,
    RegistrationVersion,
)
from registrations.operations.associations import presented
from registrations.operations.decisions import denied_fields, denied_reasons
from registrations.operations.naming import (
    definition_named,
    field_named,
    registration_named,
    section_named,
    version_numbered,
)

Listed = tuple[Sequence[Any], Mapping[str, Any]]


def registration(caller: Caller, row: Registration, given: Given = NOTHING) -> Any:
    """A registration."""
    arn = caller.arn(f"registration/{row.registration_id}")
    return Presented(row, registration_arn=arn, tags=given.get("tags", []))


def version(caller: Caller, row: RegistrationVersion, given: Given = NOTHING) -> Any:
    """A version as the answer of an operation on it."""
    parent = row.registration
    return Presented(
        row,
        registration_arn=caller.arn(f"registration/{parent.registration_id}"),
        registration_id=parent.registration_id,
    )


def version_of_list(caller: Caller, row: RegistrationVersion) -> Any:
    """A version in a list, with what it was returned for."""
    return Presented(row, denied_reasons=_reasons(row))


def _reasons(row: RegistrationVersion) -> Iterator[dict[str, Text]]:
    for reason in denied_reasons(row):
        yield {
            "reason": reason.id,
            "short_description": reason.short_description,
            "long_description": " ".join(
                str(words) for words in (reason.long_description, reason.cure, reason.notice) if words
            ),
            "documentation_title": reason.documentation_title,
        }


def attachment(caller: Caller, row: RegistrationAttachment, given: Given = NOTHING) -> Any:
    """An attachment."""
    arn = caller.arn(f"registration-attachment/{row.registration_attachment_id}")
    return Presented(row, registration_attachment_arn=arn, tags=given.get("tags", []))


def association(caller: Caller, row: RegistrationAssociation) -> Any:
    """A resource that a registration goes with."""
    return presented(row)


def _parent(row: Registration) -> dict[str, Any]:
    return {"registration_arn": row.arn, "registration_id": row.registration_id}


def versions_of(caller: Caller, given: Given) -> tuple[QuerySet[Any], Mapping[str, Any]]:
    """The versions of the registration in question."""
    row = registration_named(caller, given["registration_id"])
    return row.versions.all(), _parent(row)


def versions_picked(caller: Caller, rows: QuerySet[Any], wanted: Sequence[int]) -> QuerySet[Any]:
    """Versions by number. Raises Invalid UNKNOWN_REGISTRATION_VERSION."""
    rows = rows.filter(version_number__in=wanted)
    missing = set(wanted) - set(rows.values_list("version_number", flat=True))
    if missing:
        raise Invalid(
            _("The registration has no version %(number)s.") % {"number": min(missing)},
            reason="UNKNOWN_REGISTRATION_VERSION",
            fields={"version_numbers": _("Leave the numbers out to list all versions.")},
        )
    return rows


def associations_of(caller: Caller, given: Given) -> tuple[QuerySet[Any], Mapping[str, Any]]:
    """What the registration in question goes with."""
    row = registration_named(caller, given["registration_id"])
    return row.associations.all(), {**_parent(row), "registration_type": row.registration_type}


def field_values(caller: Caller, given: Given) -> Listed:
    """The answers of a version in the order of the form, with what a reviewer said of each. Four queries."""
    row = registration_named(caller, given["registration_id"])
    asked = version_numbered(row, given.get("version_number"))
    wanted = _fields(row.definition, given)
    values = {value.field_path: value for value in asked.values.select_related("attachment")}
    denied = denied_fields(RegistrationVersion.objects.prefetch_related("decisions__verdicts").get(pk=asked.pk))
    items = [_value(values[path], denied.get(path)) for path in wanted if path in values]
    return items, {**_parent(row), "version_number": asked.version_number}


def _value(value: RegistrationFieldValue, verdict: Any) -> dict[str, Any]:
    from registrations.reasons import reasons

    reason = reasons().get(verdict.reason) if verdict else None
    return {
        "field_path": value.field_path,
        "select_choices": value.select_choices or None,
        "text_value": value.text_value or None,
        "registration_attachment_id": value.registration_attachment_id,
        "denied_reason": reason.short_description if reason else None,
        "feedback": verdict.note if verdict else None,
    }


def _fields(definition: RegistrationType, given: Given) -> list[str]:
    """The paths that a request asks for, in the order of the form. Raises Invalid for unknown ones."""
    fields: Sequence[Field] = list(definition.fields.values())
    if given.get("section_path"):
        fields = section_named(definition, given["section_path"]).fields
    paths = [field_named(definition, path).field_path for path in given.get("field_paths") or ()]
    return [field.field_path for field in fields if not paths or field.field_path in paths]


def field_definitions(caller: Caller, given: Given) -> Listed:
    """The fields of a type."""
    definition = definition_named(given["registration_type"])
    found = [definition.fields[path] for path in _fields(definition, given)]
    return found, {"registration_type": definition.registration_type}


def section_definitions(caller: Caller, given: Given) -> Listed:
    """The sections of a type."""
    definition = definition_named(given["registration_type"])
    wanted = [section_named(definition, path).section_path for path in given.get("section_paths") or ()]
    found: list[Section] = [section for section in definition.sections if not wanted or section.section_path in wanted]
    return found, {"registration_type": definition.registration_type}


# RegistrationTypeFilterName -> what an association of the type must have
TYPE_FILTERS = {
    "supported-association-resource-type": "resource_type",
    "supported-association-iso-country-code": "iso_country_code",
}


def type_definitions(caller: Caller, given: Given) -> Listed:
    """The types; one fits a filter when any of its associations does."""
    wanted = [definition_named(name).registration_type for name in given.get("registration_types") or ()]
    found = [entry for name, entry in registration_types().items() if not wanted or name in wanted]
    for item in given.get("filters") or ():
        attribute = TYPE_FILTERS[item["name"]]
        found = [entry for entry in found if any(getattr(a, attribute) in item["values"] for a in entry.associations)]
    return found, {}
