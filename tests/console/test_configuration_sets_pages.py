"""Pages of configuration sets and their event destinations."""

import re

import pytest

from messaging.models import ConfigurationSet
from tests import factories

LOGS = "arn:aws:logs:us-east-1:123456789012:log-group:messages"
ROLE = "arn:aws:iam::123456789012:role/events"
DESTINATION = {
    "event_destination_name": "logs",
    "kind": "LOG_GROUP",
    "target": LOGS,
    "iam_role_arn": ROLE,
    "enabled": "on",
    "sms": "CUSTOM",
    "sms_events": ["TEXT_DELIVERED", "TEXT_BLOCKED"],
    "mms": "NONE",
    "voice": "NONE",
}


@pytest.fixture
def otp(caller):
    return factories.make_configuration_set(caller, "otp")


def test_strangers_sign_in_and_other_accounts_do_not_exist(stranger, client_in, other_owner):
    factories.make_configuration_set(factories.make_caller(other_owner), "theirs")
    assert stranger.get(stranger.path("configuration-sets/")).status_code == 302
    for tab in ("", "edit/", "event-destinations/", "event-destinations/+/create/", "tags/", "activity/", "delete/"):
        assert client_in.get(client_in.path(f"configuration-sets/theirs/{tab}")).status_code == 404


def test_a_viewer_changes_nothing(signed_in, otp):
    viewer = signed_in("VIEWER")
    path = viewer.path("configuration-sets/otp/")
    assert "Delete configuration set" not in viewer.get(path).content.decode()
    assert viewer.get(viewer.path("configuration-sets/+/create/")).status_code == 403
    assert viewer.get(f"{path}edit/").status_code == 403
    assert viewer.post(f"{path}event-destinations/+/create/", DESTINATION).status_code == 403
    assert viewer.post(f"{path}delete/", {"confirmation": "otp"}).status_code == 403


def test_create(client_in):
    response = client_in.post(client_in.path("configuration-sets/+/create/"), {"configuration_set_name": "otp"})
    assert response.url == client_in.path("configuration-sets/otp/")


@pytest.mark.parametrize(("name", "words"), [("", "required"), ("a b", "letters, digits"), ("otp", "not taken")])
def test_a_wrong_name_is_refused_with_the_input_kept(client_in, otp, name, words):
    form = {"configuration_set_name": name, "tag_key": ["k"], "tag_value": ["kept"]}
    response = client_in.post(client_in.path("configuration-sets/+/create/"), form)
    assert response.status_code == 422
    assert words in response.content.decode() and 'value="kept"' in response.content.decode()
    assert ConfigurationSet.objects.count() == 1


def test_defaults_are_set_and_cleared(client_in, otp):
    path = client_in.path("configuration-sets/otp/edit/")
    form = {
        "default_message_type": "PROMOTIONAL",
        "default_sender_id": "ACME",
        "default_message_feedback_enabled": "on",
    }
    assert client_in.post(path, form).status_code == 303
    otp.refresh_from_db()
    assert (otp.default_message_type, otp.default_sender_id, otp.default_message_feedback_enabled) == (
        "PROMOTIONAL",
        "ACME",
        True,
    )
    assert client_in.post(path, {"default_message_type": "", "default_sender_id": ""}).status_code == 303
    otp.refresh_from_db()
    assert (otp.default_message_type, otp.default_sender_id, otp.default_message_feedback_enabled) == ("", "", False)


def test_a_wrong_default_keeps_the_others(client_in, otp):
    form = {"default_message_type": "PROMOTIONAL", "default_sender_id": "far too long a name"}
    response = client_in.post(client_in.path("configuration-sets/otp/edit/"), form)
    assert response.status_code == 422
    assert re.search(r'value="PROMOTIONAL"[^>]*checked', response.content.decode())
    otp.refresh_from_db()
    assert otp.default_message_type == ""


def test_delete_asks_for_the_name_and_shows_what_goes_with_it(client_in, otp):
    client_in.post(client_in.path("configuration-sets/otp/event-destinations/+/create/"), DESTINATION)
    path = client_in.path("configuration-sets/otp/delete/")
    assert "event destination, deleted with it" in client_in.get(path).content.decode()
    assert client_in.post(path, {"confirmation": ""}).status_code == 422
    assert client_in.post(path, {"confirmation": "otp"}).url == client_in.path("configuration-sets/")
    assert not ConfigurationSet.objects.exists()


def test_filters_cross_to_event_destinations_without_doubling_rows(client_in, otp, caller):
    base = client_in.path("configuration-sets/otp/event-destinations/+/create/")
    client_in.post(base, DESTINATION)
    client_in.post(base, {**DESTINATION, "event_destination_name": "more"})
    factories.make_configuration_set(caller, "plain")
    body = client_in.get(
        client_in.path("configuration-sets/?f=matching-event-types:%3D:TEXT_DELIVERED")
    ).content.decode()
    assert re.findall(r'<tr id="row-([^"]+)"', body) == ["otp"]
    assert '<td class="number">2</td>' in body


def test_the_fragment_of_the_list(client_in, otp):
    body = client_in.fragment(client_in.path("configuration-sets/"), headers={"HX-Target": "results"}).content.decode()
    assert body.lstrip().startswith('<section id="results"')


def test_pages_stay_within_their_queries(client_in, otp, django_assert_max_num_queries):
    base = client_in.path("configuration-sets/otp/")
    for name in ("a", "b", "c"):
        client_in.post(f"{base}event-destinations/+/create/", {**DESTINATION, "event_destination_name": name})
    client_in.get(base)
    for tab in ("", "edit/", "event-destinations/", "event-destinations/a/", "tags/", "activity/", "delete/"):
        with django_assert_max_num_queries(12):
            client_in.get(f"{base}{tab}")


def test_a_set_may_be_called_create(client_in):
    path = client_in.path("configuration-sets/create/")
    made = client_in.post(client_in.path("configuration-sets/+/create/"), {"configuration_set_name": "create"})
    assert made.url == path
    assert "create</h1>" in client_in.get(path).content.decode()
