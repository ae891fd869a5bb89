"""Pages of what becomes of events: deliveries, log groups, delivery streams, connections."""

import re

import pytest

from messaging import streams
from messaging.models import LogRecord, OutboxEntry, ServiceConnection
from messaging.operations.connections import put_connection
from messaging.operations.event_destinations import create_event_destinations
from tests import factories
from tests.console.test_configuration_sets_pages import ROLE


@pytest.fixture
def delivered(caller, clock, settings, tmp_path, run_work):
    """A message whose first event has gone to a log group, a stream and a topic."""
    settings.DATA_DIR = tmp_path
    factories.make_configuration_set(caller, "otp")
    create_event_destinations(caller, configuration_set_name="otp", matching_event_types=["ALL"], iam_role_arn=ROLE)
    message = factories.send(caller, configuration_set_name="otp", context={"order": "A-7"}).message
    run_work()
    return message


def entry_to(name):
    return OutboxEntry.objects.filter(event_destination__event_destination_name=name).order_by("pk")[0]


def test_deliveries_are_listed_and_narrowed(client_in, delivered):
    body = client_in.get(client_in.path("deliveries/")).content.decode()
    assert "otp · log-group" in body and "Delivered" in body and "TEXT_<wbr>QUEUED" in body
    only = client_in.get(client_in.path("deliveries/?f=event-destination:%3D:topic&f=event-type:%3D:TEXT_QUEUED"))
    assert len(re.findall(r'<tr id="row-', only.content.decode())) == 1
    found = client_in.get(client_in.path(f"deliveries/?q={delivered.pk}")).content.decode()
    assert len(re.findall(r'<tr id="row-', found)) == OutboxEntry.objects.count()
    none = client_in.get(client_in.path("deliveries/?f=status:%3D:GIVEN_UP"))
    assert not re.findall(r'<tr id="row-', none.content.decode())


def test_a_delivery_shows_its_record_and_attempts_and_is_sent_again(client_in, delivered, run_work):
    path = client_in.path(f"deliveries/{entry_to('log-group').pk}/")
    body = client_in.get(path).content.decode()
    assert "Written to the log group." in body and "&quot;order&quot;: &quot;A-7&quot;" in body
    assert client_in.path(f"messages/{delivered.pk}/") in body
    assert client_in.post(f"{path}resend/").url == path
    assert entry_to("log-group").status == "WAITING"
    run_work()
    assert client_in.get(path).content.decode().count("Written to the log group.") == 2


def test_all_that_were_given_up_are_sent_again_at_once(client_in, delivered, run_work):
    OutboxEntry.objects.filter(event_destination__kind="TOPIC").update(status="GIVEN_UP", due_at=None)
    given_up = OutboxEntry.objects.filter(status="GIVEN_UP").count()
    assert given_up
    form = {"all": "1", "query": "f=status:%3D:GIVEN_UP", "step": "confirm"}
    assert client_in.post(client_in.path("lists/deliveries/bulk/resend/"), form).status_code == 303
    run_work()
    assert not OutboxEntry.objects.filter(status="GIVEN_UP").exists()
    assert OutboxEntry.objects.exclude(resent_at=None).count() == given_up


def test_the_attempts_of_one_that_waits_renew_themselves(client_in, delivered):
    entry = entry_to("topic")
    OutboxEntry.objects.filter(pk=entry.pk).update(status="WAITING")
    path = client_in.path(f"deliveries/{entry.pk}/?look=3")
    part = client_in.fragment(path, headers={"HX-Target": "attempts"}).content.decode()
    assert part.lstrip().startswith('<div id="attempts"') and "?look=4" in part
    last = client_in.fragment(client_in.path(f"deliveries/{entry.pk}/?look=10"), headers={"HX-Target": "attempts"})
    assert "hx-trigger" not in last.content.decode()


def test_records_of_a_log_group_are_searched_and_shown(client_in, delivered, caller):
    assert client_in.path("log-groups/otp/") in client_in.get(client_in.path("log-groups/")).content.decode()
    path = client_in.path("log-groups/otp/")
    assert "TEXT_QUEUED" in client_in.get(path).content.decode()
    assert re.findall(r'<tr id="row-', client_in.get(f"{path}?q=a-7").content.decode())
    assert not re.findall(r'<tr id="row-', client_in.get(f"{path}?q=nowhere").content.decode())
    record = LogRecord.objects.order_by("pk")[0]
    body = client_in.get(client_in.path(f"log-records/{record.pk}/")).content.decode()
    assert "&quot;eventType&quot;: &quot;TEXT_QUEUED&quot;" in body


def test_a_log_group_with_slashes_and_one_of_elsewhere_have_pages(client_in, delivered, caller):
    elsewhere = "arn:aws:logs:eu-west-1:999999999999:log-group:/their/group"
    LogRecord.objects.create(
        owner_id=caller.owner_id, log_group=elsewhere, event_id=entry_to("topic").event_id, record={"eventType": "X"}
    )
    body = client_in.get(client_in.path("log-groups/")).content.decode()
    link = re.search(r'href="([^"]*their[^"]*)"', body)[1]
    assert re.findall(r'<tr id="row-', client_in.get(link).content.decode())


