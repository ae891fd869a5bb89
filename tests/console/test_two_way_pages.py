"""Two-way and opt-out settings of numbers and pools, topics, and the page of one recipient."""

import json
import re

import pytest

from messaging.models import InboundMessage, OutboxEntry, TopicSubscription
from messaging.operations.opt_out_lists import delete_opted_out_number, put_opted_out_number
from messaging.operations.pools import update_pool
from tests import factories

ARN = "arn:aws:sns:us-east-1:123456789012:replies"
ON = {"two_way_enabled": "on", "destination": "TOPIC", "topic_arn": ARN, "access": "POLICY"}


@pytest.fixture
def number(caller):
    return factories.make_simulator_number(caller)


@pytest.fixture
def pool(caller):
    return factories.make_pool(caller)


@pytest.fixture(params=["phone-numbers", "pools"])
def place(request, number, pool):
    """The path of a number and of a pool, and its row."""
    row = number if request.param == "phone-numbers" else pool
    return f"{request.param}/{row.name}/", row


TABS = ("two-way/", "two-way/edit/", "opt-out-list/")


def test_strangers_sign_in_and_other_accounts_see_nothing(stranger, client_in, other_owner, place):
    path, _row = place
    theirs = factories.make_pool(factories.make_caller(other_owner))
    for tab in TABS:
        assert stranger.get(stranger.path(f"{path}{tab}")).status_code == 302
        assert client_in.get(client_in.path(f"pools/{theirs.pool_id}/{tab}")).status_code == 404


def test_a_viewer_looks_but_changes_nothing(signed_in, place):
    viewer, (path, row) = signed_in("VIEWER"), place
    body = viewer.get(viewer.path(f"{path}two-way/")).content.decode()
    assert "Edit settings" not in body and "Send test message" not in body
    assert viewer.get(viewer.path(f"{path}two-way/edit/")).status_code == 403
    assert viewer.post(viewer.path(f"{path}two-way/edit/"), ON).status_code == 403
    assert viewer.post(viewer.path(f"{path}two-way/"), {}).status_code == 403
    assert "Create new opt-out list" not in viewer.get(viewer.path(f"{path}opt-out-list/")).content.decode()
    form = {"opt_out_list_name": "Default", "self_managed_opt_outs_enabled": "on"}
    assert viewer.post(viewer.path(f"{path}opt-out-list/"), form).status_code == 403
    row.refresh_from_db()
    assert not row.two_way_enabled and not row.self_managed_opt_outs_enabled


def test_two_way_goes_to_an_existing_topic_a_new_one_or_connect(client_in, place):
    path, row = place
    edit = client_in.path(f"{path}two-way/edit/")
    assert client_in.post(edit, ON).url == client_in.path(f"{path}two-way/")
    row.refresh_from_db()
    assert (row.two_way_enabled, row.two_way_channel_arn, row.two_way_channel_role) == (True, ARN, "")
    assert f'<option value="{ARN}">' in client_in.get(edit).content.decode()
    assert client_in.post(edit, {**ON, "destination": "NEW_TOPIC", "topic_name": "fresh"}).status_code == 303
    row.refresh_from_db()
    assert row.two_way_channel_arn == "arn:aws:sns:us-east-1:123456789012:fresh"
    role = {"access": "ROLE", "two_way_channel_role": "arn:aws:iam::123456789012:role/connect"}
    assert client_in.post(edit, {**ON, "destination": "CONNECT", **role}).status_code == 303
    row.refresh_from_db()
    assert row.two_way_channel_arn == "connect.us-east-1.amazonaws.com"
    assert row.two_way_channel_role == role["two_way_channel_role"]
    assert client_in.post(edit, {}).status_code == 303
    row.refresh_from_db()
    assert (row.two_way_enabled, row.two_way_channel_arn) == (False, "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"destination": "NEW_TOPIC", "topic_name": "a b"}, "topic_name"),
        ({"destination": "NEW_TOPIC", "topic_name": "orders.fifo"}, "topic_name"),
        ({"topic_arn": "arn:aws:sns:nowhere"}, "topic_arn"),
        ({"topic_arn": ""}, "topic_arn"),
        ({"destination": "CONNECT"}, "two_way_channel_role"),
        ({"access": "ROLE"}, "two_way_channel_role"),
    ],
)
def test_wrong_two_way_settings_stand_by_their_field(client_in, pool, changes, field):
    response = client_in.post(client_in.path(f"pools/{pool.pool_id}/two-way/edit/"), {**ON, **changes})
    body = response.content.decode()
    assert response.status_code == 422
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', body)
    assert re.search(r'name="two_way_enabled"[^>]*checked', body)


