"""The simulator: what becomes of a message follows from its id, its destination and the behaviours."""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from messaging.carrier import behaviours, simulator
from messaging.carrier.behaviours import NO_RECEIPT, Behaviour
from messaging.models import HandsetBehaviour
from messaging.reference import event_types, simulator_numbers

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@dataclass
class Given:
    destination_phone_number: str = "+12065550142"
    owner_id: int = 1
    iso_country_code: str = "US"
    step: int = 1
    carrier_reference: str = ""
    carrier_name: str = ""
    expires_at: datetime = AT + timedelta(hours=72)
    message_id: uuid.UUID = field(default_factory=uuid.uuid4)
    channel: str = "SMS"
    duration_seconds: int | None = None


def ends(destination: str, **changes: Any) -> list[tuple[str, bool, float]]:
    """(status, final, seconds after submission) of all reports on a message."""
    message = Given(destination, **changes)
    carrier = simulator.Simulator()
    submitted = carrier.submit([message], AT)[0]
    message.carrier_reference = submitted.reference
    found = []
    for message.step in range(1, 5):
        receipt = carrier.poll([message], AT + timedelta(days=10))[0]
        if receipt is None:
            break
        found.append((receipt.status, receipt.is_final, (receipt.reported_at - AT).total_seconds()))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("number", simulator_numbers())
def test_simulator_numbers_end_as_documented(number: str) -> None:
    status, is_final, _seconds = ends(number)[-1]
    assert (status == "DELIVERED") is simulator_numbers()[number].succeeds
    assert is_final


@pytest.mark.django_db
def test_any_other_number_is_delivered_within_seconds() -> None:
    assert ends("+12065550142") == [("SUCCESSFUL", False, 0.5), ("DELIVERED", True, 1.5)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("9900", [("SUCCESSFUL", True, 0.5)]),
        ("9902", [("SUCCESSFUL", False, 0.5), ("BLOCKED", True, 1.5)]),
        ("9905", [("INVALID", True, 0.5)]),
        ("9910", [("TTL_EXPIRED", True, 259_200)]),
        ("9911", [("SUCCESSFUL", False, 0.5)]),
        ("9912", [("SENT", False, 0.5), ("DELIVERED", True, 1.5)]),
        ("9922", [("SUCCESSFUL", False, 5), ("DELIVERED", True, 65)]),
    ],
)
def test_magic_suffixes_decide(ending: str, expected: list[tuple[str, bool, float]]) -> None:
    assert ends(f"+1206555{ending}") == expected


def test_magic_suffixes_cover_every_final_status_of_a_text_and_of_a_call() -> None:
    finals = {
        row.message_status
        for row in event_types().values()
        if row.channel in ("SMS", "VOICE") and row.message_status and row.final is not False
    }
    outcomes = {suffix.outcome for suffix in behaviours.magic_suffixes().values()}
    assert outcomes == finals | {NO_RECEIPT, "SENT", "PROTECT_BLOCKED"}


@pytest.mark.parametrize(
    ("outcomes", "channel", "expected"),
    [
        ((("DELIVERED", 3), ("BUSY", 1)), "SMS", (("DELIVERED", 3),)),
        ((("DELIVERED", 3), ("BUSY", 1)), "VOICE", (("BUSY", 1),)),
        ((("BUSY", 1),), "SMS", (("DELIVERED", 1),)),
        ((("INVALID", 1), ("UNREACHABLE", 2)), "VOICE", (("FAILED", 1), ("NO_ANSWER", 2))),
        ((("FAILED", 1),), "MMS", (("UNREACHABLE", 1),)),
        ((("TTL_EXPIRED", 1), ("SPAM", 1)), "VOICE", (("TTL_EXPIRED", 1), ("SPAM", 1))),
    ],
)
def test_a_behaviour_is_met_as_the_channel_knows_it(outcomes: Any, channel: str, expected: Any) -> None:
    assert behaviours.on_channel(Behaviour(outcomes), channel).outcomes == expected


def test_no_documented_number_has_a_magic_suffix_outcome() -> None:
    assert all(len(ending) == behaviours.SUFFIX_LENGTH for ending in behaviours.magic_suffixes())
    assert set(behaviours._fixed()) == set(simulator_numbers())


@pytest.mark.django_db
def test_number_beats_longest_prefix_beats_country_beats_suffix(owner: Any, other_owner: Any) -> None:
    def put(scope: str, match: str, outcome: str, of: Any = owner) -> None:
        HandsetBehaviour.objects.create(
            owner=of,
            behaviour_id=uuid.uuid4().hex,
            scope=scope,
            match=match,
            outcomes=[{"outcome": outcome, "weight": 1}],
        )

    def outcome(number: str, country: str = "US") -> str:
        return behaviours.resolve([Given(number, owner.pk, country)])[0].outcomes[0][0]

    assert outcome("+12065559908") == "UNREACHABLE"
    put("COUNTRY", "US", "SPAM")
    assert outcome("+12065559908") == "SPAM"
    assert outcome("+442065559908", "GB") == "UNREACHABLE"
    put("PREFIX", "+1206", "BLOCKED")
    put("PREFIX", "+1206555", "INVALID")
    assert outcome("+12065559908") == "INVALID"
    assert outcome("+12069999908") == "BLOCKED"
    put("NUMBER", "+12065559908", "UNKNOWN")
    put("NUMBER", "+12065559907", "UNKNOWN", of=other_owner)
    assert outcome("+12065559908") == "UNKNOWN"
    assert outcome("+12065559907") == "INVALID"


@pytest.mark.django_db
def test_behaviours_of_a_batch_cost_one_query(owner: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        behaviours.resolve([Given(f"+1206555{n:04d}", owner.pk) for n in range(500)])


def test_weights_are_kept_and_the_same_seed_repeats() -> None:
    mixed = Behaviour(outcomes=(("DELIVERED", 3), ("BLOCKED", 1)), seed=7)
    ids = [uuid.UUID(int=n << 64) for n in range(4000)]
    drawn = [simulator.plan(one, mixed).outcome for one in ids]
    assert drawn == [simulator.plan(one, mixed).outcome for one in ids]
    assert 2850 < Counter(drawn)["DELIVERED"] < 3150
    other = Behaviour(outcomes=mixed.outcomes, seed=8)
    assert drawn != [simulator.plan(one, other).outcome for one in ids]


@pytest.mark.django_db
def test_a_report_is_not_given_before_its_time() -> None:
    message = Given()
    carrier = simulator.Simulator()
    submission = carrier.submit([message], AT)[0]
    message.carrier_reference = submission.reference
    assert submission.next_report_at == AT + timedelta(seconds=0.5)
    assert carrier.poll([message], AT + timedelta(seconds=0.4)) == [None]
    receipt = carrier.poll([message], AT + timedelta(seconds=0.5))[0]
    assert receipt and receipt.next_report_at == AT + timedelta(seconds=1.5)


@pytest.mark.django_db
def test_submitting_again_after_a_crash_changes_nothing() -> None:
    message = Given()
    carrier = simulator.Simulator()
    assert carrier.submit([message], AT) == carrier.submit([message], AT)


@pytest.mark.django_db
def test_the_reference_fits_its_column() -> None:
    slow = Behaviour(outcomes=(("CARRIER_UNREACHABLE", 1),), carrier_delay=2_592_000, handset_delay=2_592_000)
    planned = simulator.plan(uuid.uuid4(), slow)
    assert len(f"SIM.{2**42}.{planned.outcome}.{planned.carrier_ms}.{planned.handset_ms}") <= 64
