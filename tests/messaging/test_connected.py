"""Connected destinations: events go in batches to services elsewhere, and what is refused comes again."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from messaging import connected, outbound
from messaging.errors import Conflict, Denied, Invalid, NotFound
from messaging.models import Activity, DeliveryAttempt, LogRecord, OutboxEntry, ServiceConnection
from messaging.operations.connections import (
    delete_connection,
    describe_connections,
    endpoints_of,
    put_connection,
    run_test,
)
from messaging.operations.delivery import deliver_due_events
from messaging.operations.event_destinations import create_event_destination
from tests import factories
from tests.emulator import KEY, SECRET, Emulator, emulator
from tests.messaging.test_event_destinations import LOGS, STREAM, TARGETS, TOPIC

__all__ = ["emulator"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data_directory(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    yield
    connected._client.cache_clear()


def destine(caller: Any, *members: str) -> None:
    factories.make_configuration_set(caller, "events")
    for member in members or TARGETS:
        create_event_destination(
            caller,
            configuration_set_name="events",
            event_destination_name=member.split("_")[0],
            matching_event_types=["ALL"],
            **{member: TARGETS[member]},
        )


def send(caller: Any, count: int = 1) -> None:
    number = factories.make_simulator_number(caller).phone_number_id
    for _message in range(count):
        factories.send(caller, origination_identity=number, configuration_set_name="events", context={"order": "№ 7"})


def test_all_three_services_get_every_event_with_its_id(caller: Any, clock: Any, emulator: Emulator) -> None:
    destine(caller)
    emulator.connect(caller)
    send(caller, 12)
    assert deliver_due_events() == 36
    entries = list(OutboxEntry.objects.all())
    assert {entry.status for entry in entries} == {"DELIVERED"}
    expected = {str(entry.event_id): entry.payload for entry in entries}
    assert {one.pop("eventId"): one for one in emulator.logged()} == expected
    assert {one.pop("eventId"): one for one in emulator.streamed()} == expected
    assert dict(emulator.published()) == expected
    assert not LogRecord.objects.exists()
    assert DeliveryAttempt.objects.filter(detail="Taken by firehose.").count() == 12


def test_one_service_may_be_connected_and_the_others_built_in(caller: Any, clock: Any, emulator: Emulator) -> None:
    destine(caller)
    emulator.connect(caller, "FIREHOSE")
    send(caller)
    deliver_due_events()
    assert len(emulator.streamed()) == LogRecord.objects.count() == 1
    assert emulator.published() == []


def test_what_the_service_refuses_waits_and_comes_again(caller: Any, clock: Any, emulator: Emulator) -> None:
    destine(caller, "sns_destination")
    emulator.connect(caller)
    emulator.client("sns").delete_topic(TopicArn=emulator.topic_arn)
    send(caller)
    deliver_due_events()
    entry = OutboxEntry.objects.get()
    assert (entry.status, entry.attempts) == ("WAITING", 1)
    assert "NotFound" in entry.tries.get().detail
    put_connection(caller, service="SNS", connected=False)
    clock.advance(seconds=1)
    deliver_due_events()
    entry.refresh_from_db()
    assert (entry.status, entry.attempts) == ("DELIVERED", 2)


def test_a_log_group_that_is_not_there_says_so(caller: Any, clock: Any, emulator: Emulator) -> None:
    destine(caller, "cloud_watch_logs_destination")
    emulator.connect(caller)
    emulator.client("logs").delete_log_group(logGroupName="sms")
    send(caller)
    deliver_due_events()
    assert "ResourceNotFoundException" in DeliveryAttempt.objects.get().detail


def test_single_records_that_a_batch_refuses_fail_alone(caller: Any, clock: Any, monkeypatch: Any) -> None:
    destine(caller, "kinesis_firehose_destination")
    put_connection(caller, service="FIREHOSE", access_key_id=KEY, secret_access_key=SECRET)
    send(caller, 3)

    class Client:
        class exceptions: ...

        def put_record_batch(self, **given: Any) -> dict[str, Any]:
            busy = {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."}
            return {"FailedPutCount": 1, "RequestResponses": [{"RecordId": "1"}, busy, {"RecordId": "3"}]}

    monkeypatch.setattr(connected, "_client", lambda endpoint: Client())
    deliver_due_events()
    assert sorted(OutboxEntry.objects.values_list("status", flat=True)) == ["DELIVERED", "DELIVERED", "WAITING"]
    assert DeliveryAttempt.objects.get(succeeded=False).detail == "ServiceUnavailableException: Slow down."
    monkeypatch.undo()


@pytest.mark.parametrize(("service", "most"), [("LOGS", 10_000), ("FIREHOSE", 500), ("SNS", 10)])
def test_batches_are_as_large_as_the_service_takes(service: str, most: int) -> None:
    small = [connected.Record(str(number), "TEXT_SENT", "{}") for number in range(most * 2 + 1)]
    assert [len(batch) for batch in connected.batches(service, small)] == [most, most, 1]
    room = connected.LIMITS[service][1]
    large = [connected.Record(str(number), "TEXT_SENT", "é" * (room // 5)) for number in range(5)]
    cut = list(connected.batches(service, large))
    assert [len(batch) for batch in cut] == [2, 2, 1]
    assert [record for batch in cut for record in batch] == large


def test_nobody_there_is_a_failed_try_of_the_whole_batch(caller: Any, clock: Any) -> None:
    destine(caller, "cloud_watch_logs_destination")
    put_connection(
        caller, service="LOGS", endpoint_url="http://127.0.0.1:9/", access_key_id=KEY, secret_access_key=SECRET
    )
    send(caller, 2)
    deliver_due_events()
    assert {one.succeeded for one in DeliveryAttempt.objects.all()} == {False}
    assert "EndpointConnectionError" in DeliveryAttempt.objects.all()[0].detail
    assert {entry.status for entry in OutboxEntry.objects.all()} == {"WAITING"}


def test_metadata_addresses_are_not_spoken_to(caller: Any, clock: Any) -> None:
    put_connection(
        caller, service="SNS", endpoint_url="http://169.254.169.254/", access_key_id=KEY, secret_access_key=SECRET
    )
    succeeded, detail = run_test(caller, "SNS")
    assert not succeeded
    assert "not spoken to" in detail


def test_a_connection_is_tested_without_changing_anything(caller: Any, clock: Any, emulator: Emulator) -> None:
    emulator.connect(caller)
    for service in ("LOGS", "FIREHOSE", "SNS"):
        assert run_test(caller, service) == (True, f"{connected.CLIENTS[service]}: HTTP 200")
    row = ServiceConnection.objects.get(service="SNS")
    assert (row.tested_at, row.test_succeeded) == (clock.now(), True)
    with pytest.raises(NotFound):
        run_test(caller, "SQS")


def test_what_is_built_in_cannot_be_tested(caller: Any) -> None:
    with pytest.raises(Conflict):
        run_test(caller, "LOGS")


def test_the_installation_decides_until_the_account_does(caller: Any, owner: Any, settings: Any) -> None:
    assert {one.decided_by for one in describe_connections(caller)} == {"BUILT_IN"}
    settings.SWITCHBOARD_CONNECT = ["SNS", "LOGS"]
    settings.SWITCHBOARD_CONNECT_ACCESS_KEY_ID = "AKIAINSTALLATION"
    settings.SWITCHBOARD_CONNECT_SECRET_ACCESS_KEY = "installation"
    settings.SWITCHBOARD_CONNECT_ENDPOINT_URL = "https://events.example"
    found = endpoints_of([owner])
    assert set(found) == {(owner.pk, "SNS"), (owner.pk, "LOGS")}
    assert found[owner.pk, "SNS"].region == "us-east-1"
    put_connection(caller, service="SNS", connected=False)
    put_connection(
        caller, service="LOGS", service_region="eu-west-1", access_key_id="AKIAOURS", secret_access_key="ours"
    )
    found = endpoints_of([owner])
    assert set(found) == {(owner.pk, "LOGS")}
    assert (found[owner.pk, "LOGS"].access_key_id, found[owner.pk, "LOGS"].region) == ("AKIAOURS", "eu-west-1")
    delete_connection(caller, service="SNS")
    assert (owner.pk, "SNS") in endpoints_of([owner])


def test_the_secret_is_encrypted_kept_when_not_given_and_in_no_log(caller: Any, owner: Any) -> None:
    put_connection(caller, service="SNS", access_key_id=KEY, secret_access_key="very secret")
    row = ServiceConnection.objects.get()
    assert b"very secret" not in bytes(row.secret_encrypted)
    put_connection(caller, service="SNS", access_key_id="AKIAOTHER")
    endpoint = endpoints_of([owner])[owner.pk, "SNS"]
    assert (endpoint.access_key_id, endpoint.secret_access_key) == ("AKIAOTHER", "very secret")
    assert "very secret" not in repr(endpoint)
    assert "very secret" not in json.dumps([row.parameters for row in Activity.objects.all()])


def test_a_secret_that_cannot_be_read_fails_and_stops_nothing(caller: Any, clock: Any, settings: Any) -> None:
    destine(caller, "sns_destination", "cloud_watch_logs_destination")
    put_connection(caller, service="SNS", access_key_id=KEY, secret_access_key="very secret")
    settings.SECRET_KEY = "another key than the one that encrypted it, and long enough"
    send(caller)
    deliver_due_events()
    assert LogRecord.objects.count() == 1
    assert "cannot be read" in DeliveryAttempt.objects.get(succeeded=False).detail


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"endpoint_url": "ftp://example.com"}, "endpoint_url"),
        ({"access_key_id": ""}, "access_key_id"),
        ({"secret_access_key": ""}, "secret_access_key"),
    ],
)
def test_refuses_what_cannot_be_connected(caller: Any, changes: dict[str, str], field: str) -> None:
    given = {"endpoint_url": "", "access_key_id": KEY, "secret_access_key": SECRET, **changes}
    with pytest.raises(Invalid) as refused:
        put_connection(caller, service="LOGS", **given)
    assert list(refused.value.fields) == [field]
    assert not ServiceConnection.objects.exists()


def test_only_administrators_see_and_change_connections(caller_as: Any, caller: Any, other_owner: Any) -> None:
    for role in ("VIEWER", "OPERATOR", "REVIEWER"):
        for refused in (
            lambda role=role: describe_connections(caller_as(role)),
            lambda role=role: put_connection(caller_as(role), service="SNS", connected=False),
            lambda role=role: run_test(caller_as(role), "SNS"),
        ):
            with pytest.raises(Denied):
                refused()
    put_connection(caller, service="SNS", connected=False)
    with pytest.raises(NotFound):
        delete_connection(factories.make_caller(other_owner), service="SNS")


def test_targets_are_named_as_the_services_name_them() -> None:
    assert connected.log_group_name(LOGS["log_group_arn"] + ":*") == "sms"
    assert STREAM["delivery_stream_arn"].endswith("/sms") and TOPIC["topic_arn"].endswith(":sms")
    assert outbound.TIMEOUT_SECONDS * 2 < 60