def test_a_number_in_a_pool_says_whose_settings_they_are(client_in, pool):
    number = pool.phone_numbers.get()
    path = client_in.path(f"phone-numbers/{number.phone_number_id}/")
    for tab in TABS:
        assert client_in.path(f"pools/{pool.pool_id}/") in client_in.get(f"{path}{tab}").content.decode()
    refused = client_in.post(f"{path}two-way/edit/", ON)
    assert refused.status_code == 422
    assert "PHONE_NUMBER_ASSOCIATED_TO_POOL" in refused.content.decode()


def test_self_managed_opt_outs_need_a_topic(client_in, place):
    path, row = place
    form = {"opt_out_list_name": "Default", "self_managed_opt_outs_enabled": "on"}
    refused = client_in.post(client_in.path(f"{path}opt-out-list/"), form)
    assert refused.status_code == 422
    assert re.search(r'name="self_managed_opt_outs_enabled"[^>]*aria-invalid="true"', refused.content.decode())
    client_in.post(client_in.path(f"{path}two-way/edit/"), ON)
    assert client_in.post(client_in.path(f"{path}opt-out-list/"), form).status_code == 303
    row.refresh_from_db()
    assert row.self_managed_opt_outs_enabled
    off = client_in.post(client_in.path(f"{path}two-way/edit/"), {})
    assert off.status_code == 422


def test_a_new_list_is_made_on_the_way(client_in, place):
    path, row = place
    here = client_in.path(f"{path}opt-out-list/")
    assert "may get messages again" in client_in.get(here).content.decode()
    leaving = client_in.post(here, {"opt_out_list_name": "Default", "create_list": "1"})
    back = re.search(r'name="return" value="([^"]+)"', client_in.get(leaving.url).content.decode()).group(1)
    made = client_in.post(client_in.path("opt-out-lists/+/create/"), {"opt_out_list_name": "vip", "return": back})
    assert re.search(r'<option value="vip" selected', client_in.get(made.url).content.decode())
    assert client_in.post(here, {"opt_out_list_name": "vip"}).status_code == 303
    row.refresh_from_db()
    assert row.opt_out_list_name == "vip"
    assert client_in.post(here, {"opt_out_list_name": "gone"}).status_code == 422


def test_a_test_message_shows_what_was_published_byte_for_byte(client_in, number):
    path = client_in.path(f"phone-numbers/{number.phone_number_id}/two-way/")
    client_in.post(f"{path}edit/", ON)
    wrong = client_in.post(path, {"origination_number": "12", "message_body": "  "})
    assert wrong.status_code == 422 and 'value="12"' in wrong.content.decode()
    sent = client_in.post(path, {"origination_number": "+1 206 555 0142", "message_body": "Stop “now” & é"})
    assert sent.status_code == 303
    inbound, entry = InboundMessage.objects.get(), OutboxEntry.objects.get()
    expected = json.dumps(
        {
            "originationNumber": "+12065550142",
            "destinationNumber": number.phone_number,
            "messageKeyword": "STOP",
            "messageBody": "Stop “now” & é",
            "inboundMessageId": str(inbound.inbound_message_id),
            "previousPublishedMessageId": "",
        },
        ensure_ascii=False,
    )
    body = client_in.get(sent.url)
    assert body.context["received"].payload == expected
    assert body.context["received"].entry == entry
    assert "Published to the topic, byte for byte" in body.content.decode()


def test_without_a_topic_the_payload_is_shown_as_it_would_be(client_in, number):
    path = client_in.path(f"phone-numbers/{number.phone_number_id}/two-way/")
    sent = client_in.post(path, {"origination_number": "+12065550142", "message_body": "hello"})
    assert "Not published" in client_in.get(sent.url).content.decode()
    assert client_in.get(f"{path}?received=nonsense").context["received"] is None


