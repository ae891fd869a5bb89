"""The wizard that requests an originator: its steps, its state (the query string, nothing else) and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console.callers import url_to
from console.forms import originators as steps
from console.forms.base import ConsoleForm
from console.forms.widgets import Tile
from console.preview import usd
from console.registration_links import registrations_for_number
from console.support_cases import case_url
from console.tagging import TagRows
from messaging.caller import Caller
from messaging.errors import Text
from messaging.operations.offers import Offer, offer, offers
from messaging.operations.recommendations import NAMES, NO, YES, Choice, choose, why_unfit
from messaging.reference import Country, countries

DAY = 86_400
TEN_DLC_MPS = (
    75  # originator_choice.json: what a 10DLC number carries at most; the offer has its rate without a campaign
)
CONTINUE = "continue"
STEPS = (
    ("country", gettext_lazy("Country")),
    ("use-case", gettext_lazy("Use case")),
    ("type", gettext_lazy("Originator type")),
    ("options", gettext_lazy("Options")),
    ("review", gettext_lazy("Review and request")),
)
FIELDS: dict[str, tuple[str, ...]] = {
    "country": ("iso_country_code",),
    "use-case": ("text", "voice", "two_way", "mps", "volume", "headquarters"),
    "type": ("number_type",),
    "options": (
        *("message_type", "registration_id", "opt_out_list_name", "pool_id", "international_sending_enabled"),
        *("sender_id", "message_types", "deletion_protection_enabled", "tag_key", "tag_value"),
    ),
    "review": (),
}
CARRIED = ("same_originator", "return")  # what the chooser asked, and where the form that sent us stands
STATES = {
    "complete": gettext_lazy("Complete"),
    "in_progress": gettext_lazy("In progress"),
    "attention": gettext_lazy("Needs changes"),
    "not_started": gettext_lazy("Not started"),
    "locked": gettext_lazy("Locked until the steps before are complete"),
}
KINDS: dict[str, Text] = {
    "SIMULATOR": gettext_lazy("For tests: reaches simulator destinations and virtual handsets."),
    "TOLL_FREE": gettext_lazy("Quick and cheap; recipients answer without cost."),
    "TEN_DLC": gettext_lazy("A local number with a registered use: better delivery and higher rates."),
    "LONG_CODE": gettext_lazy("An ordinary number of the country, used by your account only."),
    "SHORT_CODE": gettext_lazy("Easy to remember, with the highest rate; approved by the carriers."),
    "SENDER_ID": gettext_lazy("Your name instead of a number. It sends only."),
}


def wait_words(seconds: int) -> str:
    """How long a requested originator waits."""
    if not seconds:
        return _("Active at once")
    days = -(-seconds // DAY)
    return ngettext("Active after %(count)d day", "Active after %(count)d days", days) % {"count": days}


CASES = {"SHORT_CODE": "short_code", "LONG_CODE": "long_code"}


def by_case_url(caller: Caller, found: Offer) -> str:
    """The support case that asks for what an offer does not give at once, prefilled; else nothing."""
    if not found.by_case or not found.capabilities or found.type not in CASES:
        return ""
    return case_url(caller, CASES[found.type], iso_country_code=found.country)


def terms(found: Offer) -> str:
    """What an offer costs, how fast it is and how long it takes, in one line."""
    lease = found.monthly_leasing_units
    price = _("%(price)s a month") % {"price": usd(lease, 2)} if lease else _("No monthly price")
    speed = ""
    if found.mps:
        speed = ngettext("%(count)d part per second", "%(count)d parts per second", found.mps) % {"count": found.mps}
    if found.type == "TEN_DLC":
        speed = ngettext(
            "%(least)d to %(count)d part per second, by its campaign",
            "%(least)d to %(count)d parts per second, by its campaign",
            TEN_DLC_MPS,
        ) % {"least": found.mps or 1, "count": TEN_DLC_MPS}
    return " · ".join(words for words in (price, speed, wait_words(found.lead_seconds)) if words)


@dataclass(frozen=True, slots=True)
class Unoffered:
    """A type that cannot be chosen, and why."""

    name: Text
    why: Text
    case_url: str = ""  # where a support case asks for it


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the review."""

    label: Text
    value: Text


