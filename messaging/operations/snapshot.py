"""What every send reads about an account, kept in the process for as long as its settings stand.

Each operation that changes settings raises RegionalAccount.settings_version in its own transaction (registry.py). A
send reads the version with the tier and limits, in one statement, and takes originators and configuration sets from
memory when the version is the one that they were read under. So a change counts from its commit on, in every process.

The same statement looks the destination up on an opt-out list: on the one that the identity of the send had the last
time. When it has another now, that look-up is worth nothing, and the check of opt-outs makes its own.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from messaging import statements
from messaging.models import OptedOutNumber, RegionalAccount
from messaging.operations.opt_out_lists import is_opted_out
from messaging.text import e164

T = TypeVar("T")

KEPT_ACCOUNTS = 256
KEPT_ANSWERS = 2_000  # per account; an account has few identities but clients may name many that do not exist

# Built once: compiling such a query anew costs more than running it.
_COLUMNS = (
    "account_id", "region", "settings_version", "tier", "voice_tier", "text_spend_limit", "text_spend_override",
    "media_spend_limit", "media_spend_override", "voice_spend_limit", "voice_spend_override",
)  # fmt: skip
_READ = (
    f"SELECT {', '.join(_COLUMNS)}, EXISTS("  # noqa: S608
    f"SELECT 1 FROM {OptedOutNumber._meta.db_table} WHERE opt_out_list_id = %s AND opted_out_number = %s"
    f") FROM {RegionalAccount._meta.db_table} WHERE id = %s"
)
_NO_LIST = 0


@dataclass(slots=True)
class Snapshot:
    """An account in its Region as of one settings version.

    tiers are by channel (SMS, MMS, VOICE); spend_limits by TEXT, MEDIA, VOICE in units of 0.00001 USD, the lower of the
    account's and the enforced one.
    """

    owner_id: int
    account_id: str
    region: str
    tiers: Mapping[str, str]
    spend_limits: Mapping[str, int]
    version: int
    answers: dict[Any, Any] = field(default_factory=dict)
    looked_up: tuple[int, str, bool] = (_NO_LIST, "", False)  # an opt-out list, a number, and whether it is there

    def remember(self, key: Any, find: Callable[[], T]) -> T:
        """The answer kept under `key`, or that of `find`, kept from now on. What `find` raises is not kept."""
        if key in self.answers:
            answer: T = self.answers[key]
            return answer
        if len(self.answers) >= KEPT_ANSWERS:
            self.answers.clear()
        answer = self.answers[key] = find()
        return answer

    def is_opted_out(self, identity: str, opt_out_list_id: int, number: str) -> bool:
        """Whether a number is on the list that a send from `identity` as it was named goes by; at most one query."""
        self.remember(("list", identity), lambda: opt_out_list_id)
        if self.looked_up[:2] == (opt_out_list_id, number):
            return self.looked_up[2]
        return is_opted_out(opt_out_list_id, number)


_kept: OrderedDict[int, Snapshot] = OrderedDict()


def take(owner_id: int, identity: str = "", number: str = "") -> Snapshot:
    """The present state of an account in its Region, with what is remembered of it where that still holds.

    With what a message is to be sent from and to, as they were named, the opt-out look-up comes along. One query.
    """
    if not e164.is_number(number):  # nobody has looked at it yet, and a database does not take every character
        number = ""
    known = _kept.get(owner_id)
    list_id = known.answers.get(("list", identity), _NO_LIST) if known else _NO_LIST
    row = statements.first(_READ, [list_id, number, owner_id])
    if row is None:
        raise RegionalAccount.DoesNotExist(owner_id)
    *columns, found = row
    snapshot = _kept_for(owner_id, columns)
    snapshot.looked_up = list_id, number, bool(found)
    return snapshot


def of(owner: RegionalAccount) -> Snapshot:
    """The same of an account that has just been read: no query."""
    return _kept_for(owner.pk, [getattr(owner, name) for name in _COLUMNS])


def _kept_for(owner_id: int, row: Sequence[Any]) -> Snapshot:
    """A snapshot of the columns, with the answers remembered under the same version."""
    account_id, region, version, tier, voice_tier, *limits = row
    lowest = {
        name: limit if override is None else min(limit, override)
        for name, limit, override in zip(("TEXT", "MEDIA", "VOICE"), limits[::2], limits[1::2], strict=True)
    }
    tiers = {"SMS": tier, "MMS": tier, "VOICE": voice_tier}
    known = _kept.get(owner_id)
    answers = known.answers if known and known.version == version else {}
    snapshot = Snapshot(owner_id, account_id, region, tiers, lowest, version, answers)
    _kept[owner_id] = snapshot
    if len(_kept) > KEPT_ACCOUNTS:
        _kept.popitem(last=False)
    return snapshot


def forget() -> None:
    """Drop everything that is remembered (tests that write rows past the operations)."""
    _kept.clear()
