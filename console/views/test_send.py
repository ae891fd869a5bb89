"""Test SMS sending: write, check before sending, send, and on to the message's own page."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.callers import caller_of, url_to
from console.cells import international
from console.forms.refused import put_on
from console.forms.test_send import TestSendForm, number_as_sent
from console.fragments import done, page, wants_fragment
from console.pool_names import called, with_names
from console.preview import FIELD, Preview, chosen_countries, country_choices, country_name, is_edit
from console.send_commands import parameters_of, send_commands
from console.views.message_parts import preview_of
from console.views.messages import found_message
from messaging.caller import Caller
from messaging.errors import Refusal, Resource, Text
from messaging.models import ConfigurationSet, NumberType, PhoneNumber, Pool
from messaging.operations.checks.send import Outcome, Verdict
from messaging.operations.originators import SHARED_ROUTE, SHARED_SENDER, why_not
from messaging.operations.phone_numbers import request_phone_number
from messaging.operations.sending import Checked, check_text_message, send_text_message
from messaging.queries import sent_lately
from messaging.reference import simulator_number, simulator_numbers
from messaging.text import e164

MOST_IDENTITIES = 100  # in the list; others can be reached through a pool
SEND, CHECK, REQUEST_NUMBER, RECIPIENT = "send", "check", "request_number", "recipient"

# Where a resource that a check has read is changed: resource type -> page, and whether the page takes its id.
PLACES = {
    "configuration-set": ("configuration-set-detail", True),
    "phone-number": ("phone-number-detail", True),
    "pool": ("pool-detail", True),
    "opt-out-list": ("opt-out-list-detail", True),
    "account": ("overview", False),
    "verified-destination-number": ("verified-number-list", False),
}


@dataclass(frozen=True, slots=True)
class Unfit:
    """An identity that cannot reach the destination, and why not."""

    shown: str
    why_not: Text


class Senders:
    """What the account can send from to one destination. Two queries."""

    def __init__(self, caller: Caller, destination: str, keep: str = "") -> None:
        self.pools = list(with_names(caller, Pool.objects.for_caller(caller).order_by("-id"))[:MOST_IDENTITIES])
        rows = PhoneNumber.objects.for_caller(caller).select_related("pool").order_by("-id")
        self.numbers: list[PhoneNumber] = list(rows[:MOST_IDENTITIES])
        self.by_name: dict[str, PhoneNumber] = {row.phone_number: row for row in self.numbers}
        if keep.startswith("+") and keep not in self.by_name:
            self.by_name |= {row.phone_number: row for row in rows.filter(phone_number=keep)}
        known = e164.is_number(destination)
        reached = simulator_number(destination) if known else None
        country = (reached.country if reached else e164.country_of(e164.normalise(destination)) or "") if known else ""
        self.unfit: list[Unfit] = []
        self.fit: list[PhoneNumber] = []
        for row in self.by_name.values():
            reason = why_not(row, country, e164.normalise(destination)) if known else ""
            if reason and row.phone_number != keep:
                self.unfit.append(Unfit(row.phone_number, reason))
            else:
                self.fit.append(row)

    @property
    def none(self) -> bool:
        return not self.by_name

    @property
    def choices(self) -> list[Any]:
        found: list[Any] = [("", _("Any that fits"))]
        if self.fit:
            labels = dict(NumberType.choices)
            rows = [(r.phone_number, f"{international(r.phone_number)} · {labels[r.number_type]}") for r in self.fit]
            found.append((_("Phone numbers"), rows))
        if self.pools:
            found.append((_("Phone pools"), [(p.pool_id, called(p)) for p in self.pools]))
        return found

    def type_of(self, identity: str) -> str:
        """The originator type that decides the price, as far as it is known before the checks."""
        row = self.by_name.get(identity)
        if row is not None:
            return str(row.number_type)
        return str(self.fit[0].number_type) if self.fit else SHARED_ROUTE

    def shown(self, identity: str) -> str:
        row = self.by_name.get(identity)
        if row is not None:
            return row.phone_number
        return self.fit[0].phone_number if self.fit else SHARED_SENDER


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
        _reason(refusal) if refusal else "",
        refusal.next_step if refusal else "",
        _place(caller, verdict.about),
    )


def _reason(refusal: Refusal) -> str:
    return refusal.reason or f"{type(refusal).__name__}"


def _place(caller: Caller, about: Resource | None) -> str:
    """The page of what a check read, or nothing."""
    if about is None or about.type not in PLACES:
        return ""
    name, takes_id = PLACES[about.type]
    return url_to(caller, name, about.id) if takes_id else url_to(caller, name)


SIMPLE = (
    "destination_phone_number",
    "origination_identity",
    "message_type",
    "configuration_set_name",
    "time_to_live",
    "max_price",
    "keyword",
    "dry_run",
)


def _initial(data: Any) -> dict[str, Any]:
    """What was typed so far, to be shown again without judging it yet."""
    kept = {name: data.get(name, "") for name in SIMPLE}
    pairs = zip(data.getlist("context_key"), data.getlist("context_value"), strict=False)
    return {**kept, "context": {key: value for key, value in pairs if key or value}}


def _again(caller: Caller, given: str) -> dict[str, Any]:
    """A message once more: what made it, as far as it is the caller's. Nothing for an id that names none."""
    try:
        message = found_message(caller, uuid.UUID(given))
    except (ValueError, Refusal):
        return {}
    return parameters_of(message)


