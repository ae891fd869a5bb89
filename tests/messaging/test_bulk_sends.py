"""Bulk sends: checked row by row, paced exactly by the originators, paused, stopped, tried again; nothing twice."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from messaging import clock as clocks
from messaging.errors import Conflict, Denied, Invalid, NotFound
from messaging.models import (
    Activity,
    BulkSend,
    BulkSendRow,
    Message,
    Meter,
    Notification,
    PhoneNumber,
    RegionalAccount,
    Spend,
)
from messaging.operations import bulk_send_checks, bulk_send_runs, bulk_sends
from messaging.operations.bulk_send_checks import check_bulk_send, duration
from messaging.operations.bulk_send_runs import run_due_bulk_sends
from messaging.operations.bulk_sends import (
    RETRIABLE,
    delete_bulk_send,
    pause_bulk_send,
    resume_bulk_send,
    start_bulk_send,
    stop_bulk_send,
    update_bulk_send,
)
from messaging.operations.handsets import put_handset_behaviour
from messaging.operations.jobs import run_due_jobs
from messaging.operations.opt_out_lists import put_opted_out_number
from messaging.operations.pools import associate_origination_identity, create_pool
from messaging.operations.registry import settings_changed
from messaging.permissions import Role
from messaging.text import placeholders
from tests import factories
from tests.messaging.bulk_sends import checked, drafted, lines, number_of_type, send_all, started, states

pytestmark = pytest.mark.django_db

MIXED = (
    """phone;First name;code
+12065550101;Ann;1
+1 206 555-0102;;2
+12065550103;Cid;
+12065550101;Again;4
nobody;Eve;5
+5351234567;Flo;6

+12065550104;"""
    + "x" * 200
    + ";7\n"
)


@pytest.mark.parametrize("slice_rows", [1, 2, 3, 400])
def test_a_check_judges_every_row_and_sends_nothing(caller, clock, monkeypatch, slice_rows):
    monkeypatch.setattr(bulk_send_checks, "SLICE_ROWS", slice_rows)
    number = number_of_type(caller, "SHORT_CODE")
    body = "Hello {{ FIRST name |friend}}, {{code}}"
    row = checked(caller, MIXED, body, origination_identity=number.phone_number_id)
    found = {one.number: one for one in BulkSendRow.objects.filter(bulk_send=row)}
    assert {at: (one.state, one.reason) for at, one in found.items()} == {
        2: ("READY", ""),
        3: ("READY", ""),
        4: ("LEFT_OUT", "MISSING_VARIABLE"),
        5: ("LEFT_OUT", "DUPLICATE"),
        6: ("LEFT_OUT", "NOT_A_NUMBER"),
        7: ("LEFT_OUT", "DESTINATION_COUNTRY_BLOCKED"),
        9: ("READY", ""),
    }
    assert (found[3].destination_phone_number, found[9].parts) == ("+12065550102", 2)
    assert (row.status, row.rows, row.ready, row.parts) == ("CHECKED", 7, 3, 4)
    assert row.price == sum(one.price for one in found.values()) > 0
    assert found[9].price == 2 * found[2].price
    assert not Message.objects.exists() and not Meter.objects.exists() and not Spend.objects.exists()


def test_what_the_check_says_of_a_row_the_send_says_too(caller, clock):
    number = number_of_type(caller, "SHORT_CODE")
    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number="+12065550000")
    row = started(caller, lines(3), origination_identity=number.phone_number_id)
    gone = BulkSendRow.objects.get(state="LEFT_OUT")
    assert (gone.number, gone.reason) == (2, "DESTINATION_PHONE_NUMBER_OPTED_OUT")
    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number="+12065550001")
    send_all(clock, row)
    late = BulkSendRow.objects.get(state="REFUSED")
    assert (late.number, late.reason, late.message_id) == (3, "DESTINATION_PHONE_NUMBER_OPTED_OUT", None)
    message = Message.objects.get()
    sent = BulkSendRow.objects.get(state="SENT")
    assert (sent.message_id, sent.parts, sent.price) == (message.pk, message.parts, message.price + message.carrier_fee)
    assert (message.message_body, message.actor) == ("Hello N2", caller.actor)


@pytest.mark.parametrize(
    ("number_type", "mps", "count", "body", "parts"),
    [
        ("SHORT_CODE", 100, 730, "Hello {{name}}", 1),
        ("TOLL_FREE", 3, 40, "Hello {{name}}", 1),
        pytest.param("TOLL_FREE", 3, 12, "я" * 100, 2, id="two parts each"),
        ("TEN_DLC", 1, 12, "Hello", 1),
    ],
)
def test_the_pace_is_that_of_the_originator_exactly(caller, clock, number_type, mps, count, body, parts):
    """throughput:send-time: parts / MPS, with the first second's worth at once, and never ahead of the meter."""
    number = number_of_type(caller, number_type)
    row = started(caller, lines(count), body, origination_identity=number.phone_number_id)
    assert row.parts == count * parts
    assert duration(row) == timedelta(seconds=count * parts / mps)
    begun = clock.now()
    accepted = send_all(clock, row)
    assert len(accepted) == len(set(Message.objects.values_list("destination_phone_number", flat=True))) == count
    for done, at in enumerate(accepted):
        # What has gone before: no more than a second's worth and what came free since.
        assert done * parts <= mps * (at - begun).total_seconds() + mps - 1 + 0.001 * mps
    expected = ((count - 1) * parts - (mps - 1)) / mps
    assert expected - 0.01 <= (accepted[-1] - begun).total_seconds() <= expected + 1


