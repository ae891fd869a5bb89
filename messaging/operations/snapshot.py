"""What every send reads about an account, kept in the process for as long as its settings stand.

Each operation that changes settings raises RegionalAccount.settings_version in its own transaction (registry.py). A
send reads the version with the tier and limits, in one statement, and takes originators and configuration sets from
memory when the version is the one that they were read under. So a change counts from its commit on, in every process.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from messaging import batches, statements
from messaging.models import RegionalAccount

T = TypeVar("T")

KEPT_ACCOUNTS = 256
KEPT_ANSWERS = 2_000  # per account; an account has few identities but clients may name many that do not exist

# Built once: compiling such a query anew costs more than running it.
_COLUMNS = (
    "account_id", "region", "settings_version", "tier", "voice_tier", "text_spend_limit", "text_spend_override",
    "media_spend_limit", "media_spend_override", "voice_spend_limit", "voice_spend_override",
)  # fmt: skip
_READ = f"SELECT {', '.join(_COLUMNS)} FROM {RegionalAccount._meta.db_table} WHERE id = %s"  # noqa: S608


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

    def remember(self, key: Any, find: Callable[[], T]) -> T:
        """The answer kept under `key`, or that of `find`, kept from now on. What `find` raises is not kept."""
        if key in self.answers:
            answer: T = self.answers[key]
            return answer
        if len(self.answers) >= KEPT_ANSWERS:
            self.answers.clear()
        answer = self.answers[key] = find()
        return answer


_kept: OrderedDict[int, Snapshot] = OrderedDict()


def take(owner_id: int) -> Snapshot:
    """The present state of an account in its Region, with what is remembered of it where that still holds."""
    row = batches.once((_READ, owner_id), lambda: statements.first(_READ, [owner_id]))
    if row is None:
        raise RegionalAccount.DoesNotExist(owner_id)
    return _kept_for(owner_id, row)


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
