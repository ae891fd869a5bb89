"""Forms of reviewers: verdicts on fields, the decision, and how the simulated reviewer decides."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, offer
from messaging.errors import Conflict, Text
from registrations.definitions import RegistrationType
from registrations.models import ReviewMode
from registrations.operations.policies import APPROVE, DENY
from registrations.operations.reviews import WHOLE, Verdicts

ACCEPT, RETURN = "accept", "deny"
FOUR_EYES = {"": None, "on": True, "off": False}


def posted_verdicts(definition: RegistrationType, data: QueryDict) -> Verdicts:
    """The verdicts that a review form carries: by the number of the field v, accept or deny, with r a reason, n a note.

    Numbers count the fields of the form in its order, the registration as a whole last. Raises Conflict when the page
    shows another version of the type: its numbers mean other fields.
    """
    if data.get("form", "") != definition.version:
        raise Conflict(
            _("The form of %(type)s was changed while you had it open.") % {"type": definition.title},
            next_step=_("Load the page again; your draft is kept."),
        )
    found: Verdicts = {}
    for number, path in enumerate((*definition.fields, WHOLE), start=1):
        chosen = data.get(f"v{number}", "")
        if chosen == ACCEPT:
            found[path] = {"accepted": True, "reason": "", "note": ""}
        elif chosen == RETURN:
            note = data.get(f"n{number}", "").strip()
            found[path] = {"accepted": False, "reason": data.get(f"r{number}", ""), "note": note}
    return found


class DecisionForm(ConsoleForm):
    """The last word before a decision: what the submitter reads beside the fields, and a vetting's score."""

    NAMES: ClassVar[Mapping[str, str]] = {}

    feedback = forms.CharField(
        label=_("Message to the submitter"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands above the fields. The reasons and your notes are shown in any case."),
    )
    score = forms.IntegerField(
        label=_("Vetting score"),
        min_value=0,
        max_value=100,
        help_text=_("0 to 100. It decides how fast the brand’s campaigns may send."),
        error_messages={"required": _("Write a number from 0 to 100.")},
    )

    def __init__(self, *args: Any, scored: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not scored:
            del self.fields["score"]


class RevokeForm(ConsoleForm):
    """Why an approval is withdrawn."""

    reason = forms.ChoiceField(label=_("Reason"), error_messages={"required": _("Choose a reason.")})
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    NAMES: ClassVar[Mapping[str, str]] = {"verdicts": "note"}

    def __init__(self, *args: Any, reasons: list[tuple[str, Text]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, reason=[("", _("Choose one")), *reasons])


class TakeOverForm(ConsoleForm):
    """Why a review is taken out of somebody's hands."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("The other reviewer reads it, and it stands in the activity log."),
        error_messages={"required": _("Say why. The other reviewer reads it.")},
    )


class FourEyesForm(ConsoleForm):
    """Whether people may decide on what they submitted or last edited."""

    four_eyes = forms.TypedChoiceField(
        label=_("Four-eyes rule"),
        required=False,
        coerce=lambda value: FOUR_EYES[value],
        empty_value=None,
        choices=[
            ("", _("On as soon as the account has more than one member")),
            ("on", _("Always on")),
            ("off", _("Always off")),
        ],
        help_text=_(
            "Nobody decides on what they submitted or last edited. Decisions made while the rule is off say so."
        ),
    )


class PolicyForm(ConsoleForm):
    """How versions of one type are decided. A script is written line by line: see `script`."""

    mode = forms.ChoiceField(label=_("How versions are decided"), choices=ReviewMode.choices, widget=forms.RadioSelect)
    wait_hours = forms.FloatField(
        label=_("Wait"),
        required=False,
        min_value=0,
        max_value=24 * 365,
        help_text=_("Hours of simulated time from submission to decision. Empty: the documented wait of the type."),
    )
    script = forms.CharField(
        label=_("Script"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "mono"}),
        help_text=_(
            "One line for each submission of a registration: APPROVE, or DENY with a field, a reason and perhaps a "
            "note, as in DENY companyInfo.city OTHER Not a city. Several fields are joined by “;”. Submissions after "
            "the last line are approved."
        ),
    )
    score = forms.IntegerField(
        label=_("Vetting score"), min_value=0, max_value=100, help_text=_("What an approved vetting is given.")
    )

    def __init__(self, *args: Any, scored: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not scored:
            del self.fields["score"]

    def clean_script(self) -> list[dict[str, Any]]:
        """The script as the operation takes it."""
        lines = self.cleaned_data["script"].splitlines()
        return [_entry(number, line) for number, line in enumerate(lines, start=1) if line.strip()]

    @property
    def settings(self) -> dict[str, Any]:
        """What the operation takes."""
        given = self.cleaned_data
        hours = given["wait_hours"]
        return {
            "mode": given["mode"],
            "wait_seconds": None if hours is None else round(hours * 3600),
            "script": given["script"],
            **({"score": given["score"]} if "score" in given else {}),
        }


def _entry(number: int, line: str) -> dict[str, Any]:
    outcome, _space, rest = line.strip().partition(" ")
    if outcome.upper() == APPROVE and not rest.strip():
        return {"outcome": APPROVE}
    denied = []
    for words in (part.split(None, 2) for part in rest.split(";") if part.strip()):
        if len(words) < 2:
            break
        denied.append({"field_path": words[0], "reason": words[1], "note": words[2].strip() if len(words) > 2 else ""})
    else:
        if outcome.upper() == DENY and denied:
            return {"outcome": DENY, "denied": denied}
    raise forms.ValidationError(
        _("Line %(number)s is neither APPROVE nor DENY with a field and a reason."), params={"number": number}
    )


def script_text(script: list[dict[str, Any]]) -> str:
    """A stored script as the form shows it."""
    lines = []
    for entry in script:
        denied = "; ".join(" ".join(filter(None, _words(one))) for one in entry.get("denied", ()))
        lines.append(f"{entry['outcome']} {denied}".strip())
    return "\n".join(lines)


def _words(denied: dict[str, Any]) -> tuple[str, str, str]:
    return denied["field_path"], denied["reason"], " ".join(denied["note"].replace(";", ",").split())