def test_a_fast_clock_keeps_the_pace(caller, clock):
    """Many simulated seconds between two looks: what was due in between goes as of then, not in one heap."""
    number = number_of_type(caller, "SHORT_CODE")
    row = started(caller, lines(500), origination_identity=number.phone_number_id)
    begun = clock.now()
    clock.advance(seconds=1.5)  # within what a worker makes up for
    while run_due_bulk_sends():
        pass
    accepted = list(Message.objects.order_by("created_timestamp").values_list("created_timestamp", flat=True))
    assert len(accepted) == 250
    assert (accepted[0], accepted[-1]) == (begun, begun + timedelta(seconds=1.5))
    row.refresh_from_db()
    clock.advance(hours=1)  # a worker that was away makes up for no more than that
    while run_due_bulk_sends():
        pass
    late = Message.objects.filter(created_timestamp__gt=accepted[-1])
    assert late.count() == 250
    assert late.earliest("created_timestamp").created_timestamp == clock.now() - timedelta(
        seconds=bulk_send_runs.LATE_SECONDS
    )
    assert clocks.now() == clock.instant


def test_a_pool_sends_with_all_its_originators(caller, clock):
    one, other = number_of_type(caller, "TOLL_FREE"), number_of_type(caller, "TOLL_FREE")
    pool = create_pool(caller, origination_identity=one.name, iso_country_code="US", message_type="TRANSACTIONAL")
    associate_origination_identity(caller, pool_id=pool.pool_id, origination_identity=other.name, iso_country_code="US")
    row = started(caller, lines(60), origination_identity=pool.pool_id)
    assert duration(row) == timedelta(seconds=10)
    begun = clock.now()
    accepted = send_all(clock, row)
    assert len(accepted) == 60
    assert 8 <= (accepted[-1] - begun).total_seconds() <= 10
    shares = Message.objects.values_list("origination_identity_id", flat=True)
    assert {list(shares).count(name) for name in (one.name, other.name)} == {30}


def test_a_slow_country_does_not_hold_up_another(caller, clock):
    """throughput:mps-scope"""
    number_of_type(caller, "TEN_DLC")
    factories.make_sender_id(caller, "MYSHOP", "GB")
    british = "".join(f"+4479004{at:05d},B{at}\n" for at in range(20))
    row = started(caller, lines(20) + british)
    begun = clock.now()
    send_all(clock, row)
    last = {
        country: Message.objects.filter(iso_country_code=country).latest("created_timestamp").created_timestamp
        for country in ("US", "GB")
    }
    assert (last["GB"] - begun).total_seconds() <= 2
    assert (last["US"] - begun).total_seconds() >= 19


