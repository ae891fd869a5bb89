"""The checks of a registration, for whoever may read it."""

from messaging.caller import Caller
from messaging.operations.registry import operation
from registrations import checks
from registrations.operations.naming import answers_of, registration_named, version_numbered


@operation()
def check_registration(
    caller: Caller, *, registration_id: str, version_number: int | None = None
) -> list[checks.Finding]:
    """What the checks find in a version, the current one without a number; the worst first.

    Raises NotFound; Invalid UNKNOWN_REGISTRATION_VERSION.
    """
    row = registration_named(caller, registration_id)
    answers = answers_of(version_numbered(row, version_number))
    return checks.run(row.definition, answers, checks.brand_answers(row))
