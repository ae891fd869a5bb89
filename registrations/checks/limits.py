"""What breaks a limit of its field in a version that was submitted nevertheless: the form was changed since."""

from collections.abc import Iterator, Mapping

from registrations.checks.findings import Finding, Severity
from registrations.definitions import Answers, RegistrationType
from registrations.models import RegistrationAttachment
from registrations.operations.field_checks import problems
from registrations.reasons import OTHER_REASON


def broken(
    definition: RegistrationType, answers: Answers, attachments: Mapping[str, RegistrationAttachment]
) -> Iterator[Finding]:
    """A finding for each field whose answer, or whose missing answer, the form of today would not take."""
    for path, why in problems(definition, answers, attachments).items():
        yield Finding("limits", Severity.REFUSED, path, why, "", OTHER_REASON)