def test_topics_are_found_subscribed_to_and_resent(client_in, signed_in, caller, pool, run_work):
    update_pool(caller, pool_id=pool.pool_id, two_way_enabled=True, two_way_channel_arn=ARN)
    listed = client_in.get(client_in.path("topics/")).content.decode()
    assert f'href="{client_in.path("topics/replies/")}"' in listed
    path = client_in.path("topics/replies/")
    for wrong in ("ftp://x", ""):
        refused = client_in.post(path, {"endpoint": wrong})
        assert refused.status_code == 422
    assert client_in.post(path, {"endpoint": "https://hooks.example.com/in"}).status_code == 303
    twice = client_in.post(path, {"endpoint": "https://hooks.example.com/in"})
    assert twice.status_code == 422 and "RESOURCE_ALREADY_EXISTS" in twice.content.decode()
    number = pool.phone_numbers.get()
    client_in.post(
        client_in.path(f"phone-numbers/{number.phone_number_id}/two-way/"),
        {"origination_number": "+12065550142", "message_body": "JOIN"},
    )
    entry = OutboxEntry.objects.get()
    shown = client_in.get(path).content.decode()
    assert str(entry.event_id) in shown and "hooks.example.com" in shown
    viewer = signed_in("VIEWER")
    assert "Resend" not in viewer.get(path).content.decode()
    assert viewer.post(path, {"endpoint": "https://x.example/"}).status_code == 403
    resend = f"{path}deliveries/{entry.pk}/resend/"
    assert viewer.post(resend).status_code == 403
    assert client_in.get(resend).status_code == 405
    assert client_in.post(resend).status_code == 303
    entry.refresh_from_db()
    assert entry.resent_at is not None
    gone = f"{path}subscriptions/{TopicSubscription.objects.get().subscription_id}/delete/"
    assert viewer.post(gone).status_code == 403
    assert client_in.post(gone).status_code == 303
    assert not TopicSubscription.objects.exists()
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', client_in.get(path).content.decode())
    assert undo and client_in.post(undo[1]).status_code == 303
    assert TopicSubscription.objects.get().endpoint == "https://hooks.example.com/in"
    assert client_in.get(client_in.path("topics/a%20b/")).status_code == 404


def test_another_account_has_other_topics(client_in, other_owner):
    theirs = factories.make_caller(other_owner)
    pool = factories.make_pool(theirs)
    update_pool(theirs, pool_id=pool.pool_id, two_way_enabled=True, two_way_channel_arn=ARN)
    assert "replies" not in client_in.get(client_in.path("topics/")).content.decode()


def test_a_recipient_on_every_list(client_in, signed_in, stranger, caller, clock):
    handset = factories.HANDSET
    factories.make_opt_out_list(caller, "vip")
    put_opted_out_number(caller, opt_out_list_name="vip", opted_out_number=handset, reason="asked by phone")
    path = client_in.path(f"recipients/{handset}/")
    assert stranger.get(path).status_code == 302
    body = client_in.get(path).content.decode()
    assert "asked by phone" in body and "user:tester" in body
    assert client_in.path("opt-out-lists/Default/numbers/add/") in body
    assert client_in.path(f"opt-out-lists/vip/numbers/{handset}/") in body
    viewer = signed_in("VIEWER").get(path).content.decode()
    assert "Remove from list" not in viewer and "numbers/add/" not in viewer
    delete_opted_out_number(caller, opt_out_list_name="vip", opted_out_number=handset)
    put_opted_out_number(caller, opt_out_list_name="vip", opted_out_number=handset)
    again = client_in.get(path).content.decode()
    assert "Can be taken off again from" in again and "Remove from list" not in again
    assert client_in.get(client_in.path("recipients/nobody/")).status_code == 404
    assert client_in.get(client_in.path("recipients/open/?number=%2B1 206 555 0142")).url == path
    assert client_in.get(client_in.path("recipients/open/?number=x")).url == client_in.path("opt-out-lists/")


def test_a_recipient_is_found_by_its_number(client_in):
    found = client_in.get(client_in.path("search/?q=%2B12065550142")).content.decode()
    assert client_in.path("recipients/+12065550142/") in found or client_in.path("recipients/%2B12065550142/") in found


def test_pages_stay_within_their_queries(client_in, caller, number, pool, django_assert_max_num_queries):
    for at in range(4):
        factories.make_opt_out_list(caller, f"list-{at}", (factories.HANDSET,))
    client_in.post(client_in.path(f"pools/{pool.pool_id}/two-way/edit/"), ON)
    client_in.get(client_in.path("topics/replies/"))
    tabs = [f"pools/{pool.pool_id}/{tab}" for tab in TABS] + [f"phone-numbers/{number.name}/{tab}" for tab in TABS]
    for path in (*tabs, "topics/", "topics/replies/", f"recipients/{factories.HANDSET}/"):
        with django_assert_max_num_queries(12):
            assert client_in.get(client_in.path(path)).status_code == 200
    for path in tabs:
        fragment = client_in.fragment(client_in.path(path), headers={"HX-Target": "tab"}).content.decode()
        assert "/edit/" in path or fragment.lstrip().startswith('<div id="tab"')
