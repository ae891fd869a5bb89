"""Filters of every resource, declared once: the API's filter names, what they mean, and how they narrow.

A ResourceFilters is a django-filter FilterSet underneath. The wire passes `[{"name": …, "values": […]}]` to narrow();
pages pass tokens `(property, operator, value)` to narrow_by_tokens(). Properties marked console_only have no API name.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import models
from messaging.errors import Invalid, Text

OPERATORS: dict[str, str] = {
    "=": "in", "!=": "not", "contains": "icontains", "starts with": "startswith", "<": "lt", ">": "gt",
}  # fmt: skip
FLAG_VALUES = {"true": True, "false": False}
LARGEST = 2**63 - 1  # that a database compares with
LAST_SECOND = 253_402_214_400  # the last day of the year 9999 begins: what is later has no date in some zone
NUMBER_PREFIX = re.compile(r"\+\d*")


def prefix_range(lookup: str, prefix: str) -> Q:
    """Numbers that start with a prefix, as a range that every database answers from a plain index.

    Only digits differ between the ends, so that it does not matter how the database sorts signs.
    """
    stem = prefix.rstrip("9")
    condition = Q(**{f"{lookup}__gte": prefix})
    if stem != "+":
        condition &= Q(**{f"{lookup}__lt": stem[:-1] + str(int(stem[-1]) + 1)})
    return condition


def starting_with(lookup: str, text: str) -> Q:
    """Rows whose value begins with a text; the beginning of a phone number is found by an index."""
    condition = Q(**{f"{lookup}__startswith": text})
    return condition & prefix_range(lookup, text) if NUMBER_PREFIX.fullmatch(text) else condition


@dataclass(frozen=True, slots=True)
class Property:
    """One thing that a list can be narrowed by.

    lookup is a field path of the model. kind is choice, flag, text, number or time; it decides the operators.
    """

    label: Text
    lookup: str
    kind: str = "text"
    choices: Sequence[tuple[str, Text]] = ()
    console_only: bool = False
    many: bool = False  # the lookup crosses to many rows: ask for the parent's key, so that no row comes twice
    means: str = ""  # the one operator that is in the name of an API filter (expires-before), which gives values only
    flags: Mapping[str, str] = field(default_factory=dict)  # value -> the boolean field that stands for it

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that the page offers for this kind."""
        if self.means:
            return (self.means,)
        return {
            "choice": ("=", "!="),
            "flag": ("=",),
            "text": ("=", "!=", "contains", "starts with"),
            "id": ("=", "starts with"),
            "number": ("=", "<", ">"),
            "time": ("<", ">"),
        }[self.kind]

    def condition(self, operator: str, values: Sequence[str]) -> Q:
        """What rows must satisfy. Raises ValueError when an operator or a value does not fit."""
        if self.means and operator == "=":
            operator = self.means
        if operator not in self.operators:
            raise ValueError(operator)
        converted = [self.convert(value) for value in values]
        if self.flags:
            flagged = Q()
            for value in converted:
                flagged |= Q(**{self.flags[value]: True})
            return flagged if operator == "=" else ~flagged
        if operator == "=":
            return Q(**{f"{self.lookup}__in": converted})
        if operator == "!=":
            return ~Q(**{f"{self.lookup}__in": converted})
        condition = Q()
        for value in converted:
            found = Q(**{f"{self.lookup}__{OPERATORS[operator]}": value})
            condition |= starting_with(self.lookup, value) if operator == "starts with" else found
        return condition

    def convert(self, value: str) -> Any:
        """The Python value of what was typed. Raises ValueError."""
        if self.kind == "flag":
            try:
                return FLAG_VALUES[value.strip().lower()]
            except KeyError as error:
                raise ValueError(value) from error
        if self.kind == "choice" and self.choices and value not in {key for key, _label in self.choices}:
            raise ValueError(value)
        if self.kind == "number":
            return _in_range(int(value))
        if self.kind == "time":
            from django.utils.dateparse import parse_datetime
            from django.utils.timezone import is_naive, make_aware

            if value.isdecimal():
                return datetime.fromtimestamp(_in_range(int(value), LAST_SECOND), UTC)
            parsed = parse_datetime(value if len(value) > 10 else f"{value}T00:00:00")
            if parsed is None:
                raise ValueError(value)
            return make_aware(parsed) if is_naive(parsed) else parsed
        return value


