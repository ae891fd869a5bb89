"""How messages are narrowed at any size: one index gives the rows, or the search is bounded and says so.

A condition that an index answers in the order of the list (status, destination, time, id) is exact however many
messages there are. Everything else is looked for among the newest SEARCHED messages (before the time asked for, if one
is), so that no combination of filters reads a whole table. The page says where the search ended and links to what is
older.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import models
from messaging.filters import Property, ResourceFilters, prefix_range
from messaging.identifiers import earliest_uuid
from messaging.models import NumberType
from messaging.operations.originators import SHARED_ROUTE
from messaging.reference import message_statuses

SEARCHED = 50_000
FEW = 2_000  # so many messages of a number prefix are fetched by their ids; more are met soon enough by age
BOUND_SECONDS = 60  # how long the bound of the newest messages may lag: the window is then a little wider
NUMBER_CHARACTERS = set("+0123456789 ()-.")
Token = tuple[str, str, str]

# Statuses as the list offers them: every status that a message can have, in the order of the events.
STATUS_CHOICES = [(row.status, row.status) for row in {row.status: row for row in message_statuses()}.values()]
ORIGINATOR_TYPES = [*NumberType.choices, (SHARED_ROUTE, _("Shared route"))]


class TimeProperty(Property):
    """A time that is read off the primary key, whose index has the order of the list."""

    def condition(self, operator: str, values: Sequence[str]) -> Q:
        if operator not in self.operators:
            raise ValueError(operator)
        condition = Q()
        for value in values:
            bound = earliest_uuid(self.convert(value))
            condition |= Q(**{f"{self.lookup}__{'lt' if operator == '<' else 'gte'}": bound})
        return condition


class IdProperty(Property):
    """A UUID, whole."""

    @property
    def operators(self) -> tuple[str, ...]:
        return ("=",)

    def convert(self, value: str) -> uuid.UUID:
        return uuid.UUID(value.strip())


class NumberProperty(Property):
    """A phone number, whole or its beginning, typed in any of the usual ways."""

    @property
    def operators(self) -> tuple[str, ...]:
        return ("=", "starts with")

    def convert(self, value: str) -> str:
        return number_typed(value)


def number_typed(value: str) -> str:
    """The E.164 form, or its beginning, of what was typed. Raises ValueError when it cannot be one."""
    if not value.strip() or set(value) - NUMBER_CHARACTERS:
        raise ValueError(value)
    digits = "".join(character for character in value if character.isdigit())
    if not digits:
        raise ValueError(value)
    return f"+{digits}"


def instant_of(key: uuid.UUID) -> datetime:
    """The instant that a version 7 UUID was made, to the millisecond."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


class AgedFilters(ResourceFilters):
    """Filters of a table whose primary key is its age; those in `exact` have an index (owner, property, key)."""

    def __init__(
        self,
        model: type[Any],
        properties: dict[str, Property],
        *,
        key: str,
        time: str,
        exact: Sequence[str],
        number: str,
    ) -> None:
        super().__init__(model, properties, search=[f"{properties[number].lookup}__startswith"])
        self.key, self.time, self.exact, self.number = key, time, exact, number

    def labelled(self, name: str, choices: Sequence[tuple[str, Any]]) -> "AgedFilters":
        """The same filters with other words for the choices of one property."""
        properties = {**self.properties, name: replace(self.properties[name], choices=choices)}
        return type(self)(self.model, properties, key=self.key, time=self.time, exact=self.exact, number=self.number)

    def narrow_by_tokens(
        self, rows: QuerySet[Any], tokens: Iterable[Token], *, text: str = ""
    ) -> tuple[QuerySet[Any], list[Token], list[Token]]:
        base = rows
        tokens = list(tokens)
        narrowed, used, dropped = super().narrow_by_tokens(rows, tokens)
        text_condition = self._text(text)
        if text_condition is not None:
            narrowed = narrowed.filter(text_condition)
        few = self._few_by_prefix(base, used, text)
        if few is not None:
            return narrowed.filter(pk__in=few), used, dropped
        bound = self.bound(base, used, text)
        if bound is not None:
            narrowed = narrowed.filter(pk__gte=bound)
        return narrowed, used, dropped

    def _text(self, text: str) -> Q | None:
        """Free text is a whole id, or the beginning of a number; anything else finds nothing."""
        if not text:
            return None
        try:
            return Q(pk=uuid.UUID(text))
        except ValueError:
            pass
        try:
            # Not as a range: among many rows the index of ages is the one to walk.
            return Q(**{f"{self.properties[self.number].lookup}__startswith": number_typed(text)})
        except ValueError:
            return Q(pk__in=[])

    def _prefixes(self, used: Sequence[Token], text: str) -> list[str]:
        """The number prefixes of which every row found has one; empty without any, or when text names an id."""
        asked = [value for name, operator, value in used if name == self.number and operator == "starts with"]
        if text and not is_uuid(text) and self._text(text) is not None:
            asked = [text]
        try:
            return [number_typed(value) for value in asked]
        except ValueError:
            return []

    def _few_by_prefix(self, base: QuerySet[Any], used: Sequence[Token], text: str) -> list[Any] | None:
        """The ids of the rows with a number prefix when they are few, else None: then age finds them soon enough."""
        prefixes = self._prefixes(used, text)
        if not prefixes:
            return None
        # That there are many stays true for a while; it decides only how rows are found, not which.
        known = f"many:{self.model._meta.model_name}:{owner_of(base)}:{digest(prefixes)}"
        if cache.get(known):
            return None
        lookup = self.properties[self.number].lookup
        condition = Q()
        for prefix in prefixes:
            condition |= prefix_range(lookup, prefix)
        found = base.order_by().filter(condition).values_list("pk", flat=True)
        # Whether there are many is asked of the index alone, so that nothing is read in vain.
        if found[FEW : FEW + 1]:
            cache.set(known, True, BOUND_SECONDS)
            return None
        return list(found[:FEW])

    def is_exact(self, used: Sequence[Token], text: str) -> bool:
        """Whether an index gives the rows in the order of the list, or a key names them."""
        if (text and is_uuid(text)) or any(name == self.key for name, _operator, _value in used):
            return True
        if text:
            return False
        named = {name for name, _operator, _value in used if name != self.time}
        if not named:
            return True
        if len(named) > 1 or not named <= set(self.exact):
            return False
        # Two values of one property are two ranges, which only a sort would bring into one order.
        return len(used_of(used, *named)) == 1 and used_of(used, *named)[0][1] == "="

    def bound(self, base: QuerySet[Any], used: Sequence[Token], text: str) -> uuid.UUID | None:
        """The oldest key that a search without an index of its own looks at, None when all are looked at."""
        if self.is_exact(used, text) or self._few_by_prefix(base, used, text) is not None:
            return None
        before = [token for token in used if token[0] == self.time and token[1] == "<"]
        if before:
            base = base.filter(self.properties[self.time].condition("<", [token[2] for token in before]))
            return _nth(base)
        return self.newest(base)

    def newest(self, base: QuerySet[Any]) -> uuid.UUID | None:
        """The key of the oldest of the newest SEARCHED rows, None with fewer. base is narrowed to an owner, no more."""
        name = f"searched:{self.model._meta.model_name}:{owner_of(base)}"
        bound: Any = cache.get(name, "")
        if bound == "":
            bound = _nth(base)
            cache.set(name, bound, BOUND_SECONDS if bound is not None else 1)
        return bound