def test_a_recipient_that_comes_again_waits_for_its_second(caller, clock):
    """send.per_recipient_rate"""
    number = number_of_type(caller, "SHORT_CODE")
    text = lines(2) + "+12065550000,Again\n"
    row = started(caller, text, origination_identity=number.phone_number_id, duplicates_go=True)
    begun = clock.now()
    accepted = send_all(clock, row)
    assert accepted == [begun, begun, begun + timedelta(seconds=1)]
    assert Message.objects.latest("created_timestamp").message_body == "Hello Again"


def test_a_retriable_failure_is_tried_again_with_growing_waits(caller, clock):
    number = number_of_type(caller, "SHORT_CODE")
    for last, status in enumerate(("DELIVERED", "UNREACHABLE", "SPAM")):
        put_handset_behaviour(caller, **outcome(f"+1206555000{last}", status))
    row = started(
        caller, lines(3), origination_identity=number.phone_number_id,
        max_tries=3, first_wait_seconds=60, wait_growth=4,
    )  # fmt: skip
    send_all(clock, row, carry=True)
    row.refresh_from_db()
    found = {one.number: one for one in BulkSendRow.objects.filter(bulk_send=row)}
    assert {at: (one.state, one.reason, one.tries) for at, one in found.items()} == {
        2: ("DELIVERED", "DELIVERED", 1),
        3: ("FAILED", "UNREACHABLE", 3),
        4: ("FAILED", "SPAM", 1),
    }
    tries = list(Message.objects.filter(destination_phone_number="+12065550001").order_by("created_timestamp"))
    assert [str(one.pk) for one in tries] == [*found[3].earlier_message_ids, str(found[3].message_id)]
    ended = [one.events.get(is_final=True).occurred_at for one in tries]
    waits = [(after.created_timestamp - at).total_seconds() for at, after in zip(ended, tries[1:], strict=False)]
    assert [round(wait) for wait in waits] == [60, 240]
    assert (row.status, row.due_at) == ("DONE", None)
    notice = Notification.objects.get(kind="BULK_SEND")
    assert "Delivered: 1 of 3" in notice.words


def outcome(number, status):
    return {"scope": "NUMBER", "match": number, "outcomes": [{"outcome": status, "weight": 1}]}


def test_a_retry_that_is_switched_off_fails_at_once(caller, clock):
    number = number_of_type(caller, "SHORT_CODE")
    put_handset_behaviour(caller, **outcome("+12065550000", "UNREACHABLE"))
    row = started(caller, lines(1), origination_identity=number.phone_number_id, retry_statuses=["UNKNOWN"])
    send_all(clock, row, carry=True)
    one = BulkSendRow.objects.get()
    assert (one.state, one.tries, one.due_at) == ("FAILED", 1, None)
    assert set(RETRIABLE) == {"UNREACHABLE", "CARRIER_UNREACHABLE", "UNKNOWN", "TTL_EXPIRED"}


