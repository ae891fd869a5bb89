"""What the checks of a send have found, in words: a line for each check, and the identity that was chosen."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from console.callers import url_to
from console.message_words import WHY_CHOSEN
from messaging.caller import Caller
from messaging.errors import Refusal, Resource, Text
from messaging.operations.checks.send import Outcome, Verdict
from messaging.operations.originators import Candidate
from messaging.operations.sending import Checked

# Where a resource that a check has read is changed: resource type -> page, and whether the page takes its id.
PLACES = {
    "configuration-set": ("configuration-set-detail", True),
    "phone-number": ("phone-number-detail", True),
    "pool": ("pool-detail", True),
    "protect-configuration": ("protect-detail", True),
    "opt-out-list": ("opt-out-list-detail", True),
    "account": ("overview", False),
    "verified-destination-number": ("verified-number-list", False),
    "message-template": ("message-template-list", False),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One check as the panel shows it. url leads to the setting that was read, where there is one."""

    label: Text
    tone: str
    verdict: Text
    detail: Text
    reason: str
    next_step: Text
    url: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The identity that a message would go out from and why, and those passed over with the reason of each."""

    shown: str
    type: str
    why: Text
    others: list[Candidate]


def chosen_of(checked: Checked) -> Chosen | None:
    """None where nobody could be chosen yet: the destination was refused."""
    originator = checked.send.originator
    others = [row for row in checked.candidates if row.why_not]
    if originator is None:
        return Chosen("", "", "", others) if others else None
    why = WHY_CHOSEN.get(originator.because, originator.because)
    return Chosen(originator.shown, originator.type, why, others)


def lines_of(caller: Caller, checked: Checked) -> list[Line]:
    return [_line(caller, verdict) for verdict in checked.verdicts]


def _line(caller: Caller, verdict: Verdict) -> Line:
    tone, words = {
        Outcome.PASSED: ("success", _("Passed")),
        Outcome.REFUSED: ("danger", _("Refused")),
        Outcome.NOT_REACHED: ("neutral", _("Not reached")),
    }[verdict.outcome]
    refusal = verdict.refusal
    return Line(
        verdict.label,
        tone,
        words,
        verdict.detail,
        reason_of(refusal) if refusal else "",
        refusal.next_step if refusal else "",
        _place(caller, verdict.about),
    )


def reason_of(refusal: Refusal) -> str:
    """The reason that a client reads, or the kind of the refusal where it has none."""
    return refusal.reason or f"{type(refusal).__name__}"


def _place(caller: Caller, about: Resource | None) -> str:
    """The page of what a check read, or nothing."""
    if about is None or about.type not in PLACES:
        return ""
    name, takes_id = PLACES[about.type]
    return url_to(caller, name, about.id) if takes_id else url_to(caller, name)
