"""Message feedback: RECEIVED or FAILED as the application says, FAILED after an hour without a word."""

from typing import Any

import pytest

from messaging import work
from messaging.errors import Invalid, NotFound
from messaging.models import Activity, Message
from messaging.operations.configuration_sets import set_default_message_feedback_enabled
from messaging.operations.feedback import fail_silent_messages, put_message_feedback
from tests import factories

pytestmark = pytest.mark.django_db


def sent(caller: Any, **changes: Any) -> Message:
    return factories.send(caller, **{"message_feedback_enabled": True, **changes}).message


def told(message: Message) -> tuple[str, Any]:
    message.refresh_from_db()
    return message.message_feedback_status, message.message_feedback_at


@pytest.mark.parametrize("status", ["RECEIVED", "FAILED"])
def test_what_is_said_is_kept_with_its_time(caller: Any, clock: Any, status: str) -> None:
    message = sent(caller)
    clock.advance(minutes=5)
    answer = put_message_feedback(caller, message_id=str(message.pk), message_feedback_status=status)
    assert (answer.message_id, answer.message_feedback_status) == (str(message.pk), status)
    assert told(message) == (status, clock.now())
    assert not Activity.objects.filter(operation="PutMessageFeedback").exists()


def test_the_last_word_holds(caller: Any, clock: Any) -> None:
    message = sent(caller)
    for status in ("FAILED", "RECEIVED"):
        put_message_feedback(caller, message_id=str(message.pk), message_feedback_status=status)
    assert told(message)[0] == "RECEIVED"


def test_an_hour_of_silence_is_a_failure_of_that_instant(caller: Any, clock: Any) -> None:
    message, answered, plain = sent(caller), sent(caller), sent(caller, message_feedback_enabled=False)
    put_message_feedback(caller, message_id=str(answered.pk), message_feedback_status="RECEIVED")
    clock.advance(minutes=59, seconds=59)
    assert fail_silent_messages() == 0
    clock.advance(minutes=3)
    work.run_until_idle()
    assert told(message) == ("FAILED", message.created_timestamp.replace(hour=message.created_timestamp.hour + 1))
    assert told(answered)[0] == "RECEIVED"
    assert told(plain) == ("", None)
    assert fail_silent_messages() == 0


def test_a_worker_knows_when_the_hour_is_over(caller: Any, clock: Any, deliver_all: Any) -> None:
    sent(caller)
    deliver_all()
    remaining = work.seconds_to_next()
    assert remaining is not None and 3500 < remaining <= 3600
    clock.advance(hours=1)
    assert work.run_until_idle() == 1
    assert work.seconds_to_next() is None


def test_a_set_asks_for_feedback_unless_the_send_says_no(caller: Any, clock: Any) -> None:
    factories.make_configuration_set(caller, "otp")
    set_default_message_feedback_enabled(caller, configuration_set_name="otp", message_feedback_enabled=True)
    by_default = factories.send(caller, configuration_set_name="otp").message
    told_no = factories.send(caller, configuration_set_name="otp", message_feedback_enabled=False).message
    assert (by_default.message_feedback_enabled, told_no.message_feedback_enabled) == (True, False)


def test_refuses_a_message_without_feedback(caller: Any, clock: Any) -> None:
    message = sent(caller, message_feedback_enabled=False)
    with pytest.raises(Invalid) as refused:
        put_message_feedback(caller, message_id=str(message.pk), message_feedback_status="RECEIVED")
    assert refused.value.reason == "INVALID_REQUEST"


def test_what_is_no_message_of_the_account_does_not_exist(caller: Any, other_owner: Any, clock: Any) -> None:
    message = sent(caller)
    for key, who in (
        (str(message.pk), factories.make_caller(other_owner)),
        ("no-such-message", caller),
        ("00000000-0000-7000-8000-000000000000", caller),
    ):
        with pytest.raises(NotFound) as refused:
            put_message_feedback(who, message_id=key, message_feedback_status="RECEIVED")
        assert refused.value.resource is not None and refused.value.resource.type == "message"
