"""Forms of support cases, made from the kind of case (registrations/support_flows.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms.base import ConsoleForm
from console.forms.fields import UploadField
from console.forms.widgets import Combobox
from console.world import places
from messaging.caller import Caller
from messaging.errors import Text
from messaging.models import NumberType, PhoneNumber
from messaging.reference import countries, regions
from registrations.models import Registration, RegistrationStatus, ReviewMode
from registrations.operations.attachments import MOST_BYTES
from registrations.operations.policies import APPROVE, DENY
from registrations.operations.support_cases import MOST_REQUESTS, MOST_VALUE, TEXT_MOST
from registrations.operations.support_objections import CAMPAIGN, NEEDS_ALL, REJECTABLE, raisable_quotas
from registrations.support_flows import CaseField, Flow, languages, message_types

FILE_HINT = gettext_lazy("PDF, JPEG or PNG, at most 5 MB.")
AREA_TYPES = frozenset({"LONG", "SENDER_IDS", "INDIA_TEMPLATES", "CHINA_TEMPLATES"})


def attachment_field() -> UploadField:
    return UploadField(label=gettext_lazy("Attachment"), required=False, help_text=FILE_HINT, most=lambda: MOST_BYTES)


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the form, as the Support Center has them."""

    title: Text
    fields: list[Any]
    facts: Sequence[tuple[Text, Text]]
    hints: Sequence[Text]