def _in_range(number: int, most: int = LARGEST) -> int:
    """The number, when it can be compared. Raises ValueError."""
    if abs(number) > most:
        raise ValueError(number)
    return number


class TokenFilter(django_filters.Filter):
    """A django-filter Filter whose value is a list of (operator, values) of one property."""

    def __init__(self, property: Property) -> None:
        super().__init__(field_name=property.lookup, label=str(property.label))
        self.property = property

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        for operator, values in value or ():
            condition = self.property.condition(operator, values)
            if self.property.many:
                condition = Q(pk__in=queryset.model._default_manager.filter(condition).values("pk"))
            queryset = queryset.filter(condition)
        return queryset


class ResourceFilters:
    """The properties of one resource, by API filter name, and what free text searches."""

    def __init__(self, model: type[Model], properties: Mapping[str, Property], *, search: Sequence[str] = ()) -> None:
        self.model = model
        self.properties = dict(properties)
        self.search = tuple(search)

    @property
    def api_names(self) -> set[str]:
        """The names that the API knows (a test holds them equal to the service model's)."""
        return {name for name, property in self.properties.items() if not property.console_only}

    @cached_property
    def filterset(self) -> type[django_filters.FilterSet]:
        """The FilterSet, one TokenFilter per property."""
        meta = type("Meta", (), {"model": self.model, "fields": []})
        members: dict[str, Any] = {name: TokenFilter(property) for name, property in self.properties.items()}
        return type(f"{self.model.__name__}Filters", (django_filters.FilterSet,), {**members, "Meta": meta})

    def _narrow(self, rows: QuerySet[Any], by_name: Mapping[str, list[tuple[str, list[str]]]]) -> QuerySet[Any]:
        # The class's own filters: an instance would copy them all for a form that nobody sees.
        for name, conditions in by_name.items():
            rows = self.filterset.base_filters[name].filter(rows, conditions)
        return rows

    def narrow(self, rows: QuerySet[Any], filters: Iterable[Mapping[str, Any]] | None) -> QuerySet[Any]:
        """Narrow by the API's Filters; values of one are alternatives. Raises Invalid INVALID_FILTER_VALUES."""
        by_name: dict[str, list[tuple[str, list[str]]]] = {}
        for item in filters or ():
            by_name.setdefault(item["name"], []).append(("=", list(item["values"])))
        try:
            return self._narrow(rows, by_name)
        except (ValueError, KeyError) as error:
            raise Invalid(
                _("A filter has a value that it cannot have: %(value)s.") % {"value": str(error).strip("'")},
                reason="INVALID_FILTER_VALUES",
                fields={"filters": _("Use values of the filter's own enumeration; true or false for switches.")},
            ) from error

    def narrow_by_tokens(
        self, rows: QuerySet[Any], tokens: Iterable[tuple[str, str, str]], *, text: str = ""
    ) -> tuple[QuerySet[Any], list[tuple[str, str, str]], list[tuple[str, str, str]]]:
        """Narrow by the page's tokens, joined by and (equals-values of one property by or), and by free text.

        Returns the rows, the tokens that were used and those that were dropped as not understood.
        """
        grouped: dict[tuple[str, str], list[str]] = {}
        used: list[tuple[str, str, str]] = []
        dropped: list[tuple[str, str, str]] = []
        for name, operator, value in tokens:
            try:
                self.properties[name].condition(operator, [value])
            except (KeyError, ValueError):
                dropped.append((name, operator, value))
                continue
            used.append((name, operator, value))
            grouped.setdefault((name, operator), []).append(value)
        by_name: dict[str, list[tuple[str, list[str]]]] = {}
        for (name, operator), values in grouped.items():
            by_name.setdefault(name, []).append((operator, values))
        rows = self._narrow(rows, by_name)
        if text and self.search:
            found = Q()
            for lookup in self.search:
                if lookup.startswith("tag_name") and "tag_name" not in rows.query.annotations:
                    continue  # only pages annotate what people call a row (operations.tags.tag_name)
                path, startswith, _rest = lookup.partition("__startswith")
                found |= starting_with(path, text) if startswith else Q(**{lookup: text})
            rows = rows.filter(found)
        return rows, used, dropped


