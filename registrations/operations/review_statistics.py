"""How reviews went: time to decision, and what versions were returned for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

from messaging.caller import Caller
from messaging.operations.registry import operation
from registrations.models import Decision

LATEST = 1000  # decisions that are looked at
LIMITS = tuple(timedelta(hours=hours) for hours in (1, 4, 24, 48, 24 * 5, 24 * 15, 24 * 30))


@dataclass(slots=True)
class OfType:
    """The decisions on one registration type. waits are the times from submission to decision."""

    registration_type: str
    approved: int = 0
    returned: int = 0
    waits: list[timedelta] = field(default_factory=list)

    @property
    def decided(self) -> int:
        return self.approved + self.returned

    @property
    def median(self) -> timedelta:
        return timedelta(seconds=median(wait.total_seconds() for wait in self.waits))


@dataclass(frozen=True, slots=True)
class Statistics:
    """The latest decisions, counted. The spans end at LIMITS, the last of them has no end.

    approved and returned are counts by span; reasons are ids of published reasons with how many fields they sent back.
    """

    types: Sequence[OfType]
    approved: Sequence[int]
    returned: Sequence[int]
    reasons: Sequence[tuple[str, int]]
    alone: int

    @property
    def decided(self) -> int:
        return sum(self.approved) + sum(self.returned)


@operation()
def describe_review_statistics(caller: Caller) -> Statistics:
    """What the latest decisions of the account say, by simulated time. Two queries."""
    rows = (
        Decision.objects.filter(version__registration__owner_id=caller.owner_id, version__submitted_at__isnull=False)
        .exclude(outcome=Decision.Outcome.REVOKED)
        .select_related("version__registration")
        .prefetch_related("verdicts")
        .order_by("-id")[:LATEST]
    )
    types: dict[str, OfType] = {}
    spans = {outcome: [0] * (len(LIMITS) + 1) for outcome in (Decision.Outcome.APPROVED, Decision.Outcome.DENIED)}
    reasons: Counter[str] = Counter()
    alone = 0
    for row in rows:
        name = row.version.registration.registration_type
        of_type = types.setdefault(name, OfType(name))
        wait = row.at - row.version.submitted_at  # type: ignore[operator]  # submitted, see the filter
        of_type.waits.append(wait)
        if row.outcome == Decision.Outcome.APPROVED:
            of_type.approved += 1
        else:
            of_type.returned += 1
        spans[Decision.Outcome(row.outcome)][sum(wait > limit for limit in LIMITS)] += 1
        reasons.update(verdict.reason for verdict in row.verdicts.all() if not verdict.accepted)
        alone += not row.four_eyes
    return Statistics(
        sorted(types.values(), key=lambda entry: -entry.decided),
        spans[Decision.Outcome.APPROVED],
        spans[Decision.Outcome.DENIED],
        reasons.most_common(),
        alone,
    )
