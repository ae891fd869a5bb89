"""Event destinations: made, changed, deleted, refused."""

from typing import Any

import pytest

from messaging.errors import Conflict, Invalid, NotFound, OverQuota
from messaging.models import EventDestination
from messaging.operations.event_destinations import (
    create_event_destination,
    delete_event_destination,
    update_event_destination,
)
from tests.factories import make_configuration_set

pytestmark = pytest.mark.django_db

ROLE = "arn:aws:iam::123456789012:role/events"
LOGS = {"iam_role_arn": ROLE, "log_group_arn": "arn:aws:logs:us-east-1:123456789012:log-group:sms"}
STREAM = {
    "iam_role_arn": ROLE,
    "delivery_stream_arn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/sms",
}
TOPIC = {"topic_arn": "arn:aws:sns:us-east-1:123456789012:sms"}
TARGETS = {
    "cloud_watch_logs_destination": LOGS,
    "kinesis_firehose_destination": STREAM,
    "sns_destination": TOPIC,
}


@pytest.fixture(autouse=True)
def _events(caller: Any) -> None:
    make_configuration_set(caller, "events")


def create(caller: Any, name: str = "one", **changes: Any) -> Any:
    values = {"matching_event_types": ["TEXT_ALL"], **changes}
    if not set(values) & set(TARGETS):
        values["sns_destination"] = TOPIC
    return create_event_destination(caller, configuration_set_name="events", event_destination_name=name, **values)


@pytest.mark.parametrize("member", TARGETS)
def test_answers_what_it_was_given_in_the_apis_structure(caller: Any, member: str) -> None:
    made = create(caller, matching_event_types=["TEXT_SENT", "ALL"], **{member: TARGETS[member]})
    assert made.configuration_set_name == "events"
    assert made.configuration_set_arn == "arn:aws:sms-voice:us-east-1:123456789012:configuration-set/events"
    assert made.event_destination == {
        "event_destination_name": "one",
        "enabled": True,
        "matching_event_types": ["TEXT_SENT", "ALL"],
        member: TARGETS[member],
    }


def test_finds_the_set_by_arn(caller: Any) -> None:
    arn = "arn:aws:sms-voice:us-east-1:123456789012:configuration-set/events"
    made = create_event_destination(
        caller,
        configuration_set_name=arn,
        event_destination_name="one",
        matching_event_types=["ALL"],
        sns_destination=TOPIC,
    )
    assert made.configuration_set_name == "events"


