"""Pages of event destinations: adding, changing, trying, switching, deleting, and one of each kind in one go."""

import re

import pytest

from messaging.models import EventDestination, OutboxEntry
from messaging.operations.event_destinations import create_event_destinations
from tests import factories
from tests.console.test_configuration_sets_pages import DESTINATION, LOGS, ROLE

BASE = "configuration-sets/otp/event-destinations/"


@pytest.fixture
def otp(caller):
    return factories.make_configuration_set(caller, "otp")


@pytest.fixture
def three(caller, otp):
    create_event_destinations(
        caller, configuration_set_name="otp", matching_event_types=["TEXT_ALL"], iam_role_arn=ROLE
    )


def test_an_event_destination_is_added_changed_and_deleted(client_in, otp):
    base = client_in.path(BASE)
    assert client_in.post(f"{base}+/create/", DESTINATION).status_code == 303
    made = EventDestination.objects.get()
    assert (made.target_arn, made.iam_role_arn, made.enabled, set(made.matching_event_types)) == (
        LOGS,
        ROLE,
        True,
        {"TEXT_DELIVERED", "TEXT_BLOCKED"},
    )
    body = client_in.get(base).content.decode()
    assert "logs" in body and "Enabled" in body and "TEXT_DELIVERED" in body
    edited = client_in.get(f"{base}logs/").content.decode()
    assert re.search(r'value="TEXT_BLOCKED"[^>]*checked', edited)
    changed = {**DESTINATION, "sms_events": ["TEXT_SENT"], "voice": "ALL", "enabled": ""}
    assert client_in.post(f"{base}logs/", changed).status_code == 303
    made.refresh_from_db()
    assert (made.enabled, made.matching_event_types) == (False, ["TEXT_SENT", "VOICE_ALL"])
    assert client_in.get(f"{base}logs/delete/").status_code == 200
    assert EventDestination.objects.exists()
    assert client_in.post(f"{base}logs/delete/").url == base
    assert not EventDestination.objects.exists()


def test_all_of_every_channel_is_all(client_in, otp):
    every = {**DESTINATION, "sms": "ALL", "mms": "ALL", "voice": "ALL"}
    client_in.post(client_in.path(f"{BASE}+/create/"), every)
    assert EventDestination.objects.get().matching_event_types == ["ALL"]
    body = client_in.get(client_in.path(f"{BASE}logs/")).content.decode()
    assert len(re.findall(r'<input type="radio" name="\w+" value="ALL"[^>]*checked', body)) == 3


@pytest.mark.parametrize(
    ("kind", "arn"),
    [
        ("LOG_GROUP", "arn:aws:logs:us-east-1:123456789012:log-group:new-one"),
        ("DELIVERY_STREAM", "arn:aws:firehose:us-east-1:123456789012:deliverystream/new-one"),
        ("TOPIC", "arn:aws:sns:us-east-1:123456789012:new-one"),
    ],
)
def test_a_name_stands_for_a_target_of_the_account_and_may_start_switched_off(client_in, otp, kind, arn):
    form = {**DESTINATION, "kind": kind, "target": "new-one", "enabled": ""}
    assert client_in.post(client_in.path(f"{BASE}+/create/"), form).status_code == 303
    made = EventDestination.objects.get()
    assert (made.kind, made.target_arn, made.enabled) == (kind, arn, False)


def test_a_destination_needs_events_a_proper_target_and_a_role(client_in, otp):
    path = client_in.path(f"{BASE}+/create/")
    none = client_in.post(path, {**DESTINATION, "sms_events": []})
    assert none.status_code == 422
    assert "Choose at least one type of event" in none.content.decode()
    nothing = client_in.post(path, {**DESTINATION, "sms": "NONE"})
    assert nothing.status_code == 422 and "Choose at least one type of event" in nothing.content.decode()
    stream = client_in.post(path, {**DESTINATION, "kind": "DELIVERY_STREAM", "target": "arn:aws:firehose/.."})
    assert stream.status_code == 422
    assert re.search(r'name="target"[^>]*aria-invalid="true"', stream.content.decode())
    assert 'value="arn:aws:firehose/.."' in stream.content.decode()
    for role in ("", "arn:aws:iam::123456789012:user/me"):
        without = client_in.post(path, {**DESTINATION, "iam_role_arn": role})
        assert re.search(r'name="iam_role_arn"[^>]*aria-invalid="true"', without.content.decode())
    assert not EventDestination.objects.exists()


