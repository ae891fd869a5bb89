"""What the account can send from to a destination, what it cannot and why; nothing here knows of a request or form."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from console.cells import international
from console.tag_names import called, with_names
from messaging.caller import Caller
from messaging.errors import Text
from messaging.models import NumberType, PhoneNumber, Pool, SenderId
from messaging.operations.originators import SENDER_ID, SHARED_ROUTE, SHARED_SENDER, why_not, why_not_sender_id
from messaging.reference import Channel, country_of
from messaging.text import e164

MOST_IDENTITIES = 100  # in the list; others can be reached through a pool


def country_typed(destination: str) -> str:
    """The ISO code of a number's country as sending sees it; nothing for what is no number, or not yet."""
    return country_of(destination) if e164.is_number(destination) else ""


@dataclass(frozen=True, slots=True)
class Unfit:
    """An identity that cannot reach the destination, and why not."""

    shown: str
    why_not: Text


class Senders:
    """What the account can send from to one destination on a channel. Three queries, two without a destination."""

    def __init__(self, caller: Caller, destination: str, keep: str = "", channel: Channel = "SMS") -> None:
        self.channel, self.identity = channel, keep
        self.pools = list(with_names(caller, Pool.objects.for_caller(caller).order_by("-id"))[:MOST_IDENTITIES])
        rows = PhoneNumber.objects.for_caller(caller).select_related("pool").order_by("-id")
        self.numbers: list[PhoneNumber] = list(rows[:MOST_IDENTITIES])
        self.by_name: dict[str, PhoneNumber] = {row.phone_number: row for row in self.numbers}
        if keep.startswith("+") and keep not in self.by_name:
            self.by_name |= {row.phone_number: row for row in rows.filter(phone_number=keep)}
        known, country = e164.is_number(destination), country_typed(destination)
        self.unfit: list[Unfit] = []
        self.fit: list[PhoneNumber] = []
        for row in self.by_name.values():
            reason = why_not(row, country, e164.normalise(destination), channel) if known else ""
            if reason and row.phone_number != keep:
                self.unfit.append(Unfit(row.phone_number, reason))
            else:
                self.fit.append(row)
        asked = channel == "SMS" and (country or keep)  # a sender ID belongs to a country
        self.sender_ids = self._sender_ids(caller, country, keep) if asked else []

    def _sender_ids(self, caller: Caller, country: str, keep: str) -> list[str]:
        """The sender IDs of the destination's country; those that cannot send are noted with the reason."""
        wanted = Q(iso_country_code=country) | Q(sender_id=keep) if keep else Q(iso_country_code=country)
        rows = SenderId.objects.for_caller(caller).filter(wanted).order_by("-id")[:MOST_IDENTITIES]
        found: dict[str, None] = {}
        for row in rows:
            reason = why_not_sender_id(row, country)
            if not reason or row.sender_id == keep:
                found[row.sender_id] = None
            elif row.iso_country_code == country:
                self.unfit.append(Unfit(row.sender_id, reason))
        return list(found)

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
        if self.sender_ids:
            found.append((_("Sender IDs"), [(name, name) for name in self.sender_ids]))
        if self.pools:
            found.append((_("Phone pools"), [(p.pool_id, called(p)) for p in self.pools]))
        return found

    @property
    def message_type(self) -> str:
        """The message type of the chosen identity; nothing while none is chosen."""
        row = self.by_name.get(self.identity)
        if row is None:
            row = next((pool for pool in self.pools if pool.pool_id == self.identity), None)
        return str(row.message_type) if row is not None else ""

    def type_of(self, identity: str) -> str:
        """The originator type that decides the price, as far as it is known before the checks."""
        row = self.by_name.get(identity)
        if row is not None:
            return str(row.number_type)
        if identity in self.sender_ids:
            return SENDER_ID
        return str(self.fit[0].number_type) if self.fit else SHARED_ROUTE

    def shown(self, identity: str) -> str:
        row = self.by_name.get(identity)
        if row is not None:
            return row.phone_number
        if identity in self.sender_ids:
            return identity
        return self.fit[0].phone_number if self.fit else SHARED_SENDER