CAPABILITIES = [("SMS", _("SMS")), ("MMS", _("MMS")), ("VOICE", _("Voice"))]
STATUS, TYPE = _("Status"), _("Message type")
PROTECTED = _("Deletion protection")

PHONE_NUMBER_FILTERS = ResourceFilters(
    models.PhoneNumber,
    {
        "status": Property(STATUS, "status", "choice", models.PhoneNumber.Status.choices),
        "iso-country-code": Property(_("Country"), "iso_country_code"),
        "message-type": Property(TYPE, "message_type", "choice", models.MessageType.choices),
        "number-capability": Property(
            _("Capability"), "", "choice", CAPABILITIES, flags={"SMS": "sms", "MMS": "mms", "VOICE": "voice"}
        ),
        "number-type": Property(_("Number type"), "number_type", "choice", models.NumberType.choices),
        "two-way-enabled": Property(_("Two-way"), "two_way_enabled", "flag"),
        "self-managed-opt-outs-enabled": Property(_("Self-managed opt-outs"), "self_managed_opt_outs_enabled", "flag"),
        "opt-out-list-name": Property(_("Opt-out list"), "opt_out_list__opt_out_list_name"),
        "deletion-protection-enabled": Property(PROTECTED, "deletion_protection_enabled", "flag"),
        "two-way-channel-arn": Property(_("Two-way channel"), "two_way_channel_arn"),
        "phone-number": Property(_("Phone number"), "phone_number", console_only=True),
        "pool-id": Property(_("Pool"), "pool__pool_id", console_only=True),
    },
    search=["phone_number__startswith", "phone_number_id__startswith", "tag_name__icontains"],
)

SENDER_ID_FILTERS = ResourceFilters(
    models.SenderId,
    {
        "sender-id": Property(_("Sender ID"), "sender_id"),
        "iso-country-code": Property(_("Country"), "iso_country_code"),
        "message-type": Property(
            TYPE,
            "",
            "choice",
            models.MessageType.choices,
            flags={"TRANSACTIONAL": "transactional", "PROMOTIONAL": "promotional"},
        ),
        "deletion-protection-enabled": Property(PROTECTED, "deletion_protection_enabled", "flag"),
        "registered": Property(_("Registered"), "registered", "flag"),
    },
    search=["sender_id__istartswith"],
)

POOL_FILTERS = ResourceFilters(
    models.Pool,
    {
        "status": Property(STATUS, "status", "choice", models.Pool.Status.choices),
        "message-type": Property(TYPE, "message_type", "choice", models.MessageType.choices),
        "two-way-enabled": Property(_("Two-way"), "two_way_enabled", "flag"),
        "self-managed-opt-outs-enabled": Property(_("Self-managed opt-outs"), "self_managed_opt_outs_enabled", "flag"),
        "opt-out-list-name": Property(_("Opt-out list"), "opt_out_list__opt_out_list_name"),
        "shared-routes-enabled": Property(_("Shared routes"), "shared_routes_enabled", "flag"),
        "deletion-protection-enabled": Property(PROTECTED, "deletion_protection_enabled", "flag"),
        "two-way-channel-arn": Property(_("Two-way channel"), "two_way_channel_arn"),
    },
    search=["pool_id__startswith", "tag_name__icontains"],
)