def test_a_destination_name_comes_once_and_may_be_create(client_in, otp):
    path = client_in.path(f"{BASE}+/create/")
    form = {**DESTINATION, "event_destination_name": "create"}
    assert client_in.post(path, form).status_code == 303
    again = client_in.post(path, form)
    assert again.status_code == 422
    assert "not taken" in again.content.decode()
    assert 'value="create"' in client_in.get(client_in.path(f"{BASE}create/")).content.decode()


def test_one_of_each_kind_in_one_go(client_in, otp):
    path = client_in.path(f"{BASE}+/quick/")
    assert "deliverystream/otp" in client_in.get(path).content.decode()
    form = {"iam_role_arn": ROLE, "sms": "ALL", "mms": "NONE", "voice": "NONE"}
    assert client_in.post(path, {**form, "iam_role_arn": "no role"}).status_code == 422
    assert not EventDestination.objects.exists()
    assert client_in.post(path, form).url == client_in.path(BASE)
    assert {row.kind for row in EventDestination.objects.all()} == {"LOG_GROUP", "DELIVERY_STREAM", "TOPIC"}
    assert client_in.post(path, form).status_code == 422


def test_a_test_event_leads_to_its_delivery(client_in, three, run_work, clock, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    body = client_in.get(client_in.path(f"{BASE}log-group/")).content.decode()
    assert "Send test event" in body and '<option value="TEXT_SPAM"' in body and "VOICE_BUSY</option>" not in body
    answer = client_in.post(client_in.path(f"{BASE}log-group/test/"), {"event_type": "TEXT_SPAM"})
    entry = OutboxEntry.objects.get()
    assert answer.url == client_in.path(f"deliveries/{entry.pk}/")
    waiting = client_in.get(answer.url).content.decode()
    assert "Nothing has been tried yet" in waiting and "?look=1" in waiting
    run_work()
    delivered = client_in.get(answer.url).content.decode()
    assert "Written to the log group." in delivered and "?look=" not in delivered


def test_a_test_event_to_a_destination_that_is_off_says_so(client_in, three):
    client_in.post(client_in.path(f"{BASE}topic/"), {"target": "otp", "sms": "ALL", "mms": "NONE", "voice": "NONE"})
    assert EventDestination.objects.filter(enabled=False).get().event_destination_name == "topic"
    answer = client_in.post(client_in.path(f"{BASE}topic/test/"))
    assert "switched off" in client_in.get(answer.url).content.decode()
    assert not OutboxEntry.objects.exists()


@pytest.mark.parametrize(("action", "left", "on"), [("disable", 3, 0), ("enable", 3, 3), ("delete", 0, 0)])
def test_many_at_once(client_in, three, run_work, action, left, on):
    form = {"arg": "otp", "all": "1", "query": "", "step": "confirm", "confirmation": "3"}
    answer = client_in.post(client_in.path(f"lists/event-destinations/bulk/{action}/"), form)
    assert answer.status_code == 303, answer.content.decode()
    run_work()
    assert EventDestination.objects.count() == left
    assert EventDestination.objects.filter(enabled=True).count() == on


def test_a_viewer_looks_and_changes_nothing(signed_in, three):
    viewer = signed_in("VIEWER")
    body = viewer.get(viewer.path(f"{BASE}log-group/")).content.decode()
    assert "TEXT_ALL" in body and "Send test event" not in body and "Save event destination" not in body
    for tail, method in (
        ("+/create/", "get"),
        ("+/quick/", "get"),
        ("log-group/", "post"),
        ("log-group/test/", "post"),
    ):
        assert getattr(viewer, method)(viewer.path(f"{BASE}{tail}")).status_code == 403, tail


def test_event_types_have_a_page_each(client_in):
    body = client_in.get(client_in.path("event-types/")).content.decode()
    assert body.count("/event-types/") >= 39
    example = client_in.get(client_in.path("event-types/VOICE_BUSY/")).content.decode()
    assert "&quot;eventType&quot;: &quot;VOICE_BUSY&quot;" in example and "The line was busy." in example
    dialog = client_in.fragment(client_in.path("event-types/VOICE_BUSY/"), headers={"HX-Target": "dialog"})
    assert dialog.content.decode().lstrip().startswith('<div class="dialog-head">')
    assert client_in.get(client_in.path("event-types/TEXT_ALL/")).status_code == 404


def test_pages_stay_within_their_queries(client_in, three, django_assert_max_num_queries):
    client_in.get(client_in.path(BASE))
    for tail in ("", "+/create/", "+/quick/", "log-group/", "log-group/delete/"):
        with django_assert_max_num_queries(12):
            client_in.get(client_in.path(f"{BASE}{tail}"))
