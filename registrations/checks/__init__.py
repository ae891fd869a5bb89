"""Looking at a registration before it is submitted, by the published reasons of refusals. Never a black box.

Each check is a small function over the form; what it finds says how bad it is, which field, why, and how to mend it.
Words and hosts stand in data/checks.json.
"""

from collections.abc import Mapping, Sequence

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from registrations.checks import companies, content, details, limits, opt_in, samples
from registrations.checks.findings import CHECKS, Finding, Form, Severity
from registrations.definitions import Answers, RegistrationType
from registrations.models import Registration, RegistrationAttachment, RegistrationFieldValue, RegistrationVersion

__all__ = [
    "CHECKS",
    "MODULES",
    "Finding",
    "Form",
    "Severity",
    "brand_answers",
    "brand_versions",
    "run",
    "run_on_submitted",
]

MODULES = (companies, details, samples, content, opt_in)


def run(definition: RegistrationType, answers: Answers, brand: Answers | None = None) -> list[Finding]:
    """Everything that the checks find, the worst first, then in the order of the form.

    brand is what the company said in the registration that this one is built on.
    """
    form = Form(definition, answers, brand or {})
    return _in_order(definition, [finding for check in CHECKS.values() for finding in check(form)])


def run_on_submitted(
    definition: RegistrationType,
    answers: Answers,
    attachments: Mapping[str, RegistrationAttachment],
    brand: Answers | None = None,
) -> list[Finding]:
    """What a reviewer is told of a version: the same, and before it what breaks a limit of the form by now.

    attachments maps field paths to the files answered there.
    """
    return _in_order(definition, [*limits.broken(definition, answers, attachments), *run(definition, answers, brand)])


def _in_order(definition: RegistrationType, found: list[Finding]) -> list[Finding]:
    place = {path: number for number, path in enumerate(definition.fields)}
    return sorted(found, key=lambda entry: (entry.severity.rank, place.get(entry.field_path, -1)))


def brand_versions(registration: Registration) -> QuerySet[RegistrationVersion]:
    """The approved version of the registration that this one goes with (a campaign's brand); else its current one."""
    number = Coalesce(F("registration__approved_version_number"), F("registration__current_version_number"))
    return RegistrationVersion.objects.filter(
        registration__associated_from__registration=registration, version_number=number
    )


def brand_answers(registration: Registration) -> Answers:
    """The answers of the complete registration that this one goes with (a campaign's brand), or none. One query."""
    rows = RegistrationFieldValue.objects.filter(version__in=brand_versions(registration)).select_related("attachment")
    return {row.field_path: tuple(row.answer) for row in rows}


def of_field(findings: Sequence[Finding], field_path: str) -> list[Finding]:
    """The findings about one field."""
    return [finding for finding in findings if finding.field_path == field_path]
