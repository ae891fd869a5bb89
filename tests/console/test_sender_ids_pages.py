"""Pages of sender IDs."""

import re

import pytest

from messaging.models import Activity, SenderId
from messaging.operations.sender_display import displays
from messaging.operations.tags import tags_of
from messaging.reference import countries
from tests import factories

TABS = ("", "edit/", "pools/", "pools/add/", "tags/", "activity/", "delete/")


@pytest.fixture
def shop(caller):
    return factories.make_sender_id(caller, "MYSHOP")


def test_strangers_sign_in_and_other_accounts_do_not_exist(stranger, client_in, other_owner):
    factories.make_sender_id(factories.make_caller(other_owner), "THEIRS")
    assert stranger.get(stranger.path("sender-ids/")).status_code == 302
    for tab in TABS:
        assert client_in.get(client_in.path(f"sender-ids/GB/THEIRS/{tab}")).status_code == 404


def test_a_viewer_sees_no_changes_and_can_make_none(signed_in, shop, caller):
    viewer = signed_in("VIEWER")
    path = viewer.path("sender-ids/GB/MYSHOP/")
    body = viewer.get(path).content.decode()
    assert "Release sender ID" not in body and f"{path}edit/" not in body
    assert viewer.post(f"{path}edit/", {"deletion_protection_enabled": "on"}).status_code == 403
    assert viewer.post(f"{path}delete/", {"confirmation": "MYSHOP"}).status_code == 403
    assert viewer.post(f"{path}pools/add/", {}).status_code == 403
    assert viewer.post(f"{path}tags/", {"tag_key": ["a"], "tag_value": ["b"]}).status_code == 403
    pool = factories.make_pool(caller)
    pool.sender_ids.add(shop)
    assert viewer.post(f"{path}pools/{pool.pool_id}/remove/").status_code == 403
    assert SenderId.objects.get().pools.count() == 1


def test_get_changes_nothing(client_in, shop, caller):
    pool = factories.make_pool(caller)
    for tab in TABS:
        assert client_in.get(client_in.path(f"sender-ids/GB/MYSHOP/{tab}")).status_code == 200
    assert client_in.get(client_in.path(f"sender-ids/GB/MYSHOP/pools/{pool.pool_id}/remove/")).status_code == 405
    assert SenderId.objects.count() == 1


def test_the_list_names_country_registration_and_pools(client_in, shop, caller):
    factories.make_sender_id(caller, "BANK", "AU")
    factories.make_pool(caller).sender_ids.add(shop)
    body = client_in.get(client_in.path("sender-ids/")).content.decode()
    assert f'href="{client_in.path("sender-ids/GB/MYSHOP/")}"' in body
    assert "United Kingdom (GB)" in body and "Australia (AU)" in body
    assert "Registration needed" in body and "None needed" in body
    assert '<td class="number">1</td>' in body
    assert re.findall(r'<tr id="row-([^"]+)"', body) == ["BANK/AU", "MYSHOP/GB"]


def test_filters_files_and_command_are_the_apis(client_in, shop, caller):
    factories.make_sender_id(caller, "BANK", "AU", message_types=["PROMOTIONAL"])
    for query in ("f=iso-country-code:%3D:AU", "f=message-type:%3D:PROMOTIONAL", "q=bank", "f=sender-id:%3D:BANK"):
        body = client_in.get(client_in.path(f"sender-ids/?{query}")).content.decode()
        assert re.findall(r'<tr id="row-([^"]+)"', body) == ["BANK/AU"], query
    assert "describe-sender-ids" in body and "Name=sender-id,Values=BANK" in body
    exported = client_in.get(client_in.path("sender-ids/?export=csv&f=sender-id:%3D:BANK"))
    assert b"BANK" in b"".join(exported.streaming_content)
    fragment = client_in.fragment(client_in.path("sender-ids/")).content.decode()
    assert "<html" not in fragment and "BANK/AU" in fragment


def test_overview_says_what_recipients_see(client_in, shop, caller):
    body = client_in.get(client_in.path("sender-ids/GB/MYSHOP/")).content.decode()
    assert shop.arn in body and "What recipients in United Kingdom see" in body
    assert re.search(r"A sender ID <span[^>]*>– This sender ID now", body)
    factories.make_sender_id(caller, "BANK", "AU")
    body = client_in.get(client_in.path("sender-ids/AU/BANK/")).content.decode()
    assert "takes registered sender IDs only" in body
    assert re.search(r"or one that is not registered <span[^>]*>– This sender ID now", body)
    factories.make_sender_id(caller, "CAFE", "SG")
    assert "LIKELY-SCAM" in client_in.get(client_in.path("sender-ids/SG/CAFE/")).content.decode()


def test_every_country_says_what_recipients_see():
    for code in countries():
        for row in displays(code):
            assert str(row.request_words) and str(row.shown_words)
    assert [row.shown for row in displays("US")] == ["dedicated_only"]


def test_a_tab_is_a_fragment(client_in, shop):
    tab = client_in.fragment(client_in.path("sender-ids/GB/MYSHOP/pools/"), headers={"HX-Target": "tab"})
    body = tab.content.decode()
    assert body.lstrip().startswith('<div id="tab"') and "in no pool" in body


