"""What a registration costs and how long it takes, in words; from the type's data."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from console.preview import usd
from messaging.errors import Text
from registrations.definitions import (
    AFTER_COMPLETE,
    BEFORE_SUBMIT,
    MONTHLY,
    Answers,
    Association,
    Fee,
    RegistrationType,
    Wait,
    registration_types,
)
from registrations.operations.versions import needed


def fee_words(fees: Sequence[Fee]) -> list[str]:
    """Each fee in words."""
    found = []
    for fee in fees:
        words = f"{fee.title}: {usd(fee.units, 2)}"
        if fee.when != MONTHLY and not fee.refundable:
            words = _("%(fee)s, not refundable") % {"fee": words}
        found.append(words)
    return found


def fees_of(definition: RegistrationType, answers: Answers | None = None) -> list[str]:
    """What a registration costs with these answers; every fee that may fall due without any."""
    if answers is None:
        return fee_words(definition.fees)
    return fee_words([fee for fee in definition.fees if fee.condition is None or fee.condition.holds(answers)])


def wait_words(definition: RegistrationType, answers: Answers | None = None) -> str:
    """How long the review takes."""
    waits: Sequence[Wait] = definition.waits if answers is None else (definition.wait(answers),)
    return " ".join(str(wait.text) for wait in waits)


def steps_around(definition: RegistrationType) -> tuple[list[Text], list[Text]]:
    """What must be there before a registration is submitted, and what comes after it is complete."""
    first = [entry for entry in definition.associations if entry.association_behavior == BEFORE_SUBMIT]
    then = [entry for entry in definition.associations if entry.association_behavior == AFTER_COMPLETE]
    before: list[Text] = [_("First: %(what)s.") % {"what": _called(entry)} for entry in first]
    after: list[Text] = [_("Then: %(what)s.") % {"what": _called(entry)} for entry in then]
    return before, after


def _called(entry: Association) -> Text:
    if entry.registration_type:
        return registration_types()[entry.registration_type].title
    return needed(entry)