class Sending:
    """One request of the page, and what the answer shows."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.caller = request, caller_of(request)
        self.checked: Checked | None = None
        self.parameters: dict[str, Any] = {}
        self.refusal: Refusal | None = None
        self.status = 200
        self.data = request.POST if request.method == "POST" else None
        self.initial = self._first() if self.data is None else _initial(self.data)
        if self.data is not None and RECIPIENT in self.data:
            self.initial["destination_phone_number"] = self.data[RECIPIENT]
        self._read(bound=False)

    def _first(self) -> dict[str, Any]:
        """A fresh form: what a message said that is sent again, or what a link asks for."""
        asked = self.request.GET
        again = _again(self.caller, asked.get("again", "")) if asked.get("again") else {}
        named = {name: asked[key] for key, name in (("to", SIMPLE[0]), ("from", SIMPLE[1])) if asked.get(key)}
        return {**again, **named}

    def _read(self, *, bound: bool) -> None:
        identity = self.initial.get("origination_identity", "")
        destination = number_as_sent(self.initial.get("destination_phone_number") or "")
        self.senders = Senders(self.caller, destination, keep=identity)
        names = ConfigurationSet.objects.for_caller(self.caller).order_by("configuration_set_name")
        sets = [("", _("None")), *((n, n) for n in names.values_list("configuration_set_name", flat=True)[:200])]
        self.form = TestSendForm(
            self.data if bound else None,
            initial=self.initial,
            identities=self.senders.choices,
            sets=sets,
            url=url_to(self.caller, "test-send"),
            preview_url=url_to(self.caller, "message-parts"),
        )

    def request_number(self) -> None:
        """Lease a simulator number on the way; what was typed stays."""
        try:
            row = request_phone_number(
                self.caller,
                iso_country_code="US",
                message_type="TRANSACTIONAL",
                number_capabilities=["SMS", "MMS"],
                number_type=NumberType.SIMULATOR,
            )
        except Refusal as refusal:
            self.refusal, self.status = refusal, 422
            return
        self.initial["origination_identity"] = row.phone_number
        messages.success(self.request, _("%(number)s is yours and active.") % {"number": row.phone_number})
        self._read(bound=False)

    def check(self) -> None:
        """Walk every check to its end; nothing is sent."""
        self._read(bound=True)
        if not self.form.is_valid():
            self.status = 422
            return
        self.parameters = self.form.parameters
        self.checked = check_text_message(self.caller, **self.parameters)

    def send(self) -> HttpResponse | None:
        """The page of the message that was accepted, or nothing after a refusal, which is then on the form."""
        self.check()
        if self.checked is None:
            return None
        dry_run = self.form.cleaned_data["dry_run"]
        try:
            sent = send_text_message(self.caller, **self.parameters, dry_run=dry_run)
        except Refusal as refusal:
            self.refusal, self.status = refusal, 422
            put_on(self.form, refusal)
            return None
        if sent.message is None:
            messages.success(self.request, _("The dry run passed every check. Nothing was sent."))
            return None
        messages.success(self.request, _("The message is accepted."))
        return done(self.request, "message-detail", sent.message_id)

    @property
    def preview(self) -> Preview:
        identity = self.initial.get("origination_identity", "")
        words: dict[str, Any] = {
            "originator_type": self.senders.type_of(identity),
            "sender": self.senders.shown(identity),
        }
        if self.data is not None:
            return preview_of(self.request, self._countries(), **words)
        text = self.initial.get(FIELD, "")
        return Preview(
            text,
            countries=self._countries(),
            promotional=self.initial.get("message_type") == "PROMOTIONAL",
            to_simulator=simulator_number(self._destination()) is not None if self._destination() else False,
            **words,
        )

    def _destination(self) -> str:
        number = number_as_sent(self.initial.get("destination_phone_number") or "")
        return number if e164.is_number(number) else ""

    def _countries(self) -> list[str]:
        number = self._destination()
        known = simulator_number(number) if number else None
        here = known.country if known else e164.country_of(e164.normalise(number)) if number else None
        first = [here] if here else []
        if self.data is not None:
            chosen = chosen_countries(self.data)
            if chosen:
                return list(dict.fromkeys([*first, *chosen]))
        return list(dict.fromkeys([*first, *sent_lately(self.caller).countries]))[:4]

    @property
    def context(self) -> dict[str, Any]:
        preview = self.preview
        form, checked = self.form, self.checked
        field = next((name for name in (self.refusal.fields if self.refusal else ()) if name in form.fields), "")
        commands = send_commands(self.request, self.caller, self.parameters) if checked is not None else None
        return {
            "info": "test-sending",
            "title": _("Test SMS sending"),
            "purpose": _("Send one message and watch every check and event on its way."),
            "form": form,
            "senders": self.senders,
            "preview": preview,
            "country_choices": country_choices(),
            "simulators": [
                (row.phone_number, _outcome_words(row.country, row.succeeds)) for row in simulator_numbers().values()
            ],
            "checks": lines_of(self.caller, checked) if checked is not None else [],
            "checked": checked,
            "refusal": self.refusal,
            "refusal_reason": _reason(self.refusal) if self.refusal else "",
            "refusal_field": field,
            "body_errors": form.errors.get(FIELD),
            "commands": commands,
            "options_open": self._options_open(),
            "has_errors": bool(self.refusal or form.errors),
            "can_request": self.caller.may("RequestPhoneNumber"),
        }

    def _options_open(self) -> bool:
        names = ("message_type", "configuration_set_name", "time_to_live", "max_price", "keyword", "dry_run")
        return any(self.initial.get(name) for name in names) or bool(self.initial.get("context"))


def _outcome_words(country: str, succeeds: bool) -> str:
    name = country_name(country)
    return (
        _("%(country)s – delivered") % {"country": name} if succeeds else _("%(country)s – fails") % {"country": name}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def test_send(request: HttpRequest) -> HttpResponse:
    """The form; its buttons check, send, request a number, choose a recipient or work on the text."""
    caller_of(request).require("SendTextMessage")
    sending = Sending(request)
    data: Mapping[str, Any] = request.POST
    target = getattr(request.htmx, "target", "") if wants_fragment(request) else ""  # type: ignore[attr-defined]
    if target == "senders":
        return page(request, "test_send/page.html", {**sending.context, "with_preview": True}, fragment="senders")
    if REQUEST_NUMBER in data:
        sending.request_number()
    elif SEND in data:
        answer = sending.send()
        if answer is not None:
            return answer
    elif request.method == "POST" and not is_edit(data) and RECIPIENT not in data:
        sending.check()
    return page(request, "test_send/page.html", sending.context, fragment="form", status=sending.status)


scoped_urlpatterns = [path("test-send/", test_send, name="test-send")]
