"""What recipients see as the sender, by country and by what a request gives. Facts: sender_id_display.json."""

from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _

from messaging.errors import Text
from messaging.models import SenderId
from messaging.operations.offers import UNITED_STATES
from messaging.reference import countries
from messaging.text.tables import document

REQUESTS: dict[str, Text] = {
    "registered": _("A registered sender ID"),
    "none_or_unregistered": _("No sender ID, or one that is not registered"),
    "sender_id": _("A sender ID"),
    "none_with_number": _("No sender ID; the account has a number of the country"),
    "none_without_number": _("No sender ID, and no number of the country either"),
    "any": _("A sender ID or none"),
}
SHOWN: dict[str, Text] = {
    "sender_id": _("The sender ID"),
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
    support = country_code if country_code == UNITED_STATES else countries()[country_code].sender_id
    return tuple(Display(**row) for row in by_support[support])


def display_of(row: SenderId) -> str:
    """Which request of `displays` stands for sending with this sender ID as it is now."""
    if countries()[row.iso_country_code].sender_id == "registration_required":
        return "registered" if row.registered else "none_or_unregistered"
    return "sender_id"
