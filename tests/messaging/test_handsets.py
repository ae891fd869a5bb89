"""Handsets: behaviours, screens; and the way back to an empty account."""

from pathlib import Path
from typing import Any

import pytest

from messaging import streams, work
from messaging.errors import Denied, Invalid, NotFound
from messaging.models import (
    Activity,
    Handset,
    HandsetBehaviour,
    InboundMessage,
    Message,
    MessageEvent,
    OptOutList,
    PhoneNumber,
    RegionalAccount,
)
from messaging.operations.handsets import (
    delete_handset_behaviour,
    describe_handset_messages,
    describe_handsets,
    put_handset_behaviour,
)
from messaging.operations.inbound import receive_inbound_message
from messaging.operations.reset import reset_account
from tests.factories import (
    FAILURE,
    HANDSET,
    SUCCESS,
    make_caller,
    make_opt_out_list,
    make_pool,
    make_simulator_number,
    send,
)

pytestmark = pytest.mark.django_db
BLOCKED = [{"outcome": "BLOCKED", "weight": 1}]


def carry(clock: Any) -> None:
    for _ in range(3):
        work.run_until_idle()
        clock.advance(seconds=2)
    work.run_until_idle()


def test_a_behaviour_is_replaced_by_a_later_one_of_the_same_match(caller: Any) -> None:
    first = put_handset_behaviour(caller, scope="PREFIX", match="1206", outcomes=BLOCKED)
    second = put_handset_behaviour(caller, scope="PREFIX", match="+1206", outcomes=[{"outcome": "NO_RECEIPT"}], seed=3)
    assert first.behaviour_id == second.behaviour_id
    row = HandsetBehaviour.objects.get()
    assert (row.match, row.outcomes, row.seed) == ("+1206", [{"outcome": "NO_RECEIPT", "weight": 1}], 3)
    delete_handset_behaviour(caller, behaviour_id=row.behaviour_id)
    assert not HandsetBehaviour.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scope": "PLANET"}, "scope"),
        ({"scope": "NUMBER", "match": "hello"}, "match"),
        ({"scope": "NUMBER", "match": SUCCESS}, "match"),
        ({"scope": "PREFIX", "match": "+0"}, "match"),
        ({"scope": "COUNTRY", "match": "XX"}, "match"),
        ({"outcomes": []}, "outcomes"),
        ({"outcomes": [{"outcome": "QUEUED"}]}, "outcomes"),
        ({"outcomes": [{"outcome": "BLOCKED", "weight": 0}]}, "outcomes"),
        ({"outcomes": [{"outcome": "BLOCKED", "weight": True}]}, "outcomes"),
        ({"carrier_delay_seconds": -1}, "carrier_delay_seconds"),
        ({"handset_delay_seconds": 2_592_001}, "handset_delay_seconds"),
        ({"seed": 2**31}, "seed"),
        ({"carrier_name": "x" * 61}, "carrier_name"),
    ],
)
def test_refuses_what_no_handset_does(caller: Any, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        put_handset_behaviour(caller, **{"scope": "NUMBER", "match": HANDSET, "outcomes": BLOCKED, **changes})
    assert set(refused.value.fields) == {field}
    assert not HandsetBehaviour.objects.exists()


def test_behaviours_of_another_account_do_not_exist(caller: Any, other_owner: Any) -> None:
    row = put_handset_behaviour(caller, scope="COUNTRY", match="US", outcomes=BLOCKED)
    with pytest.raises(NotFound):
        delete_handset_behaviour(make_caller(other_owner), behaviour_id=row.behaviour_id)


def test_the_screen_shows_what_arrived_part_by_part_and_what_was_written(caller: Any, clock: Any) -> None:
    number = make_simulator_number(caller)
    body = "x" * 200
    send(caller, SUCCESS, body, origination_identity=number.phone_number_id)
    carry(clock)
    receive_inbound_message(
        caller, origination_number=SUCCESS, destination_number=number.phone_number, message_body="HELP"
    )
    carry(clock)
    screen = describe_handset_messages(caller, phone_number=SUCCESS)
    assert [(bubble.incoming, bubble.keyword) for bubble in screen.bubbles] == [
        (True, ""),
        (False, "HELP"),
        (True, ""),
    ] or [(bubble.incoming, bubble.keyword) for bubble in screen.bubbles] == [(False, "HELP"), (True, ""), (True, "")]
    oldest = screen.bubbles[-1]
    assert oldest.parts == ("x" * 153, "x" * 47)
    assert oldest.counterpart == number.phone_number
    assert [handset.phone_number for handset in describe_handsets(caller)] == [SUCCESS]


def test_what_did_not_arrive_is_not_on_the_screen(caller: Any, clock: Any) -> None:
    send(caller, FAILURE)
    carry(clock)
    assert Message.objects.get().is_final
    assert describe_handset_messages(caller, phone_number=FAILURE).bubbles == ()


def test_the_screen_goes_on_where_it_ended(caller: Any, clock: Any, django_assert_num_queries: Any) -> None:
    number = make_simulator_number(caller).phone_number_id
    for count in range(5):
        send(caller, SUCCESS, f"message {count}", origination_identity=number)
        clock.advance(seconds=1)
    carry(clock)
    with django_assert_num_queries(2):
        first = describe_handset_messages(caller, phone_number=SUCCESS, limit=2)
    assert [bubble.body for bubble in first.bubbles] == ["message 4", "message 3"]
    second = describe_handset_messages(caller, phone_number=SUCCESS, limit=2, before=first.before)
    third = describe_handset_messages(caller, phone_number=SUCCESS, limit=2, before=second.before)
    assert [bubble.body for bubble in third.bubbles] == ["message 0"]
    assert third.before is None


def test_a_reset_empties_this_account_in_this_region_only(caller: Any, other_owner: Any, clock: Any) -> None:
    other = make_caller(other_owner)
    for one in (caller, other):
        pool = make_pool(one)
        make_opt_out_list(one, "extra", (HANDSET,))
        send(one, SUCCESS, origination_identity=pool.pool_id)
        carry(clock)
        put_handset_behaviour(one, scope="COUNTRY", match="US", outcomes=BLOCKED)
        number = PhoneNumber.objects.get(owner_id=one.owner_id)
        receive_inbound_message(
            one, origination_number=HANDSET, destination_number=number.phone_number, message_body="hello"
        )
    reset_account(caller)
    for model in (PhoneNumber, Message, InboundMessage, Handset, HandsetBehaviour):
        assert not model.objects.filter(owner_id=caller.owner_id).exists(), model
        assert model.objects.filter(owner_id=other.owner_id).exists(), model
    assert MessageEvent.objects.filter(message__owner=other_owner).exists()
    names = OptOutList.objects.filter(owner_id=caller.owner_id).values_list("opt_out_list_name", flat=True)
    assert list(names) == ["Default"]
    assert Activity.objects.filter(owner_id=caller.owner_id, operation="ResetAccount").exists()
    assert RegionalAccount.objects.get(pk=caller.owner_id).tier == "PRODUCTION"
    send(caller, SUCCESS)


def test_a_reset_empties_the_streams_of_this_account_in_this_region_only(
    caller: Any,
    other_owner: Any,
    clock: Any,
    settings: Any,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.DATA_DIR = tmp_path
    other = make_caller(other_owner)
    for one in (caller, other):
        arn = f"arn:aws:firehose:{one.region}:{one.account_id}:deliverystream/events"
        streams.append(streams.stream_path(one.account_id, one.region, arn, clock.now()), [{"a": 1}])
    with django_capture_on_commit_callbacks(execute=True):
        reset_account(caller)
    assert streams.names(caller.account_id, caller.region) == []
    assert streams.names(other.account_id, other.region) == ["events"]


def test_only_administrators_reset(caller_as: Any) -> None:
    with pytest.raises(Denied):
        reset_account(caller_as("OPERATOR"))
