"""Throughput: so many message parts a second from an originator, one message a second to a recipient.

The service queues nothing: what comes too fast is refused and the caller waits (throughput.json, no-queue). A rate is
kept by the generic cell rate algorithm with a burst of one second's worth, in simulated time: a meter says when its
bucket is empty again, a message may go while that is less than the burst away, and each adds its parts. So a message of
ten parts goes at one part a second too, and the next one waits for ten seconds.

What checks read (`full`) and what an accepted message uses up (`take`) are two statements: the second is conditional,
so that of two sends at once that both saw room only as many pass as there is room for.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging import clock, reference
from messaging.batches import METERS, at_the_end
from messaging.bulk import insert_rows
from messaging.errors import Text, Throttled
from messaging.models import Meter, NumberType, PhoneNumber, RegionalAccount, SenderId
from messaging.operations.snapshot import Snapshot
from messaging.transactions import write_transaction

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000  # microseconds
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
SWEPT = 5_000  # meters in one statement
DRY_RUNS = 5  # message parts a second that are only checked (behaviour_rules.json, send.dry_run)
DAILY = "day:"  # begins the keys that count a day from its first instant: they say something until the day is over


class Rate(NamedTuple):
    """A limit that a message meets: its meter, microseconds per unit, the burst in microseconds, units it takes."""

    key: str
    interval: int
    burst: int
    units: int
    says: Text
    allowed: int

    @property
    def cost(self) -> int:
        """Microseconds that the message fills the bucket for."""
        return self.interval * self.units


def instant(at: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)


def originator_mps(account: Snapshot, channel: str, originator_type: str, country: str) -> int | None:
    """Parts per second of an originator type to a country, raised for the account or not; None without a limit."""
    limit = reference.throughput(originator_type, country)
    if limit is None or originator_type == NumberType.SIMULATOR:
        return None
    default = limit.sms_mps if channel == "SMS" else limit.mms_mps
    if not default:
        return None
    raised = account.remember("raised-rates", lambda: _raised(account.owner_id))
    return max(default, int(raised.get(quota_id(channel, originator_type, country), 0)))


def quota_id(channel: str, originator_type: str, country: str) -> str:
    """The name that a raised rate has among the quotas of an account, such as "sms_mps:SHORT_CODE:US"."""
    return f"{channel.lower()}_mps:{originator_type}:{country}"


def _raised(owner_id: int) -> dict[str, int]:
    quotas: dict[str, int] = RegionalAccount.objects.values_list("quotas", flat=True).get(pk=owner_id)
    return {name: value for name, value in quotas.items() if "_mps:" in name}


def meter_key(channel: str, number: PhoneNumber | None, identity: str, originator_type: str, country: str) -> str:
    """What shares a rate: a campaign's numbers one (no-pooling-gain), every other originator its own, per country."""
    if number is not None and number.number_type == NumberType.TEN_DLC and number.registration_id:
        return f"from:{channel}:{number.registration_id}:{country}"
    return f"from:{channel}:{identity or originator_type}:{country}"


def rates_of(
    account: Snapshot,
    *,
    channel: str,
    number: PhoneNumber | None,
    identity: str,
    originator_type: str,
    country: str,
    destination: str,
    units: int,
) -> list[Rate]:
    """The limits that a text or MMS meets, the originator's first. identity is the phone-… id or name/country."""
    found = []
    mps = originator_mps(account, channel, originator_type, country)
    if mps:
        found.append(
            Rate(
                meter_key(channel, number, identity, originator_type, country),
                SECOND // mps,
                SECOND,
                units,
                _("The originator may send %(allowed)s message parts a second to this country."),
                mps,
            )
        )
    found.append(Rate(f"to:{destination}", SECOND, SECOND, 1, _("A recipient takes %(allowed)s message a second."), 1))
    return found


def empty_at(owner_id: int, keys: Collection[str]) -> dict[str, int]:
    """When the meters of these keys are empty, where they have been used. One statement."""
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, empties_at FROM {Meter._meta.db_table} WHERE owner_id = %s AND key IN ({marks})",  # noqa: S608
            [owner_id, *keys],
        )
        return dict(cursor.fetchall())


def wait(rate: Rate, empties_at: int | None, now: int) -> float:
    """Seconds until one more may go by this rate; 0.0 when it may now."""
    if empties_at is None:
        return 0.0
    return max(empties_at + rate.interval - rate.burst - now, 0) / SECOND


def full(owner_id: int, rates: Sequence[Rate]) -> tuple[Rate, float] | None:
    """The rate that keeps a message longest and for how many seconds, or None when it may go now."""
    found, now = empty_at(owner_id, [rate.key for rate in rates]), instant(clock.now())
    waits = [(wait(rate, found.get(rate.key), now), rate) for rate in rates]
    longest, rate = max(waits, key=lambda pair: pair[0])
    return (rate, longest) if longest else None


