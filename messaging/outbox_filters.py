"""How deliveries and log records are narrowed at any size: by an index, or among the newest only, which the page says.

Both tables grow by a row per event. What no index answers in the order of the list is looked for among the newest
SEARCHED rows.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from messaging import models
from messaging.filters import Property, ResourceFilters
from messaging.message_filters import SEARCHED, IdProperty, Token
from messaging.reference import event_types

EVENT_TYPES = [(name, name) for name in event_types() if not name.endswith("ALL")]


class NewestFilters(ResourceFilters):
    """Filters of a table whose primary key is its age. `exact` ones have an index; others search the newest rows."""

    def __init__(self, model: type[Any], properties: dict[str, Property], *, exact: Sequence[str]) -> None:
        super().__init__(model, properties, search=["pk"])  # what free text finds, containing() says
        self.exact = frozenset(exact)

    def labelled(self, name: str, choices: Sequence[tuple[str, Any]]) -> "NewestFilters":
        """The same filters with other words for the choices of one property."""
        from dataclasses import replace

        properties = {**self.properties, name: replace(self.properties[name], choices=choices)}
        return type(self)(self.model, properties, exact=sorted(self.exact))

    def narrow_by_tokens(
        self, rows: QuerySet[Any], tokens: Iterable[Token], *, text: str = ""
    ) -> tuple[QuerySet[Any], list[Token], list[Token]]:
        narrowed, used, dropped = super().narrow_by_tokens(rows, tokens)
        if text:
            narrowed = narrowed.filter(self.containing(text))
        bound = self.bound(rows, used, text)
        return narrowed if bound is None else narrowed.filter(pk__gte=bound), used, dropped

    def containing(self, text: str) -> Q:
        """What free text asks of a row."""
        return Q(pk__in=[])

    def bound(self, rows: QuerySet[Any], used: Sequence[Token], text: str) -> int | None:
        """The oldest row that is looked at; None when all of them are, or when there are no more than that."""
        if not text and all(name in self.exact and operator == "=" for name, operator, _value in used):
            return None
        key: int | None = rows.order_by("-pk").values_list("pk", flat=True)[SEARCHED : SEARCHED + 1].first()
        return key


class DeliveryFilters(NewestFilters):
    """Free text is an event id or a message id, whole."""

    def containing(self, text: str) -> Q:
        try:
            key = IdProperty("", "event_id", "id").convert(text)
        except ValueError:
            return Q(pk__in=[])
        return Q(event_id=key) | Q(message_id=key)


class RecordFilters(NewestFilters):
    """Free text is looked for anywhere in the record, as it is written."""

    def containing(self, text: str) -> Q:
        return Q(written__icontains=text)


DELIVERY_FILTERS = DeliveryFilters(
    models.OutboxEntry,
    {
        "status": Property(_("Status"), "status", "choice", models.OutboxEntry.Status.choices, console_only=True),
        "event-destination": Property(
            _("Event destination"), "event_destination__event_destination_name", console_only=True
        ),
        "configuration-set": Property(
            _("Configuration set"), "event_destination__configuration_set__configuration_set_name", console_only=True
        ),
        "kind": Property(
            _("Destination"),
            "event_destination__kind",
            "choice",
            models.EventDestination.Kind.choices,
            console_only=True,
        ),
        "event-type": Property(_("Event type"), "event_type", "choice", EVENT_TYPES, console_only=True),
        "created": Property(_("Time"), "created_timestamp", "time", console_only=True),
        "attempts": Property(_("Attempts"), "attempts", "number", console_only=True),
        "message-id": IdProperty(_("Message id"), "message_id", "id", console_only=True),
        "event-id": IdProperty(_("Event id"), "event_id", "id", console_only=True),
    },
    exact=("status", "event-id"),
)

RECORD_FILTERS = RecordFilters(
    models.LogRecord,
    {
        "event-type": Property(_("Event type"), "event_type", "choice", EVENT_TYPES, console_only=True),
        "message-status": Property(_("Status"), "message_status", console_only=True),
        "destination": Property(_("Destination"), "destination", console_only=True),
        "country": Property(_("Country"), "country", console_only=True),
        "message-id": Property(_("Message id"), "message_key", console_only=True),
        "event-id": IdProperty(_("Event id"), "event_id", "id", console_only=True),
        "written": Property(_("Time"), "created_timestamp", "time", console_only=True),
    },
    exact=("event-id",),
)


def _member(name: str) -> Cast:
    return Cast(KT(f"record__{name}"), TextField())  # as text, or lookups would take what is asked for as JSON


def searchable(rows: QuerySet[models.LogRecord]) -> QuerySet[models.LogRecord]:
    """Log records with the members that they are searched by, read from the JSON."""
    return rows.annotate(
        event_type=_member("eventType"),
        message_status=_member("messageStatus"),
        destination=_member("destinationPhoneNumber"),
        country=_member("isoCountryCode"),
        message_key=_member("messageId"),
        written=Cast("record", TextField()),
    )