@pytest.mark.parametrize(
    ("member", "target"),
    [
        ("cloud_watch_logs_destination", "log_group_arn"),
        ("kinesis_firehose_destination", "delivery_stream_arn"),
        ("sns_destination", "topic_arn"),
    ],
)
@pytest.mark.parametrize(
    "wrong",
    [
        "arn:aws:s3:::bucket",
        "arn:aws:logs:us-east-1:1234:log-group:sms",
        "arn:aws:logs:us-east-1:123456789012:log-group:two words",
        "arn:aws:firehose:us-east-1:123456789012:deliverystream/../secrets",
        "arn:aws:sns:us-east-1:123456789012:sms.fifo",
    ],
)
def test_refuses_the_arn_of_something_else(caller: Any, member: str, target: str, wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        create(caller, **{member: {**TARGETS[member], target: wrong}})
    assert refused.value.reason == "INVALID_ARN"
    assert list(refused.value.fields) == [member]
    assert not EventDestination.objects.exists()


def test_a_change_of_target_is_checked_too(caller: Any) -> None:
    create(caller)
    with pytest.raises(Invalid) as refused:
        update_event_destination(
            caller,
            configuration_set_name="events",
            event_destination_name="one",
            kinesis_firehose_destination={**STREAM, "delivery_stream_arn": "arn:aws:firehose:elsewhere"},
        )
    assert refused.value.reason == "INVALID_ARN"
    assert EventDestination.objects.get().kind == EventDestination.Kind.TOPIC


def test_refuses_none_and_two_targets(caller: Any) -> None:
    with pytest.raises(Invalid) as missing:
        create_event_destination(
            caller, configuration_set_name="events", event_destination_name="one", matching_event_types=["ALL"]
        )
    assert missing.value.reason == "MISSING_PARAMETER"
    with pytest.raises(Invalid) as two:
        create(caller, sns_destination=TOPIC, cloud_watch_logs_destination=LOGS)
    assert two.value.reason == "PARAMETERS_CANNOT_BE_USED_TOGETHER"
    assert not EventDestination.objects.exists()


def test_refuses_a_stream_that_cannot_be_a_folder(caller: Any) -> None:
    bad = {**STREAM, "delivery_stream_arn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/.."}
    with pytest.raises(Invalid) as refused:
        create(caller, kinesis_firehose_destination=bad)
    assert refused.value.reason == "INVALID_ARN"


def test_refuses_an_unknown_event_type(caller: Any) -> None:
    with pytest.raises(Invalid) as refused:
        create(caller, matching_event_types=["TEXT_SENT", "INITIATED_CALL"])
    assert "matching_event_types" in refused.value.fields


def test_refuses_a_name_twice(caller: Any) -> None:
    create(caller)
    with pytest.raises(Conflict) as refused:
        create(caller)
    assert refused.value.reason == "RESOURCE_ALREADY_EXISTS"


def test_refuses_a_sixth(caller: Any) -> None:
    """events.destination_max"""
    for number in range(5):
        create(caller, f"number-{number}")
    with pytest.raises(OverQuota) as refused:
        create(caller, "sixth")
    assert refused.value.reason == "EVENT_DESTINATIONS_PER_CONFIGURATION_SET"


def test_changes_only_what_is_given(caller: Any) -> None:
    create(caller)

    def update(**changes: Any) -> dict[str, Any]:
        answer = update_event_destination(
            caller, configuration_set_name="events", event_destination_name="one", **changes
        )
        return answer.event_destination

    assert update(enabled=False)["enabled"] is False
    changed = update(matching_event_types=["TEXT_BLOCKED"])
    assert (changed["enabled"], changed["matching_event_types"]) == (False, ["TEXT_BLOCKED"])
    assert changed["sns_destination"] == TOPIC
    elsewhere = {"topic_arn": TOPIC["topic_arn"] + "-2"}
    assert update(sns_destination=elsewhere)["sns_destination"] == elsewhere


def test_a_destination_stays_of_its_kind(caller: Any) -> None:
    create(caller)
    with pytest.raises(Conflict) as refused:
        update_event_destination(
            caller,
            configuration_set_name="events",
            event_destination_name="one",
            enabled=False,
            cloud_watch_logs_destination=LOGS,
        )
    assert refused.value.reason == "EVENT_DESTINATION_MISMATCH"
    row = EventDestination.objects.get()
    assert (row.kind, row.enabled) == (EventDestination.Kind.TOPIC, True)


@pytest.mark.parametrize(
    "role", ["arn:aws:iam::123456789012:user/events", "arn:aws:iam::12:role/events", "arn:aws:iam::123456789012:role/"]
)
def test_refuses_what_is_no_role(caller: Any, role: str) -> None:
    with pytest.raises(Invalid) as refused:
        create(caller, cloud_watch_logs_destination={**LOGS, "iam_role_arn": role})
    assert refused.value.reason == "INVALID_ARN"
    assert list(refused.value.fields) == ["CloudWatchLogsDestination.IamRoleArn"]


def test_deletes_and_answers_what_it_was(caller: Any) -> None:
    create(caller)
    answer = delete_event_destination(caller, configuration_set_name="events", event_destination_name="one")
    assert answer.event_destination["matching_event_types"] == ["TEXT_ALL"]
    assert not EventDestination.objects.exists()
    with pytest.raises(NotFound):
        delete_event_destination(caller, configuration_set_name="events", event_destination_name="one")


def test_a_set_of_another_account_does_not_exist(other_owner: Any) -> None:
    from tests.factories import make_caller

    with pytest.raises(NotFound):
        create(make_caller(other_owner))