class Wizard:
    """The wizard as one URL has it. Every form is built from the query string; nothing is kept elsewhere."""

    def __init__(self, caller: Caller, query: QueryDict, *, back: str = "") -> None:
        self.caller, self.query, self.back = caller, query, back
        self._valid: dict[str, bool] = {}

    # The answers so far

    @cached_property
    def country(self) -> Country | None:
        return countries().get(self.query.get("iso_country_code", ""))

    @cached_property
    def capabilities(self) -> list[str]:
        text = {"SMS": ["SMS"], "MMS": ["SMS", "MMS"]}.get(self.query.get("text", ""), [])
        return [*text, "VOICE"] if self.query.get("voice") else text

    @property
    def mps(self) -> int:
        """The rate that is needed, in message parts per second; 1 until a rate is given that can be read."""
        try:
            return max(1, min(int(self.query.get("mps", "1")), steps.MOST_PARTS))
        except ValueError:
            return 1

    @property
    def two_way(self) -> bool:
        return self.query.get("two_way") == YES

    @cached_property
    def offer(self) -> Offer | None:
        """The offer chosen, once country and type are known."""
        return offer(self.query.get("number_type", ""), self.country.iso2) if self.country else None

    @property
    def is_sender_id(self) -> bool:
        return self.query.get("number_type") == "SENDER_ID"

    @cached_property
    def choice(self) -> Choice:
        """What the decision tree says. Who requests an originator wants one and the same, unless said otherwise."""
        assert self.country
        same = self.query.get("same_originator")
        answers = {"mps": str(self.mps), "same_originator": same if same == NO else YES}
        return choose(self.country.iso2, two_way=self.two_way, answers=answers)

    @cached_property
    def fitting(self) -> list[Offer]:
        """What can be requested and serves the use, the recommended type first."""
        assert self.country
        fits = [found for found in offers(self.country.iso2) if found.requestable and not self._unfit(found)]
        return sorted(fits, key=lambda found: found.type != self.choice.type)

    @cached_property
    def unoffered(self) -> list[Unoffered]:
        assert self.country
        rest = [found for found in offers(self.country.iso2) if found not in self.fitting]
        return [Unoffered(NAMES[found.type], self._unfit(found), by_case_url(self.caller, found)) for found in rest]

    def _unfit(self, found: Offer) -> Text:
        return why_unfit(found, capabilities=self.capabilities, two_way=self.two_way)

    @cached_property
    def tag_rows(self) -> TagRows:
        return TagRows.posted(self.query) if "tag_key" in self.query else TagRows.of([])

    # Steps

    def form(self, step: str, *, bound: bool) -> ConsoleForm:
        """The form of a step: bound to the URL to be judged, or with what the URL has so far as its initial values."""
        build = {
            "country": steps.CountryForm,
            "use-case": self._use_case,
            "type": self._type,
            "options": self._options,
            "review": steps.ReviewForm,
        }[step]
        if bound:
            return build(self.query)
        form: ConsoleForm = build()
        if any(name in self.query for name in FIELDS[step]):
            for name, field in form.fields.items():
                if name in self.query or isinstance(field, forms.BooleanField):
                    form.initial[name] = field.widget.value_from_datadict(self.query, {}, name)
        elif step == "type" and any(found.type == self.choice.type for found in self.fitting):
            form.initial["number_type"] = self.choice.type
        elif step == "use-case" and self.is_sender_id:
            form.initial["two_way"] = NO
        return form

    def _use_case(self, *args: Any) -> ConsoleForm:
        assert self.country
        return steps.UseCaseForm(*args, country=self.country.iso2)

    def _type(self, *args: Any) -> ConsoleForm:
        tiles = {found.type: Tile(self._consequence(found), terms(found)) for found in self.fitting}
        choices = [(found.type, self._label(found)) for found in self.fitting]
        return steps.TypeForm(*args, choices=choices, tiles=tiles)

    def _label(self, found: Offer) -> str:
        name = str(NAMES[found.type])
        return _("%(name)s – recommended") % {"name": name} if found.type == self.choice.type else name

    def _consequence(self, found: Offer) -> str:
        words = [str(KINDS[found.type])]
        if found.mps and self.mps > (TEN_DLC_MPS if found.type == "TEN_DLC" else found.mps):
            words.append(_("Slower than you need."))
        if found.registration:
            words.append(_("A registration is needed."))
        return " ".join(words)

    def _options(self, *args: Any) -> ConsoleForm:
        assert self.country
        if self.is_sender_id:
            return steps.SenderIdOptionsForm(*args, country=self.country.iso2)
        waits = bool(self.offer and self.offer.lead_seconds)
        return steps.NumberOptionsForm(
            *args, caller=self.caller, waits=waits, registrations=self.registrations_for_number
        )

    @cached_property
    def registrations_for_number(self) -> list[tuple[str, str]]:
        """Registrations that the number can go with from the start: (id, name)."""
        return registrations_for_number(self.caller, self.offer.registration) if self.offer else []

    @property
    def goes_along(self) -> bool:
        """Whether a registration was chosen for the number."""
        return self.query.get("registration_id", "") in dict(self.registrations_for_number)

    def is_complete(self, step: str) -> bool:
        """Whether a step's answers in the URL hold; those before it are complete."""
        if step not in self._valid:
            valid = step != "review" and self.form(step, bound=True).is_valid()
            self._valid[step] = valid and (step != "options" or self.tag_rows.is_valid())
        return self._valid[step]

    def first_incomplete(self) -> str:
        return next(name for name, _label in STEPS if not self.is_complete(name))

    def is_open(self, step: str) -> bool:
        """Whether everything before a step is complete."""
        names = [name for name, _label in STEPS]
        return names.index(step) <= names.index(self.first_incomplete())

    def steps(self, current: str) -> list[dict[str, Any]]:
        """The steps as templates/components/steps.html shows them."""
        return [
            {
                "number": number,
                "label": label,
                "state": (state := self._state(name, current)),
                "state_label": STATES[state],
                "url": self.url(name),
                "current": name == current,
            }
            for number, (name, label) in enumerate(STEPS, start=1)
        ]

    def _state(self, name: str, current: str) -> str:
        if not self.is_open(name):
            return "locked"
        if not self.is_complete(name) and any(field in self.query for field in FIELDS[name]):
            return "attention"
        if name == current:
            return "in_progress"
        return "complete" if self.is_complete(name) else "not_started"

    # The URL is the state

    def pairs(self, *without: str) -> list[tuple[str, str]]:
        """The answers, except those of the steps in `without`. Empty ones are left out, but for the values of tags."""
        known = [name for step, names in FIELDS.items() if step not in without for name in names] + list(CARRIED)
        return [
            (name, value)
            for name in known
            for value in self.query.getlist(name)
            if value or name in ("tag_key", "tag_value")
        ]

    def url(self, step: str) -> str:
        found = urlencode(self.pairs())
        base = url_to(self.caller, "originator-request")
        where = base if step == "country" else url_to(self.caller, "originator-request-step", step)
        return f"{where}?{found}" if found else where

    # The review

    def lines(self) -> list[tuple[str, Text, str, list[Line]]]:
        """The answers, step by step: name, label, URL, lines."""
        found: list[tuple[str, Text, str, list[Line]]] = []
        for name, label in STEPS[:-1]:
            form = self.form(name, bound=True)
            form.is_valid()
            if name == "type":
                lines = [Line(_("Originator type"), NAMES[self.offer.type] if self.offer else "")]
            else:
                lines = [Line(form.fields[field].label or "", _answer(form, field)) for field in form.fields]
            if name == "options":
                tags = ", ".join(f"{tag['key']} = {tag['value']}" for tag in self.tag_rows.tags)
                lines.append(Line(_("Tags"), tags))
            found.append((name, label, self.url(name), lines))
        return found

    @property
    def parameters(self) -> dict[str, Any]:
        """What request_phone_number or request_sender_id takes."""
        assert self.country and self.offer
        form = self.form("options", bound=True)
        form.is_valid()
        given = {**form.cleaned_data, "iso_country_code": self.country.iso2, "tags": self.tag_rows.tags}
        if self.is_sender_id:
            return given
        return {
            **given,
            "number_capabilities": self.capabilities,
            "number_type": self.offer.type,
            "pool_id": given.get("pool_id") or None,
            "registration_id": given.get("registration_id") or None,
        }


def _answer(form: ConsoleForm, name: str) -> Text:
    """An answer in words; empty for one that was not given."""
    field, value = form.fields[name], form.cleaned_data.get(name)
    if isinstance(field, forms.BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(field, forms.ChoiceField):
        labels = dict(_flat(field.choices))
        chosen: Sequence[Any] = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(key, key)) for key in chosen if key)
    return str(value)


def _flat(choices: Any) -> list[tuple[str, Text]]:
    return [(key, label) for key, label in choices if not isinstance(label, list | tuple)]


STEP_OF = {name: step for step, names in FIELDS.items() for name in names} | {"number_capabilities": "use-case"}