def test_the_spend_limit_pauses_all_and_says_so(caller, owner, clock):
    number = number_of_type(caller, "SHORT_CODE")
    row = checked(caller, lines(10), origination_identity=number.phone_number_id)
    RegionalAccount.objects.filter(pk=owner.pk).update(text_spend_limit=row.price * 4 // 10)
    settings_changed([owner.pk])
    row = start_bulk_send(caller, bulk_send_id=row.bulk_send_id)
    run_due_bulk_sends()
    row.refresh_from_db()
    assert (row.status, row.due_at, states(row)) == ("PAUSED", None, {"SENT": 4, "READY": 6})
    assert "spend limit" in row.paused_because
    assert "spend limit" in Notification.objects.get(kind="BULK_SEND").words
    assert run_due_bulk_sends() == 0
    RegionalAccount.objects.filter(pk=owner.pk).update(text_spend_limit=factories.SPEND_LIMIT)
    settings_changed([owner.pk])
    resume_bulk_send(caller, bulk_send_id=row.bulk_send_id)
    assert len(send_all(clock, row)) == 10


def test_an_originator_that_is_gone_pauses_all(caller, clock):
    number = number_of_type(caller, "SHORT_CODE")
    row = started(caller, lines(3), origination_identity=number.phone_number_id)
    PhoneNumber.objects.all().delete()
    settings_changed([caller.owner_id])
    run_due_bulk_sends()
    row.refresh_from_db()
    assert (row.status, states(row)) == ("PAUSED", {"READY": 3})


def test_it_waits_for_its_time(caller, clock):
    number = number_of_type(caller, "SHORT_CODE")
    row = checked(caller, lines(2), origination_identity=number.phone_number_id)
    at = clock.now() + timedelta(hours=2)
    row = start_bulk_send(caller, bulk_send_id=row.bulk_send_id, scheduled_at=at)
    assert (row.status, row.due_at) == ("SCHEDULED", at)
    clock.advance(hours=1)
    assert run_due_bulk_sends() == 0
    pause_bulk_send(caller, bulk_send_id=row.bulk_send_id)
    assert resume_bulk_send(caller, bulk_send_id=row.bulk_send_id).status == "SCHEDULED"
    clock.advance(hours=1)
    assert send_all(clock, row) == [at, at]
    row.refresh_from_db()
    assert row.started_at == at


def test_the_rows_of_a_long_file_are_stopped_some_at_a_time(caller, clock, monkeypatch):
    monkeypatch.setattr(bulk_sends, "STOPPED_AT_ONCE", 2)
    row = started(caller, lines(5), origination_identity=number_of_type(caller, "TEN_DLC").phone_number_id)
    row = stop_bulk_send(caller, bulk_send_id=row.bulk_send_id)
    assert (row.status, states(row)) == ("STOPPED", {"READY": 3, "STOPPED": 2})
    while run_due_bulk_sends():
        pass
    row.refresh_from_db()
    assert (row.status, row.due_at, states(row)) == ("STOPPED", None, {"STOPPED": 5})
    assert not Message.objects.exists()


def test_pause_resume_and_stop(caller, clock):
    number = number_of_type(caller, "TOLL_FREE")
    row = started(caller, lines(9), origination_identity=number.phone_number_id)
    run_due_bulk_sends()
    assert states(row) == {"SENT": 3, "READY": 6}
    pause_bulk_send(caller, bulk_send_id=row.bulk_send_id)
    clock.advance(minutes=5)
    assert run_due_bulk_sends() == 0
    resume_bulk_send(caller, bulk_send_id=row.bulk_send_id)
    while run_due_bulk_sends():
        pass
    assert states(row) == {"SENT": 6, "READY": 3}
    row = stop_bulk_send(caller, bulk_send_id=row.bulk_send_id)
    assert (row.status, states(row)) == ("STOPPED", {"SENT": 6, "STOPPED": 3})
    put_handset_behaviour(caller, **outcome("+12065550000", "UNREACHABLE"))
    factories.deliver_all(clock)
    assert states(row) == {"DELIVERED": 5, "FAILED": 1, "STOPPED": 3}  # nothing is tried again
    for action in (pause_bulk_send, resume_bulk_send, stop_bulk_send, start_bulk_send):
        with pytest.raises(Conflict):
            action(caller, bulk_send_id=row.bulk_send_id)
    delete_bulk_send(caller, bulk_send_id=row.bulk_send_id)
    assert not BulkSend.objects.exists() and not BulkSendRow.objects.exists() and Message.objects.count() == 6


def test_a_crash_anywhere_neither_doubles_nor_loses(caller, clock, monkeypatch):
    """A slice dies after each of its statements in turn, and once more while it is committed."""
    monkeypatch.setattr(bulk_send_runs, "SLICE_ROWS", 5)
    number = number_of_type(caller, "SHORT_CODE")
    started(caller, lines(23), origination_identity=number.phone_number_id)
    deaths, survived = 0, 0

    class Dying:
        def __init__(self, after):
            self.left = after

        def __call__(self, execute, sql, params, many, context):
            answer = execute(sql, params, many, context)
            self.left -= 1
            if self.left == 0:
                raise SystemExit
            return answer

    after = 1
    while BulkSendRow.objects.filter(state="READY").exists():
        try:
            with connection.execute_wrapper(Dying(after)):
                run_due_bulk_sends()
            survived, after = survived + 1, 1
        except SystemExit:
            deaths, after = deaths + 1, after + 3
        ids = list(BulkSendRow.objects.filter(state="SENT").values_list("message_id", flat=True))
        assert sorted(ids) == sorted(Message.objects.values_list("pk", flat=True))
        clock.advance(seconds=1)
    assert deaths > 50 and survived >= 3
    numbers = Message.objects.values_list("destination_phone_number", flat=True)
    assert len(numbers) == len(set(numbers)) == 23


def test_a_fault_of_ours_pauses_and_does_not_go_round(caller, clock, monkeypatch):
    number = number_of_type(caller, "SHORT_CODE")
    row = started(caller, lines(3), origination_identity=number.phone_number_id)
    monkeypatch.setattr(bulk_send_runs, "accept", lambda send: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_due_bulk_sends()
    row.refresh_from_db()
    assert (row.status, states(row), run_due_bulk_sends()) == ("PAUSED", {"READY": 3}, 0)
    assert "ZeroDivisionError" in row.paused_because


def test_refusals(caller, clock, caller_as, other_owner):
    with pytest.raises(Invalid):
        drafted(caller, "\n")
    for body in ("", "Hello {{name", "Hello {{ }}", "x" * 1601):
        with pytest.raises(Invalid) as wrong:
            drafted(caller, lines(1), body)
        assert "message_body" in wrong.value.fields
    for changes in (
        {"retry_statuses": ["SPAM"]},
        {"max_tries": 11},
        {"max_price": "much"},
        {"wait_growth": 0},
        {"context": dict.fromkeys("abcdef", "x")},
    ):
        with pytest.raises(Invalid):
            drafted(caller, lines(1), **changes)
    row = drafted(caller, lines(1), "Hello {{surname}}")
    key = {"bulk_send_id": row.bulk_send_id}
    with pytest.raises(Invalid, match="surname"):
        check_bulk_send(caller, **key, column=0, has_head=True)
    update_bulk_send(caller, **key, bulk_send_name="Spring", message_body="Hello")
    with pytest.raises(Invalid):
        check_bulk_send(caller, **key, column=5, has_head=True)
    with pytest.raises(Conflict):
        start_bulk_send(caller, **key)
    check_bulk_send(caller, **key, column=0, has_head=True)
    for act in (delete_bulk_send, lambda who, **of: check_bulk_send(who, **of, column=0, has_head=True)):
        with pytest.raises(Conflict):
            act(caller, **key)
    run_due_jobs(100)
    with pytest.raises(Invalid, match="No row"):  # the account has no originator
        start_bulk_send(caller, **key)
    with pytest.raises(NotFound):
        delete_bulk_send(factories.make_caller(other_owner), **key)
    for role in (Role.VIEWER, Role.REVIEWER):
        with pytest.raises(Denied):
            delete_bulk_send(caller_as(role), **key)
    assert Activity.objects.filter(operation="CheckBulkSend").exists()


def test_what_was_checked_is_checked_again_after_a_change(caller, clock):
    number = number_of_type(caller, "SHORT_CODE")
    row = checked(caller, lines(2), origination_identity=number.phone_number_id)
    before = row.price
    row = update_bulk_send(
        caller, bulk_send_id=row.bulk_send_id, bulk_send_name="Spring", message_body="x" * 161,
        origination_identity=number.phone_number_id,
    )  # fmt: skip
    assert (row.status, row.rows, BulkSendRow.objects.count()) == ("DRAFT", 0, 0)
    check_bulk_send(caller, bulk_send_id=row.bulk_send_id, column=0, has_head=True)
    run_due_jobs(100)
    row.refresh_from_db()
    assert (row.status, row.ready, row.price) == ("CHECKED", 2, 2 * before)


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("Hello {{name}}", {"name": "Ann"}, "Hello Ann"),
        ("{{ First  NAME }}!", {"first name": "Ann"}, "Ann!"),
        ("{{name|you}}, {{name}}", {"name": ""}, "you, "),
        ("{{a}}{{b}}", {"a": "{{b}}", "b": "2"}, "{{b}}2"),
        ("{one} }", {}, "{one} }"),
    ],
)
def test_placeholders(text, values, said):
    template = placeholders.parsed(text)
    assert not template.broken
    assert template.rendered(values) == said


def test_rates_are_kept_as_json(caller, clock):
    number = number_of_type(caller, "SHORT_CODE")
    row = checked(caller, lines(2), origination_identity=number.phone_number_id)
    assert json.loads(json.dumps(row.rates)) == row.rates
    assert list(row.rates["US"].values()) == [[2, 100, number.phone_number]]
