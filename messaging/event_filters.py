"""How events are narrowed at any size. What an index answers is exact; the rest is looked for among the newest ones.

An event knows its owner, its type and its message. Numbers, country and configuration set stand in the message: they
are read through its key while the index of ages is walked, so that no event is written twice as wide for the sake of a
search. A number that few messages went to is found by that, however long ago they were sent.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import models
from messaging.filters import Property, prefix_range
from messaging.message_filters import (
    BOUND_SECONDS,
    STATUS_CHOICES,
    AgedFilters,
    IdProperty,
    NumberProperty,
    TimeProperty,
    Token,
    digest,
    is_uuid,
    number_typed,
    owner_of,
)
from messaging.reference import event_types

FEW_MESSAGES = 500  # of a number: so many have their events fetched by their ids
EVENT_TYPES = [(name, name) for name in event_types() if not name.endswith("ALL")]
FAMILIES = {"SMS": "TEXT_", "MMS": "MEDIA_", "VOICE": "VOICE_"}


class ChannelProperty(Property):
    """The channel, which is the first word of an event type."""

    def condition(self, operator: str, values: Sequence[str]) -> Q:
        if operator not in self.operators:
            raise ValueError(operator)
        found = Q()
        for value in values:
            found |= Q(event_type__startswith=FAMILIES[self.convert(value)])
        return found if operator == "=" else ~found


class WholeNumberProperty(NumberProperty):
    """A phone number of the message."""

    def condition(self, operator: str, values: Sequence[str]) -> Q:
        """Never as a range or an equality: a database that drove the search from the messages would sort them all."""
        if operator not in self.operators:
            raise ValueError(operator)
        found = Q()
        for value in map(self.convert, values):
            whole = Q(**{f"{self.lookup}__endswith": value}) if operator == "=" else Q()
            found |= Q(**{f"{self.lookup}__startswith": value}) & whole
        return found


class EventFilters(AgedFilters):
    """Filters of events; free text is a whole event id or message id, or the beginning of a destination."""

    def _text(self, text: str) -> Q | None:
        if text and is_uuid(text):
            key = uuid.UUID(text)
            of_message = models.MessageEvent.objects.filter(message_id=key).order_by()
            return Q(pk__in=[key, *of_message.values_list("pk", flat=True)])
        return super()._text(text)

    def is_exact(self, used: Sequence[Token], text: str) -> bool:
        return any(name == "message-id" for name, _operator, _value in used) or super().is_exact(used, text)

    def narrow_by_tokens(
        self, rows: QuerySet[Any], tokens: Iterable[Token], *, text: str = ""
    ) -> tuple[QuerySet[Any], list[Token], list[Token]]:
        narrowed, used, dropped = super().narrow_by_tokens(rows, tokens, text=text)
        if not self.is_exact(used, text):
            # True of every row: it tells a database to begin at the ages of events, also to count, and not at the
            # messages of everybody.
            narrowed = narrowed.filter(pk__gte=uuid.UUID(int=0))
        return narrowed, used, dropped

    def _few_by_prefix(self, base: QuerySet[Any], used: Sequence[Token], text: str) -> list[Any] | None:
        """The ids of the events of the messages that went to a number, when those are few; else None."""
        wanted = self._destinations(used, text)
        if not wanted:
            return None
        owner = owner_of(base)
        known = f"many:events:{owner}:{digest([f'{operator}{number}' for operator, number in wanted])}"
        if cache.get(known):
            return None
        condition = Q()
        for operator, number in wanted:
            lookup = "destination_phone_number"
            condition |= Q(**{lookup: number}) if operator == "=" else prefix_range(lookup, number)
        found = models.Message.objects.filter(condition, owner_id=owner).order_by().values_list("pk", flat=True)
        keys = list(found[: FEW_MESSAGES + 1])
        if len(keys) > FEW_MESSAGES:
            cache.set(known, True, BOUND_SECONDS)
            return None
        return list(models.MessageEvent.objects.filter(message_id__in=keys).order_by().values_list("pk", flat=True))

    def _destinations(self, used: Sequence[Token], text: str) -> list[tuple[str, str]]:
        """The numbers, or beginnings of numbers, of which every event found has one."""
        if text and not is_uuid(text):
            try:
                return [("starts with", number_typed(text))]
            except ValueError:
                return []
        asked = [(operator, number_typed(value)) for name, operator, value in used if name == self.number]
        # Values of one operator are alternatives; of two operators, either already narrows enough.
        return [one for one in asked if one[0] == asked[0][0]]


EVENT_FILTERS = EventFilters(
    models.MessageEvent,
    {
        "event-type": Property(_("Event type"), "event_type", "choice", EVENT_TYPES, console_only=True),
        "status": Property(_("Status"), "status", "choice", STATUS_CHOICES, console_only=True),
        "destination": WholeNumberProperty(
            _("Destination"), "message__destination_phone_number", "id", console_only=True
        ),
        "occurred": TimeProperty(_("Time"), "event_id", "time", console_only=True),
        "channel": ChannelProperty(_("Channel"), "event_type", "choice", models.Channel.choices, console_only=True),
        "originator": Property(_("Originator"), "message__origination_identity", console_only=True),
        "iso-country-code": Property(_("Country"), "message__iso_country_code", console_only=True),
        "configuration-set": Property(_("Configuration set"), "message__configuration_set_name", console_only=True),
        "final": Property(_("Final"), "is_final", "flag", console_only=True),
        "message-id": IdProperty(_("Message id"), "message_id", "id", console_only=True),
        "event-id": IdProperty(_("Event id"), "event_id", "id", console_only=True),
    },
    key="event-id",
    time="occurred",
    exact=("event-type",),
    number="destination",
)
