"""Forms of the handset pages: an answer from a handset, and how handsets behave."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms.base import offer
from console.preview import text_in
from console.statuses import look
from messaging.carrier.behaviours import final_outcomes
from messaging.models import HandsetBehaviour
from messaging.reference import countries

OUTCOME_ROWS = 3  # empty rows to fill in beside those that are there


def outcome_choices() -> list[tuple[str, Any]]:
    """Every outcome that a behaviour may have, in words."""
    words = {"NO_RECEIPT": _("No receipt ever comes"), "SENT": _("Handed on, then delivered")}
    return [(outcome, words.get(outcome) or look(outcome).label) for outcome in final_outcomes()]


class ReplyForm(forms.Form):
    """What the owner of the handset writes, and to which of the account's numbers."""

    destination_number = forms.ChoiceField(label=gettext_lazy("To"))
    message_body = forms.CharField(
        label=gettext_lazy("Answer"),
        error_messages={"required": gettext_lazy("Write an answer, or press one of the quick ones.")},
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(self, *args: Any, numbers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, destination_number=numbers)

    def clean_message_body(self) -> str:
        return text_in(self.cleaned_data["message_body"])


class BehaviourForm(forms.Form):
    """A behaviour: whom it is for, what becomes of messages and how likely, how long that takes."""

    scope = forms.ChoiceField(label=gettext_lazy("For"), choices=HandsetBehaviour.Scope.choices)
    match = forms.CharField(
        label=gettext_lazy("Number, prefix or country"),
        max_length=20,
        help_text=gettext_lazy("A number such as +12065550142, a prefix such as +1206, or a country such as US."),
    )
    carrier_delay_seconds = forms.IntegerField(
        label=gettext_lazy("Carrier delay"),
        required=False,
        initial=0,
        help_text=gettext_lazy("Seconds of simulated time."),
    )
    handset_delay_seconds = forms.IntegerField(
        label=gettext_lazy("Handset delay"),
        required=False,
        initial=1,
        help_text=gettext_lazy("Seconds after that until the receipt."),
    )
    carrier_name = forms.CharField(label=gettext_lazy("Carrier name"), max_length=60, required=False)
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"),
        required=False,
        initial=0,
        help_text=gettext_lazy("Another seed draws other outcomes from the same weights."),
    )
    outcomes = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed:
            for name in ("scope", "match"):
                self.fields[name].widget = forms.HiddenInput()
        self.rows = self._rows()

    def _rows(self) -> list[tuple[str, str]]:
        """Outcome and weight of each row, with some empty ones."""
        if self.is_bound and hasattr(self.data, "getlist"):
            found = list(zip(self.data.getlist("outcome"), self.data.getlist("weight"), strict=False))
        else:
            found = [(row["outcome"], str(row["weight"])) for row in self.initial.get("outcomes") or ()]
        kept = [row for row in found if row[0]]
        return kept + [("", "")] * (OUTCOME_ROWS if not kept else 1)

    def clean_match(self) -> str:
        given: str = self.cleaned_data["match"].strip()
        return given.upper() if given.upper() in countries() else given

    def clean_outcomes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for outcome, weight in self.rows:
            if not outcome:
                continue
            if not (weight or "1").strip().isdecimal():
                raise forms.ValidationError(_("A weight is a whole number."))
            found.append({"outcome": outcome, "weight": int(weight or 1)})
        return found

    @property
    def parameters(self) -> dict[str, Any]:
        """What put_handset_behaviour is called with. Only of a valid form."""
        data = self.cleaned_data
        numbers = {"carrier_delay_seconds": 0, "handset_delay_seconds": 1, "seed": 0}
        given = {name: data[name] if data[name] is not None else default for name, default in numbers.items()}
        return {
            "scope": data["scope"],
            "match": data["match"],
            "outcomes": data["outcomes"],
            "carrier_name": data["carrier_name"],
            **given,
        }
