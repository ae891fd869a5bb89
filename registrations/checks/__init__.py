"""Looking at a registration before it is submitted, by the published reasons of refusals. Never a black box.

Each check is a small function over the form; what it finds says how bad it is, which field, why, and how to mend it.
Words and hosts stand in data/checks.json.
"""

from collections.abc import Sequence

from registrations.checks import companies, content, opt_in, samples
from registrations.checks.findings import CHECKS, Finding, Form, Severity
from registrations.definitions import Answers, RegistrationType
from registrations.models import Registration
from registrations.operations.naming import answers_of, version_numbered

__all__ = ["CHECKS", "MODULES", "Finding", "Form", "Severity", "brand_answers", "run"]

MODULES = (companies, samples, content, opt_in)


def run(definition: RegistrationType, answers: Answers, brand: Answers | None = None) -> list[Finding]:
    """Everything that the checks find, the worst first, then in the order of the form.

    brand is what the company said in the registration that this one is built on.
    """
    form = Form(definition, answers, brand or {})
    found = [finding for check in CHECKS.values() for finding in check(form)]
    order = list(definition.fields)
    place = {path: number for number, path in enumerate(order)}
    return sorted(found, key=lambda entry: (entry.severity.rank, place.get(entry.field_path, -1), entry.check))


def brand_answers(registration: Registration) -> Answers:
    """The answers of the complete registration that this one goes with (a campaign's brand), or none. Three queries."""
    entry = registration.associations.filter(other__isnull=False).select_related("other").first()
    if entry is None or entry.other is None:
        return {}
    return answers_of(version_numbered(entry.other, entry.other.approved_version_number))


def of_field(findings: Sequence[Finding], field_path: str) -> list[Finding]:
    """The findings about one field."""
    return [finding for finding in findings if finding.field_path == field_path]