def test_edit_turns_protection_on_and_off(client_in, shop):
    path = client_in.path("sender-ids/GB/MYSHOP/edit/")
    assert client_in.post(path, {"deletion_protection_enabled": "on"}).url == client_in.path("sender-ids/GB/MYSHOP/")
    shop.refresh_from_db()
    assert shop.deletion_protection_enabled
    client_in.post(path, {})
    shop.refresh_from_db()
    assert not shop.deletion_protection_enabled
    assert Activity.objects.filter(operation="UpdateSenderId").count() == 2


def test_into_a_pool_and_out_again_with_undo(client_in, shop, caller):
    pool = factories.make_pool(caller)
    path = client_in.path("sender-ids/GB/MYSHOP/pools/")
    assert client_in.post(f"{path}add/", {"pool_id": pool.pool_id}).url == path
    assert list(shop.pools.all()) == [pool]
    assert pool.pool_id in client_in.get(path).content.decode()
    assert client_in.post(f"{path}{pool.pool_id}/remove/").url == path
    assert not shop.pools.exists()
    body = client_in.get(path).content.decode()
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', body)
    assert undo and client_in.post(undo.group(1)).status_code == 303
    assert list(shop.pools.all()) == [pool]


def test_a_pool_of_another_kind_is_refused_with_the_choice_kept(client_in, caller):
    factories.make_sender_id(caller, "OFFERS", message_types=["PROMOTIONAL"])
    pool, other = factories.make_pool(caller), factories.make_pool(caller)
    response = client_in.post(client_in.path("sender-ids/GB/OFFERS/pools/add/"), {"pool_id": other.pool_id})
    body = response.content.decode()
    assert response.status_code == 422 and "There is a problem" in body
    assert re.search(rf'value="{other.pool_id}"[^>]*selected', body)
    assert not pool.sender_ids.exists() and not other.sender_ids.exists()
    nothing = client_in.post(client_in.path("sender-ids/GB/OFFERS/pools/add/"), {"pool_id": ""})
    assert nothing.status_code == 422 and "Choose a pool." in nothing.content.decode()


def test_release_asks_for_the_name_and_lists_pools(client_in, shop, caller):
    pool = factories.make_pool(caller)
    pool.sender_ids.add(shop)
    path = client_in.path("sender-ids/GB/MYSHOP/delete/")
    body = client_in.get(path).content.decode()
    assert "Type MYSHOP to confirm" in body and pool.pool_id in body and "Take it out of its pools" in body
    refused = client_in.post(path, {"confirmation": "MYSHOP"})
    assert refused.status_code == 422 and "SENDER_ID_ASSOCIATED_TO_POOL" in refused.content.decode()
    pool.sender_ids.remove(shop)
    wrong = client_in.post(path, {"confirmation": "myshop"})
    assert wrong.status_code == 422 and 'value="myshop"' in wrong.content.decode()
    assert client_in.post(path, {"confirmation": "MYSHOP"}).url == client_in.path("sender-ids/")
    assert not SenderId.objects.exists()


def test_a_protected_sender_id_is_not_released(client_in, caller):
    factories.make_sender_id(caller, "SAFE", deletion_protection_enabled=True)
    response = client_in.post(client_in.path("sender-ids/GB/SAFE/delete/"), {"confirmation": "SAFE"})
    assert response.status_code == 422
    assert "DELETION_PROTECTION_ENABLED" in response.content.decode()
    assert SenderId.objects.exists()


def test_tags_and_activity(client_in, shop, caller):
    path = client_in.path("sender-ids/GB/MYSHOP/")
    assert client_in.post(f"{path}tags/", {"tag_key": ["team"], "tag_value": ["red"]}).status_code == 303
    assert tags_of(caller, shop.arn) == [{"key": "team", "value": "red"}]
    body = client_in.get(f"{path}activity/").content.decode()
    assert "RequestSenderId" in body and "TagResource" in body


def test_many_are_released_at_once(client_in, caller, run_work):
    for name in ("ONE", "TWO"):
        factories.make_sender_id(caller, name)
    factories.make_sender_id(caller, "SAFE", deletion_protection_enabled=True)
    path = client_in.path("lists/sender-ids/bulk/release/")
    form = {"selected": ["ONE/GB", "TWO/GB", "SAFE/GB"]}
    body = client_in.post(path, form).content.decode()
    assert "ONE/GB" in body and "Deletion protection is on." in body
    assert client_in.post(path, {**form, "step": "confirm", "confirmation": "3"}).status_code == 303
    run_work()
    assert [row.sender_id for row in SenderId.objects.all()] == ["SAFE"]


def test_pages_stay_within_their_queries(client_in, caller, shop, django_assert_max_num_queries):
    for _ in range(5):
        factories.make_pool(caller).sender_ids.add(shop)
        factories.make_sender_id(caller)
    client_in.get(client_in.path("sender-ids/"))
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path("sender-ids/?f=iso-country-code:%3D:GB"))
    for tab in TABS:
        with django_assert_max_num_queries(12):
            client_in.get(client_in.path(f"sender-ids/GB/MYSHOP/{tab}"))
