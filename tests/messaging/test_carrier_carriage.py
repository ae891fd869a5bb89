"""Carrying: due steps, one final event, claims, deadlines."""

from datetime import timedelta
from typing import Any

import pytest

from messaging import work
from messaging.models import Handset, Message, MessageEvent
from messaging.operations import carriage, claims
from messaging.operations.carriage import advance_due_messages
from tests.factories import FAILURE, SUCCESS, make_number, send

pytestmark = pytest.mark.django_db


def types(message: Any) -> list[str]:
    return [event.event_type for event in MessageEvent.objects.filter(message=message).order_by("sequence")]


def test_a_message_goes_all_the_way(caller: Any, clock: Any) -> None:
    message = send(caller, SUCCESS).message
    assert types(message) == ["TEXT_QUEUED"]
    work.run_until_idle()
    assert types(message) == ["TEXT_QUEUED", "TEXT_PENDING"]
    clock.advance(seconds=0.5)
    work.run_until_idle()
    assert types(message)[-1] == "TEXT_SUCCESSFUL"
    clock.advance(seconds=0.9)
    assert work.run_until_idle() == 0
    clock.advance(seconds=0.2)
    work.run_until_idle()
    assert types(message) == ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_SUCCESSFUL", "TEXT_DELIVERED"]
    message.refresh_from_db()
    assert (message.status, message.is_final, message.due_at, message.claim) == ("DELIVERED", True, None, None)
    assert [event.is_final for event in message.events.all()] == [False, False, False, True]


def test_events_carry_the_instant_of_the_report_not_of_the_look(caller: Any, clock: Any) -> None:
    start = clock.now()
    message = send(caller, SUCCESS).message
    work.run_until_idle()
    clock.advance(hours=2)
    work.run_until_idle()
    assert [event.occurred_at - start for event in message.events.all()][1:] == [
        timedelta(0),
        timedelta(seconds=0.5),
        timedelta(seconds=1.5),
    ]


def test_the_failure_number_ends_in_a_failure(caller: Any, clock: Any) -> None:
    message = send(caller, FAILURE).message
    work.run_until_idle()
    clock.advance(minutes=1)
    work.run_until_idle()
    message.refresh_from_db()
    assert message.is_final
    assert message.status == "BLOCKED"


def test_silence_for_72_hours_is_unknown(caller: Any, clock: Any) -> None:
    message = send(caller, "+12065559911", origination_identity=_long_code(caller)).message
    work.run_until_idle()
    clock.advance(hours=71, minutes=59)
    work.run_until_idle()
    message.refresh_from_db()
    assert (message.status, message.is_final) == ("SUCCESSFUL", False)
    clock.advance(minutes=1)
    work.run_until_idle()
    message.refresh_from_db()
    assert (message.status, message.is_final) == ("UNKNOWN", True)


def test_a_short_time_to_live_expires(caller: Any, clock: Any) -> None:
    message = send(caller, "+12065559911", origination_identity=_long_code(caller), time_to_live=60).message
    work.run_until_idle()
    clock.advance(seconds=61)
    work.run_until_idle()
    assert types(message)[-1] == "TEXT_TTL_EXPIRED"
    assert message.events.get(is_final=True).occurred_at == message.expires_at


def test_a_message_that_waited_too_long_for_a_worker_is_not_carried(caller: Any, clock: Any) -> None:
    message = send(caller, SUCCESS, time_to_live=60).message
    clock.advance(seconds=120)
    work.run_until_idle()
    assert types(message) == ["TEXT_QUEUED", "TEXT_TTL_EXPIRED"]
    assert not Handset.objects.exists()


def test_the_carrier_may_say_that_the_time_to_live_is_over(caller: Any, clock: Any) -> None:
    message = send(caller, "+12065559910", origination_identity=_long_code(caller)).message
    work.run_until_idle()
    clock.advance(hours=72)
    work.run_until_idle()
    assert types(message) == ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_TTL_EXPIRED"]


def test_what_was_carried_to_has_a_handset(caller: Any, clock: Any, owner: Any) -> None:
    send(caller, SUCCESS)
    work.run_until_idle()
    first = Handset.objects.get()
    assert (first.owner, first.phone_number, first.iso_country_code) == (owner, SUCCESS, "US")
    clock.advance(hours=1)
    send(caller, SUCCESS)
    work.run_until_idle()
    assert Handset.objects.get().last_activity_at == clock.now()


def test_a_claimed_message_is_left_alone_until_the_lease_is_over(caller: Any, clock: Any) -> None:
    message = send(caller, SUCCESS).message
    assert claims.claim(Message, 10) is not None
    assert claims.claim(Message, 10) is None
    assert advance_due_messages() == 0
    Message.objects.update(claimed_until=clock.now() - timedelta(days=3650))
    assert advance_due_messages() == 1
    assert types(message) == ["TEXT_QUEUED", "TEXT_PENDING"]


def test_an_overtaken_worker_writes_nothing(caller: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lease ran out while the carrier took its time, and another worker carried on."""
    message = send(caller, SUCCESS).message

    class Slow:
        def submit(self, messages: Any, at: Any) -> Any:
            Message.objects.update(claimed_until=clock.now() - timedelta(days=3650))
            monkeypatch.undo()
            assert advance_due_messages() == 1
            return carriage.carrier.submit(messages, at)

        def poll(self, messages: Any, at: Any) -> Any:
            raise AssertionError

    monkeypatch.setattr(carriage, "carrier", Slow())
    assert advance_due_messages() == 0
    assert types(message) == ["TEXT_QUEUED", "TEXT_PENDING"]


def test_a_batch_costs_the_same_whatever_its_size(caller: Any, clock: Any, django_assert_num_queries: Any) -> None:
    from tests.factories import make_simulator_number

    number = make_simulator_number(caller).phone_number_id
    for _ in range(30):
        send(caller, SUCCESS, origination_identity=number)
    # look, savepoint, take, mark, release; behaviours; savepoint, (PostgreSQL: lock,) write, events, handsets, release
    with django_assert_num_queries(12, exact=False):
        assert advance_due_messages() == 30


def test_an_idle_look_is_one_query(django_assert_num_queries: Any, clock: Any) -> None:
    with django_assert_num_queries(1):
        assert advance_due_messages() == 0


def _long_code(caller: Any) -> str:
    return make_number(caller, phone_number="+12065550100").phone_number_id