def digest(prefixes: Sequence[str]) -> str:
    """A cache key's part, short however long a search is."""
    return sha256(",".join(prefixes).encode()).hexdigest()


def owner_of(base: QuerySet[Any]) -> Any:
    """The primary key of the account in its Region that rows are narrowed to, before anything else."""
    first: Any = base.query.where.children[0]
    return first.rhs


def used_of(used: Sequence[Token], *names: str) -> list[Token]:
    return [token for token in used if token[0] in names]


def is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _nth(rows: QuerySet[Any]) -> uuid.UUID | None:
    """The key of the SEARCHED-th newest row, from the index alone; None when there are not so many."""
    return rows.order_by("-pk").values_list("pk", flat=True)[SEARCHED - 1 : SEARCHED].first()


MESSAGE_FILTERS = AgedFilters(
    models.Message,
    {
        "status": Property(_("Status"), "status", "choice", STATUS_CHOICES, console_only=True),
        "destination": NumberProperty(_("Destination"), "destination_phone_number", "id", console_only=True),
        "created": TimeProperty(_("Time"), "message_id", "time", console_only=True),
        "channel": Property(_("Channel"), "channel", "choice", models.Channel.choices, console_only=True),
        "iso-country-code": Property(_("Country"), "iso_country_code", console_only=True),
        "originator": Property(_("Originator"), "origination_identity", console_only=True),
        "originator-type": Property(
            _("Originator type"), "originator_type", "choice", ORIGINATOR_TYPES, console_only=True
        ),
        "configuration-set": Property(_("Configuration set"), "configuration_set_name", console_only=True),
        "pool-id": Property(_("Pool"), "pool_id", console_only=True),
        "message-type": Property(
            _("Message type"), "message_type", "choice", models.MessageType.choices, console_only=True
        ),
        "encoding": Property(
            _("Encoding"), "encoding", "choice", [("GSM", "GSM-7"), ("UNICODE", "UCS-2")], console_only=True
        ),
        "parts": Property(_("Message parts"), "parts", "number", console_only=True),
        "final": Property(_("Final"), "is_final", "flag", console_only=True),
        "message-id": IdProperty(_("Message id"), "message_id", "id", console_only=True),
    },
    key="message-id",
    time="created",
    exact=("status", "destination"),
    number="destination",
)

INBOUND_FILTERS = AgedFilters(
    models.InboundMessage,
    {
        "handset": NumberProperty(_("Handset"), "origination_number", "id", console_only=True),
        "number": NumberProperty(_("Our number"), "destination_number", "id", console_only=True),
        "created": TimeProperty(_("Time"), "inbound_message_id", "time", console_only=True),
        "keyword": Property(_("Keyword"), "message_keyword", console_only=True),
        "keyword-action": Property(
            _("Action"), "keyword_action", "choice", models.Keyword.Action.choices, console_only=True
        ),
        "message-id": IdProperty(_("Inbound message id"), "inbound_message_id", "id", console_only=True),
    },
    key="message-id",
    time="created",
    exact=("handset",),
    number="handset",
)

HANDSET_FILTERS = ResourceFilters(
    models.Handset,
    {
        "iso-country-code": Property(_("Country"), "iso_country_code", console_only=True),
        "phone-number": NumberProperty(_("Number"), "phone_number", "id", console_only=True),
    },
    search=["phone_number__startswith"],
)
