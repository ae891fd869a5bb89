"""What recipients see as the sender, by country and by what a request gives. Facts: sender_id_display.json."""

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Text
from messaging.models import Message, SenderId
from messaging.operations.offers import UNITED_STATES
from messaging.reference import countries
from messaging.text.tables import document

INDIA, SINGAPORE = "IN", "SG"
LIKELY_SCAM = "LIKELY-SCAM"  # countries.csv, footnote 5: what stands there instead of an unregistered sender ID
OWN_ROWS = {UNITED_STATES, SINGAPORE}  # countries with a table of their own

REQUESTS: dict[str, Text] = {
    "registered": _("A registered sender ID"),
    "unregistered": _("A sender ID that is not registered"),
    "none_or_unregistered": _("No sender ID, or one that is not registered"),
    "sender_id": _("A sender ID"),
    "none_with_number": _("No sender ID; the account has a number of the country"),
    "none_without_number": _("No sender ID, and no number of the country either"),
    "any": _("A sender ID or none"),
}
SHOWN: dict[str, Text] = {
    "sender_id": _("The sender ID"),
    "likely_scam": _("LIKELY-SCAM; carriers may filter the message"),
    "number": _("The number of the account"),
    "notice": _("NOTICE"),
    "notice_if_carried": _("NOTICE, if the carrier lets it through; it may not arrive"),
    "random": _("A random long code or a shared short code"),
    "dedicated_only": _("Only a dedicated number of the account; without one nothing is delivered"),
}


@dataclass(frozen=True, slots=True)
class Display:
    """One row of the table: what the request gives and what the recipient sees, as keys and in words."""

    request: str
    shown: str

    @property
    def request_words(self) -> Text:
        return REQUESTS[self.request]

    @property
    def shown_words(self) -> Text:
        return SHOWN[self.shown]


@cache
def displays(country_code: str) -> tuple[Display, ...]:
    """The rows for a country (ISO code). Raises KeyError for one that is not served."""
    by_support = document("sender_id_display.json")["support"]
    support = country_code if country_code in OWN_ROWS else countries()[country_code].sender_id
    return tuple(Display(**row) for row in by_support[support])


def display_of(row: SenderId) -> str:
    """Which request of `displays` stands for sending with this sender ID as it is now."""
    if countries()[row.iso_country_code].sender_id == "registration_required":
        return "registered" if row.registered else "none_or_unregistered"
    if row.iso_country_code == SINGAPORE:
        return "registered" if row.registered else "unregistered"
    return "sender_id"


def is_likely_scam(sender_id: str, registered: Collection[str]) -> bool:
    """Whether handsets in Singapore show LIKELY-SCAM for a sender ID, given those that are registered there."""
    return sender_id not in registered


def registered_in_singapore(owner_id: int) -> frozenset[str]:
    """The account's sender IDs that are in Singapore's register. One query."""
    rows = SenderId.objects.filter(owner_id=owner_id, iso_country_code=SINGAPORE, registered=True)
    return frozenset(rows.values_list("sender_id", flat=True))


def shown_senders(caller: Caller, messages: Sequence[Message]) -> dict[Message, str]:
    """What handsets show instead of the origination identity, for those messages where it is something else.

    In Singapore LIKELY-SCAM for a sender ID that is not in the register now; in India a random numeric sender for what
    comes from no sender ID and so by the international route. One query where a message to Singapore is among them.
    """
    scam = [row for row in messages if row.iso_country_code == SINGAPORE and row.originator_type == "SENDER_ID"]
    registered = registered_in_singapore(caller.owner_id) if scam else frozenset()
    shown = {row: LIKELY_SCAM for row in scam if is_likely_scam(row.origination_identity, registered)}
    for row in messages:
        if row.iso_country_code == INDIA and row.originator_type != "SENDER_ID" and row.channel == "SMS":
            shown[row] = f"{zlib.crc32(row.message_id.bytes) % 900_000 + 100_000}"
    return shown