def test_files_of_a_stream_are_listed_read_and_downloaded(client_in, delivered, caller, clock):
    assert (
        client_in.path("delivery-streams/otp/") in client_in.get(client_in.path("delivery-streams/")).content.decode()
    )
    body = client_in.get(client_in.path("delivery-streams/otp/")).content.decode()
    file = client_in.path("delivery-streams/otp/files/2026/03/02/10/")
    assert file in body
    shown = client_in.get(file).content.decode()
    assert "&quot;eventId&quot;" in shown and "A-7" in shown
    answer = client_in.get(f"{file}download/")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="otp-2026-03-02-10.ndjson"'
    assert b"".join(answer.streaming_content).count(b"\n") == shown.count("code-block")
    for wrong in ("otp/files/2026/03/02/11/", "otp/files/../../x/", "nothing/", "otp/files/2026/03/02/10/../download/"):
        assert client_in.get(client_in.path(f"delivery-streams/{wrong}")).status_code == 404


def test_older_files_have_pages_of_their_own(client_in, delivered, caller, clock):
    for _hour in range(60):
        clock.advance(hours=1)
        streams.append(streams.stream_path(caller.account_id, caller.region, "deliverystream/otp", clock.now()), [{}])
    body = client_in.get(client_in.path("delivery-streams/otp/")).content.decode()
    assert body.count("/download/") == 48
    older = re.search(r'href="([^"]*before=[^"]*)"', body)[1]
    assert client_in.get(older).content.decode().count("/download/") == 13


def test_another_account_sees_none_of_it(signed_in, delivered, other_owner):
    strangers = factories.make_member(other_owner)
    from tests.client import ConsoleClient

    known_as = factories.make_caller(other_owner, actor=f"user:{strangers.get_username()}")
    client = ConsoleClient(other_owner, strangers, known_as)
    client.force_login(strangers)
    record = LogRecord.objects.order_by("pk")[0]
    for path in (f"deliveries/{entry_to('topic').pk}/", f"log-records/{record.pk}/", "delivery-streams/otp/"):
        assert client.get(client.path(path)).status_code == 404, path
    assert '<tr id="row-' not in client.get(client.path("log-groups/otp/")).content.decode()


def test_a_service_is_connected_tested_and_forgotten(client_in, owner):
    path = client_in.path("settings/connections/")
    assert client_in.get(path).content.decode().count("Built in") >= 3
    assert path in client_in.get(client_in.path("settings/")).content.decode()
    form = {
        "how": "CONNECTED",
        "endpoint_url": "http://127.0.0.1:9",
        "service_region": "",
        "access_key_id": "AKIAOURS",
        "secret_access_key": "hush",
    }
    wrong = client_in.post(f"{path}sns/", {**form, "access_key_id": ""})
    assert wrong.status_code == 422 and "hush" not in wrong.content.decode()
    assert client_in.post(f"{path}sns/", form).url == path
    assert client_in.post(f"{path}sns/", {**form, "secret_access_key": "", "service_region": "eu-west-1"}).url == path
    row = ServiceConnection.objects.get()
    assert (row.service, row.service_region, row.connected) == ("SNS", "eu-west-1", True)
    assert "hush" not in client_in.get(f"{path}sns/").content.decode()
    client_in.post(f"{path}sns/test/")
    body = client_in.get(path).content.decode()
    assert "Topics cannot be reached" in body and "EndpointConnectionError" in body
    client_in.post(f"{path}logs/test/")
    assert "nothing to test" in client_in.get(path).content.decode()
    client_in.post(f"{path}sns/", {**form, "how": "BUILT_IN"})
    row.refresh_from_db()
    assert (row.connected, bytes(row.secret_encrypted)) == (False, b"")
    assert "cannot be brought back" in client_in.get(f"{path}sns/forget/").content.decode()
    assert ServiceConnection.objects.exists()
    client_in.post(f"{path}sns/forget/")
    assert not ServiceConnection.objects.exists()


def test_only_administrators_reach_connections(signed_in, caller):
    put_connection(caller, service="LOGS", access_key_id="AKIAOURS", secret_access_key="hush")
    for role in ("VIEWER", "OPERATOR"):
        client = signed_in(role)
        assert client.get(client.path("settings/connections/")).status_code == 403
        assert client.get(client.path("settings/connections/logs/")).status_code == 403
        assert client.post(client.path("settings/connections/logs/forget/")).status_code == 403
        assert "settings/connections" not in client.get(client.path("settings/")).content.decode()
        assert "connected" not in client.get(client.path("log-groups/")).content.decode()


def test_pages_say_that_a_service_is_connected(client_in, caller, delivered):
    put_connection(caller, service="LOGS", endpoint_url="http://logs.example", access_key_id="A", secret_access_key="b")
    assert "http://logs.example" in client_in.get(client_in.path("log-groups/")).content.decode()
    put_connection(caller, service="SNS", endpoint_url="http://sns.example", access_key_id="A", secret_access_key="b")
    for path in ("topics/", "topics/otp/"):
        assert "http://sns.example" in client_in.get(client_in.path(path)).content.decode()


def test_pages_stay_within_their_queries(client_in, delivered, django_assert_max_num_queries):
    client_in.get(client_in.path("deliveries/"))
    record = LogRecord.objects.order_by("pk")[0]
    for path in (
        "deliveries/",
        f"deliveries/{entry_to('topic').pk}/",
        "log-groups/",
        "log-groups/otp/?q=a-7",
        f"log-records/{record.pk}/",
        "delivery-streams/",
        "delivery-streams/otp/",
        "settings/connections/",
    ):
        with django_assert_max_num_queries(12):
            client_in.get(client_in.path(path))