CONFIGURATION_SET_FILTERS = ResourceFilters(
    models.ConfigurationSet,
    {
        "event-destination-name": Property(
            _("Event destination"), "event_destinations__event_destination_name", many=True
        ),
        "matching-event-types": Property(_("Event type"), "event_destinations__event_types__event_type", many=True),
        "default-message-type": Property(
            _("Default message type"), "default_message_type", "choice", models.MessageType.choices
        ),
        "default-sender-id": Property(_("Default sender ID"), "default_sender_id"),
        "default-message-feedback-enabled": Property(_("Message feedback"), "default_message_feedback_enabled", "flag"),
        "protect-configuration-id": Property(_("Protect configuration"), "protect_configuration_id"),
        "configuration-set-name": Property(_("Name"), "configuration_set_name", console_only=True),
    },
    search=["configuration_set_name__icontains"],
)

OPT_OUT_LIST_FILTERS = ResourceFilters(
    models.OptOutList,
    {"opt-out-list-name": Property(_("Name"), "opt_out_list_name", console_only=True)},
    search=["opt_out_list_name__icontains"],
)

OPTED_OUT_FILTERS = ResourceFilters(
    models.OptedOutNumber,
    {
        "end-user-opted-out": Property(_("Asked by the recipient"), "end_user_opted_out", "flag"),
        "opted-out-number": Property(_("Number"), "opted_out_number", "id", console_only=True),
    },
    search=["opted_out_number__startswith"],
)

KEYWORD_FILTERS = ResourceFilters(
    models.Keyword,
    {"keyword-action": Property(_("Action"), "keyword_action", "choice", models.Keyword.Action.choices)},
    search=["keyword__istartswith"],
)

POOL_ORIGINATION_IDENTITY_FILTERS = ResourceFilters(
    models.PhoneNumber,
    {
        "iso-country-code": Property(_("Country"), "iso_country_code"),
        "number-capability": PHONE_NUMBER_FILTERS.properties["number-capability"],
    },
)

PROTECT_CONFIGURATION_FILTERS = ResourceFilters(
    models.ProtectConfiguration,
    {
        "account-default": Property(_("Account default"), "account_default", "flag"),
        "deletion-protection-enabled": Property(PROTECTED, "deletion_protection_enabled", "flag"),
    },
    search=["protect_configuration_id__startswith", "tag_name__icontains"],
)

EXPIRES, CREATED = _("Expires"), _("Created")
NUMBER_OVERRIDE_FILTERS = ResourceFilters(
    models.NumberOverride,
    {
        "iso-country-code": Property(_("Country"), "iso_country_code"),
        "destination-phone-number-begins-with": Property(
            _("Number"), "destination_phone_number", "text", means="starts with"
        ),
        "action": Property(_("Action"), "action", "choice", models.NumberOverride.Action.choices),
        "expires-before": Property(EXPIRES, "expiration_timestamp", "time", means="<"),
        "expires-after": Property(EXPIRES, "expiration_timestamp", "time", means=">"),
        "created-before": Property(CREATED, "created_timestamp", "time", means="<"),
        "created-after": Property(CREATED, "created_timestamp", "time", means=">"),
    },
    search=["destination_phone_number__startswith"],
)

JOB_FILTERS = ResourceFilters(
    models.Job,
    {
        "status": Property(STATUS, "status", "choice", models.Job.Status.choices, console_only=True),
        "actor": Property(_("Started by"), "actor", console_only=True),
        "refused": Property(_("Refused"), "refused", "number", console_only=True),
    },
    search=["title__icontains"],
)

VERIFIED_DESTINATION_NUMBER_FILTERS = ResourceFilters(
    models.VerifiedDestinationNumber,
    {
        "status": Property(STATUS, "status", "choice", models.VerifiedDestinationNumber.Status.choices),
        "rcs-agent-id": Property(_("RCS agent"), "rcs_agent_id"),
        "destination-phone-number": Property(_("Number"), "destination_phone_number", console_only=True),
    },
    search=["destination_phone_number__startswith"],
)