def take(owner_id: int, rates: Sequence[Rate]) -> None:
    """Use up what a message takes, inside its transaction. Raises Throttled when another took it since the check."""
    if not rates:
        return
    now = instant(clock.now())
    # Ordered, so that two sends never wait for each other's meters crosswise.
    for rate in sorted(rates, key=lambda rate: rate.key):
        at_the_end((METERS, rate.key, owner_id), partial(_take, owner_id, rate, now))


def take_dry_run(owner_id: int, parts: int) -> None:
    """Count a message that is only checked, by a rate of its own: it takes nothing of an originator's."""
    says = _("An account may check %(allowed)s message parts a second without sending them.")
    take(owner_id, [Rate("dry-run", SECOND // DRY_RUNS, SECOND, parts, says, DRY_RUNS)])


def _take(owner_id: int, rate: Rate, now: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            [owner_id, rate.key, now + rate.cost, now, rate.cost, now + rate.burst - rate.interval],
        )
        if cursor.rowcount != 1:
            raise refusal(rate, rate.interval / SECOND)


_TAKE = (
    f"INSERT INTO {Meter._meta.db_table} (owner_id, key, empties_at) VALUES (%s, %s, %s) "  # noqa: S608
    "ON CONFLICT (owner_id, key) DO UPDATE SET empties_at = "
    f"(CASE WHEN {Meter._meta.db_table}.empties_at > %s THEN {Meter._meta.db_table}.empties_at + %s "
    f"ELSE excluded.empties_at END) WHERE {Meter._meta.db_table}.empties_at <= %s"
)


def refusal(rate: Rate, seconds: float) -> Throttled:
    """What a send that comes too fast is refused with."""
    return Throttled(
        rate.says % {"allowed": rate.allowed},
        retry_seconds=max(seconds, rate.interval / SECOND),
        next_step=_("Wait and send again, or let a bulk send pace the messages."),
    )


def busy(account: Snapshot, channel: str, country: str, rows: Iterable[PhoneNumber | SenderId]) -> set[str]:
    """The names of those originators whose rate is used up at this moment: a pool fails over to another.

    One statement, none where nothing is limited.
    """
    keys: dict[str, Rate] = {}
    for row in rows:
        number = row if isinstance(row, PhoneNumber) else None
        originator_type = number.number_type if number else "SENDER_ID"
        mps = originator_mps(account, channel, originator_type, country)
        if mps:
            key = meter_key(channel, number, row.name, originator_type, country)
            keys[row.name] = Rate(key, SECOND // mps, SECOND, 1, "", mps)
    if not keys or not settings.SWITCHBOARD_THROUGHPUT:
        return set()
    found, now = empty_at(account.owner_id, {rate.key for rate in keys.values()}), instant(clock.now())
    return {name for name, rate in keys.items() if wait(rate, found.get(rate.key), now)}


class Use(NamedTuple):
    """What a carried message takes of a carrier's limit: so many units in a window of microseconds from `now` on."""

    owner_id: int
    key: str
    now: int
    window: int
    limit: int | None
    units: int


def admit(uses: Sequence[Use]) -> list[bool]:
    """Which of these uses fit, in order, each taking its room; inside a transaction. Two statements and one per key.

    Unlike a send, a batch of the carrier's is decided together: the meters are read under a lock.
    """
    owners, keys = {use.owner_id for use in uses}, {use.key for use in uses}
    rows = (
        Meter.objects.filter(owner_id__in=owners, key__in=keys).order_by("key", "owner").select_for_update(of=("self",))
    )
    filled = {(row.owner_id, row.key): row.empties_at for row in rows}
    changed, passed = set(), []
    for use in uses:
        name = (use.owner_id, use.key)
        begins, interval = max(filled.get(name, use.now), use.now), use.window // use.limit if use.limit else 0
        fits = begins + interval <= use.now + use.window
        passed.append(fits)
        if fits and interval:
            filled[name] = begins + interval * use.units
            changed.add(name)
    insert_rows(
        Meter, ("owner", "key", "empties_at"), [(*name, filled[name]) for name in sorted(changed)],
        unique=("owner", "key"), update=("empties_at",),
    )  # fmt: skip
    return passed


def sweep(limit: int = SWEPT) -> int:
    """Forget meters that have said nothing for an hour; return how many. Recipients would else stay for ever.

    One query when there are none. What has been used again since it was found stays.
    """
    hour_ago = instant(clock.now()) - HOUR
    over = Meter.objects.filter(~Q(key__startswith=DAILY) | Q(empties_at__lt=hour_ago - DAY), empties_at__lt=hour_ago)
    keys = list(over.values_list("pk", flat=True)[:limit])
    if not keys:
        return 0
    with write_transaction():
        return over.filter(pk__in=keys).delete()[0]