class SupportCaseForm(ConsoleForm):
    """Case details, so many requests, description and contact options of one kind of case.

    answers(), requests() and the rest of cleaned_data are what create_support_case takes.
    """

    NAMES: ClassVar[Mapping[str, str]] = {
        "requests": "request-0-region",
        "attachment_body": "file",
        "registration_attachment_ids": "file",
    }

    def __init__(self, *args: Any, flow: Flow, caller: Caller, count: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.flow, self.caller = flow, caller
        self.count = min(max(count, 1), MOST_REQUESTS if flow.add_another else 1) if flow.request else 0
        for entry in flow.fields.values():
            self.fields[entry.key] = self._field(entry)
        for number in range(self.count):
            self._add_request(number)
        self.fields["description"] = forms.CharField(label=_("Case description"), max_length=TEXT_MOST, widget=area(6))
        self.fields["contact_language"] = forms.ChoiceField(
            label=_("Preferred contact language"), choices=[(name, _(name)) for name in languages()]
        )
        if flow.contact_method:
            self.fields["contact_method"] = forms.ChoiceField(
                label=_("Contact method"), choices=[("web", _("Here in the case"))]
            )
        self.fields["file"] = attachment_field()

    def _field(self, entry: CaseField) -> forms.Field:
        common: dict[str, Any] = {"label": entry.label, "required": entry.required}
        hints = [str(entry.help)] if entry.help else []
        if self.flow.id in NEEDS_ALL and entry in self.flow.case_fields and not entry.required:
            hints.append(_("Needed all the same."))
        if hints:
            common["help_text"] = " ".join(hints)
        if entry.type == "CHECK":
            return forms.BooleanField(**common)
        choices = self._choices(entry)
        if choices is not None:
            widget = Combobox if entry.type.endswith("_COUNTRY") else forms.Select
            return forms.ChoiceField(choices=[("", _("Choose…")), *choices], widget=widget, **common)
        return forms.CharField(
            max_length=TEXT_MOST, widget=area() if entry.type in AREA_TYPES else forms.TextInput, **common
        )

    def _choices(self, entry: CaseField) -> Sequence[tuple[str, Text]] | None:
        owner = self.caller.owner_id
        kind = entry.type
        if kind == "SELECT":
            return list(entry.options)
        if kind == "MESSAGE_TYPES":
            return [(value, f"{_(value)} – {meaning}") for value, meaning in message_types()]
        if kind == "REGION":
            return region_choices()
        if kind == "REJECTED_REGISTRATION":
            rows = Registration.objects.filter(
                owner_id=owner, registration_type__startswith=REJECTABLE, latest_denied_version_number__isnull=False
            )
            return [(row.registration_id, f"{row.definition.title} – {row.registration_id}") for row in rows[:100]]
        if kind == "APPROVED_CAMPAIGN":
            rows = Registration.objects.filter(
                owner_id=owner, registration_type=CAMPAIGN, registration_status=RegistrationStatus.COMPLETE
            )
            return [(row.registration_id, row.registration_id) for row in rows[:100]]
        if kind == "LONG_CODE_NUMBER":
            numbers = PhoneNumber.objects.filter(
                owner_id=owner, number_type=NumberType.LONG_CODE, iso_country_code="US"
            )
            return [(row.phone_number_id, row.phone_number) for row in numbers[:100]]
        return country_choices(kind, self.flow)

    def _add_request(self, number: int) -> None:
        asked = self.flow.request
        assert asked is not None
        also = number > 0  # a further request that is left empty does not count
        nth = f" {number + 1}" if self.count > 1 else ""
        prefix = f"request-{number}-"
        choices = region_choices()
        self.fields[prefix + "region"] = forms.ChoiceField(
            label=_("Region") + nth, choices=[("", _("Choose…")), *choices] if also else choices, required=not also
        )
        if not also:
            self.fields[prefix + "region"].initial = self.caller.region
        if len(asked.quotas) != 1:
            names = [(name, _(name)) for name in asked.quotas] or raisable_quotas(self.caller.owner_id)
            self.fields[prefix + "quota"] = forms.ChoiceField(
                label=f"{asked.quota_label}{nth}", choices=[("", _("Choose…")), *names], required=not also
            )
        if asked.has_value and asked.value_fixed is None:
            self.fields[prefix + "new_value"] = forms.IntegerField(
                label=_("New quota value") + nth,
                min_value=1,
                max_value=MOST_VALUE,
                required=not also,
                initial=None if also else asked.value_default,
                help_text=str(asked.value_unit),
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @property
    def requests_at(self) -> int:
        """Which section, from 1, holds the requests."""
        return 2 if self.flow.fields else 1

    def parts(self) -> list[Part]:
        """The sections of the form, for its template."""
        flow = self.flow
        found = []
        keys = list(flow.fields)
        if keys:
            service = (flow.service_field, flow.service)
            found.append(Part(_("Case details"), [self[key] for key in keys], [service], []))
        asked = flow.request
        if asked:
            facts: list[tuple[Text, Text]] = [(_("Resource Type"), asked.resource_type)] if asked.resource_type else []
            facts += [(asked.quota_label, _(asked.quotas[0]))] if len(asked.quotas) == 1 else []
            facts += [(_("New quota value"), str(asked.value_fixed))] if asked.value_fixed is not None else []
            names = [name for name in self.fields if name.startswith("request-")]
            found.append(Part(_("Requests"), [self[name] for name in names], facts, []))
        hints: list[Text] = list(flow.description_asks)
        if flow.asks_over:
            dollars, asks = flow.asks_over
            over = _("Above %(dollars)s USD, for each country: %(asks)s") % {
                "dollars": f"{dollars:,}",
                "asks": "; ".join(map(str, asks)),
            }
            hints.append(over)
        found.append(Part(_("Case description"), [self["description"], self["file"]], [], hints))
        contact = [self[name] for name in ("contact_language", "contact_method") if name in self.fields]
        found.append(Part(_("Contact options"), contact, [], []))
        return found

    def answers(self) -> dict[str, str]:
        """The case's fields as texts."""
        given = {key: self.cleaned_data.get(key) for key in self.flow.fields}
        return {key: "yes" if value is True else str(value) for key, value in given.items() if value}

    def requests(self) -> list[dict[str, Any]]:
        """What is asked for; a further request that was left empty is left out."""
        asked = self.flow.request
        found = []
        for number in range(self.count):
            given = {
                name: self.cleaned_data.get(f"request-{number}-{name}") for name in ("region", "quota", "new_value")
            }
            if asked and len(asked.quotas) == 1:
                given["quota"] = asked.quotas[0]
            if given["region"]:
                found.append({**given, "quota": given["quota"] or ""})
        return found


def region_choices() -> list[tuple[str, str]]:
    return [(code, f"{code} – {region.name}") for code, region in regions().items()]


def country_choices(kind: str, flow: Flow) -> Sequence[tuple[str, Text]] | None:
    """The countries that have what is asked for, or None for what is no country."""
    fits = {
        "SHORT_CODE_COUNTRY": lambda country: country.short_codes,
        "LONG_CODE_COUNTRY": lambda country: country.long_codes == "yes" or country.voice != "no",
        "SENDER_ID_COUNTRY": lambda country: country.sender_id != "no",
    }.get(kind)
    if fits is None:
        return None
    return [
        (place.code, place.name)
        for place in places()
        if fits(countries()[place.code]) and place.code not in flow.refused_countries
    ]


class CaseMessageForm(ConsoleForm):
    """What somebody writes in a case, perhaps with a file."""

    NAMES: ClassVar[Mapping[str, str]] = {"attachment_body": "file", "registration_attachment_ids": "file"}

    message = forms.CharField(label=gettext_lazy("Your message"), max_length=TEXT_MOST, widget=area(4))
    file = attachment_field()


class CaseDecisionForm(ConsoleForm):
    """A reviewer's words; whether they are needed depends on what is decided."""

    message = forms.CharField(
        label=gettext_lazy("Message to the submitter"),
        required=False,
        max_length=TEXT_MOST,
        widget=area(4),
        help_text=gettext_lazy("A question and a refusal need one. An approval says by itself what it brings."),
    )


class CasePolicyForm(ConsoleForm):
    """How cases of a kind are decided: by hand, after a wait, or the first ones refused."""

    mode = forms.ChoiceField(label=gettext_lazy("Decided"), choices=ReviewMode.choices, widget=forms.RadioSelect)
    wait_hours = forms.FloatField(
        label=gettext_lazy("Wait in hours of simulated time"),
        required=False,
        min_value=0,
        max_value=100_000,
        help_text=gettext_lazy("Empty for the documented wait."),
    )
    refusals = forms.IntegerField(
        label=gettext_lazy("Refuse the first cases, so many"),
        required=False,
        min_value=0,
        max_value=50,
        help_text=gettext_lazy("Scripted only; all after them are approved."),
    )
    note = forms.CharField(label=gettext_lazy("What the refusal says"), required=False, max_length=500, widget=area(2))

    @property
    def settings(self) -> dict[str, Any]:
        """The parameters of set_support_case_policy."""
        given = self.cleaned_data
        hours = given["wait_hours"]
        deny = {"outcome": DENY, "note": given["note"]}
        scripted = given["mode"] == ReviewMode.SCRIPTED
        return {
            "mode": given["mode"],
            "wait_seconds": None if hours is None else round(hours * 3600),
            "script": [deny] * (given["refusals"] or 0) + [{"outcome": APPROVE}] if scripted else [],
        }
