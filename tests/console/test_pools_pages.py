"""Pages of phone pools."""

import json
import re
from urllib.parse import urlsplit

import pytest

from messaging.models import Activity, PhoneNumber, Pool
from messaging.operations.keywords import put_keyword
from messaging.operations.pools import associate_origination_identity
from tests import factories


@pytest.fixture
def pool(caller):
    return factories.make_pool(caller)


def test_strangers_sign_in_and_other_accounts_do_not_exist(stranger, client_in, other_owner):
    theirs = factories.make_pool(factories.make_caller(other_owner))
    assert stranger.get(stranger.path("pools/")).status_code == 302
    for tab in ("", "edit/", "originators/", "keywords/", "tags/", "activity/", "delete/"):
        assert client_in.get(client_in.path(f"pools/{theirs.pool_id}/{tab}")).status_code == 404


def test_a_viewer_sees_no_changes_and_can_make_none(signed_in, pool):
    viewer = signed_in("VIEWER")
    path = viewer.path(f"pools/{pool.pool_id}/")
    body = viewer.get(path).content.decode()
    assert "Delete pool" not in body and f"{path}edit/" not in body
    assert viewer.get(viewer.path("pools/create/")).status_code == 403
    assert viewer.post(f"{path}edit/", {"opt_out_list_name": "Default"}).status_code == 403
    assert viewer.post(f"{path}delete/", {"confirmation": pool.pool_id}).status_code == 403
    assert (
        viewer.post(
            f"{path}keywords/create/", {"keyword": "A", "keyword_action": "OPT_IN", "message_body": "x"}
        ).status_code
        == 403
    )


def test_the_list_names_the_pool_and_counts_its_originators(client_in, pool):
    body = client_in.get(client_in.path("pools/")).content.decode()
    assert f'href="/123456789012/us-east-1/pools/{pool.pool_id}/"' in body
    assert '<td class="number">1</td>' in body


def test_create_from_a_free_number(client_in, caller):
    number = factories.make_simulator_number(caller)
    form = {"origination_identity": number.phone_number_id, "tag_key": ["team"], "tag_value": ["red"]}
    response = client_in.post(client_in.path("pools/create/"), form)
    made = Pool.objects.get()
    assert response.url == client_in.path(f"pools/{made.pool_id}/")
    assert made.message_type == number.message_type


def test_create_without_a_choice_keeps_the_rest(client_in, caller):
    factories.make_simulator_number(caller)
    form = {"deletion_protection_enabled": "on", "tag_key": ["team"], "tag_value": ["red"]}
    response = client_in.post(client_in.path("pools/create/"), form)
    body = response.content.decode()
    assert response.status_code == 422
    assert "Choose the first originator" in body and 'value="red"' in body
    assert re.search(r'name="deletion_protection_enabled"[^>]*checked', body)


def test_numbers_in_a_pool_cannot_be_chosen(client_in, pool):
    taken = pool.phone_numbers.get()
    assert taken.phone_number_id not in client_in.get(client_in.path("pools/create/")).content.decode()
    response = client_in.post(client_in.path("pools/create/"), {"origination_identity": taken.phone_number_id})
    assert response.status_code == 422


def test_a_missing_number_is_requested_on_the_way(client_in):
    form = {"request_number": "1", "deletion_protection_enabled": "on", "tag_key": ["team"], "tag_value": ["red"]}
    leaving = client_in.post(client_in.path("pools/create/"), form)
    assert leaving.status_code == 303
    asked = client_in.get(leaving.url).content.decode()
    back = re.search(r'name="return" value="([^"]+)"', asked).group(1)
    request = {
        "return": back,
        "iso_country_code": "US",
        "number_type": "SIMULATOR",
        "number_capabilities": ["SMS"],
        "message_type": "TRANSACTIONAL",
        "opt_out_list_name": "Default",
    }
    returning = client_in.post(client_in.path("phone-numbers/create/"), request)
    assert urlsplit(returning.url).path == client_in.path("pools/create/")
    body = client_in.get(returning.url).content.decode()
    number = PhoneNumber.objects.get()
    assert re.search(rf'value="{number.phone_number_id}"[^>]*checked', body)
    assert 'value="red"' in body and re.search(r'name="deletion_protection_enabled"[^>]*checked', body)


def test_a_forged_return_leads_nowhere(client_in):
    request = {
        "return": "https://elsewhere.example/",
        "iso_country_code": "US",
        "number_type": "SIMULATOR",
        "number_capabilities": ["SMS"],
        "message_type": "TRANSACTIONAL",
        "opt_out_list_name": "Default",
    }
    response = client_in.post(client_in.path("phone-numbers/create/"), request)
    assert response.url == client_in.path(f"phone-numbers/{PhoneNumber.objects.get().phone_number_id}/")


def test_settings_are_saved_and_only_what_was_changed(client_in, pool):
    path = client_in.path(f"pools/{pool.pool_id}/edit/")
    assert client_in.post(path, {"shared_routes_enabled": "on"}).status_code == 303
    pool.refresh_from_db()
    assert pool.shared_routes_enabled
    assert client_in.post(path, {"deletion_protection_enabled": "on", "shared_routes_enabled": "on"}).status_code == 303
    parameters = Activity.objects.filter(operation="UpdatePool").latest("pk").parameters
    assert set(parameters) == {"pool_id", "deletion_protection_enabled"}


def test_originators_come_go_and_come_back(client_in, pool, caller):
    number = factories.make_simulator_number(caller)
    base = client_in.path(f"pools/{pool.pool_id}/originators/")
    assert client_in.post(f"{base}add/", {"origination_identity": number.phone_number_id}).status_code == 303
    listed = client_in.get(base).content.decode()
    assert number.phone_number_id in listed
    assert client_in.get(f"{base}{number.phone_number_id}/remove/").status_code == 405
    assert client_in.post(f"{base}{number.phone_number_id}/remove/").status_code == 303
    assert pool.phone_numbers.count() == 1
    flash = client_in.get(base).content.decode()
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', flash).group(1)
    assert client_in.post(undo, headers={"Referer": f"http://testserver{base}"}).url == f"http://testserver{base}"
    assert pool.phone_numbers.count() == 2
    assert client_in.post(undo).status_code == 303
    assert "can no longer be undone" in client_in.get(base).content.decode()


def test_undo_is_over_after_ten_minutes(client_in, pool, caller, monkeypatch):
    number = factories.make_simulator_number(caller)
    base = client_in.path(f"pools/{pool.pool_id}/originators/")
    client_in.post(f"{base}add/", {"origination_identity": number.phone_number_id})
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', client_in.get(base).content.decode()).group(1)
    import time

    later = time.time() + 601
    monkeypatch.setattr("console.undo.time.time", lambda: later)
    client_in.post(undo)
    assert pool.phone_numbers.count() == 2


def test_a_number_that_differs_is_refused_with_every_difference(client_in, pool, caller):
    factories.make_opt_out_list(caller, "other")
    number = factories.make_simulator_number(caller, message_type="PROMOTIONAL", opt_out_list_name="other")
    path = client_in.path(f"pools/{pool.pool_id}/originators/add/")
    response = client_in.post(path, {"origination_identity": number.phone_number_id})
    body = response.content.decode()
    assert response.status_code == 422
    assert "different message types" in body and "different opt-out lists" in body
    assert "MESSAGE_TYPE_MISMATCH" in body


def test_the_last_originator_stays(client_in, pool):
    last = pool.phone_numbers.get()
    response = client_in.post(client_in.path(f"pools/{pool.pool_id}/originators/{last.phone_number_id}/remove/"))
    assert response.status_code == 409
    assert "LAST_PHONE_NUMBER" in response.content.decode()


def test_keywords_are_added_changed_deleted_and_restored(client_in, pool):
    base = client_in.path(f"pools/{pool.pool_id}/keywords/")
    form = {"keyword": "sale", "keyword_action": "AUTOMATIC_RESPONSE", "message_body": "Half price"}
    assert client_in.post(f"{base}create/", form).status_code == 303
    assert "Half price" in client_in.get(base).content.decode()
    assert client_in.post(f"{base}edit/SALE/", {**form, "message_body": "Full price"}).status_code == 303
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', client_in.get(base).content.decode()).group(1)
    client_in.post(undo)
    assert pool.keywords.get(keyword="SALE").keyword_message == "Half price"
    client_in.get(base)
    assert client_in.post(f"{base}delete/SALE/").status_code == 303
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', client_in.get(base).content.decode()).group(1)
    client_in.post(undo)
    assert pool.keywords.filter(keyword="SALE").exists()


def test_required_keywords_stay_and_keep_their_action(client_in, pool):
    base = client_in.path(f"pools/{pool.pool_id}/keywords/")
    body = client_in.get(base).content.decode()
    assert "HELP" in body and "STOP" in body
    assert client_in.post(f"{base}delete/STOP/").status_code == 409
    form = {"keyword_action": "OPT_IN", "message_body": "You are out."}
    assert client_in.post(f"{base}edit/STOP/", form).status_code == 303
    stop = pool.keywords.get(keyword="STOP")
    assert (stop.keyword_action, stop.keyword_message) == ("OPT_OUT", "You are out.")


def test_a_wrong_keyword_keeps_its_reply(client_in, pool):
    form = {"keyword": "x" * 31, "keyword_action": "AUTOMATIC_RESPONSE", "message_body": "Half price"}
    response = client_in.post(client_in.path(f"pools/{pool.pool_id}/keywords/create/"), form)
    assert response.status_code == 422
    assert "Half price" in response.content.decode()


def test_tags_are_saved_and_undone(client_in, pool, caller):
    from messaging.operations.tags import tag_resource, tags_of

    tag_resource(caller, resource_arn=pool.arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
    path = client_in.path(f"pools/{pool.pool_id}/tags/")
    assert client_in.post(path, {"tag_key": ["a", "c"], "tag_value": ["9", "3"]}).status_code == 303
    assert tags_of(caller, pool.arn) == [{"key": "a", "value": "9"}, {"key": "c", "value": "3"}]
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', client_in.get(path).content.decode()).group(1)
    client_in.post(undo)
    assert tags_of(caller, pool.arn) == [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]


def test_tabs_are_links_and_fragments(client_in, pool):
    path = client_in.path(f"pools/{pool.pool_id}/")
    body = client_in.get(path).content.decode()
    for tab in ("originators/", "keywords/", "tags/", "activity/"):
        assert f'href="{path}{tab}"' in body
        fragment = client_in.fragment(f"{path}{tab}", headers={"HX-Target": "tab"}).content.decode()
        assert fragment.lstrip().startswith('<div id="tab"') and "<html" not in fragment
        above = fragment.partition('<nav class="crumbs" id="crumbs" hx-swap-oob="outerHTML"')[2]
        assert f'href="{path}"' in above, "the pool itself is a crumb now"
        assert '<span id="row-status" hx-swap-oob="outerHTML"' in above


def test_delete_asks_for_the_id_and_for_protection_off(client_in, pool, caller):
    from messaging.operations.pools import update_pool

    path = client_in.path(f"pools/{pool.pool_id}/delete/")
    update_pool(caller, pool_id=pool.pool_id, deletion_protection_enabled=True)
    assert "Turn off deletion protection" in client_in.get(path).content.decode()
    refused = client_in.post(path, {"confirmation": pool.pool_id})
    assert refused.status_code == 422
    assert "DELETION_PROTECTION_ENABLED" in refused.content.decode()
    update_pool(caller, pool_id=pool.pool_id, deletion_protection_enabled=False)
    assert client_in.post(path, {"confirmation": "pool"}).status_code == 422
    assert client_in.post(path, {"confirmation": pool.pool_id}).url == client_in.path("pools/")
    assert PhoneNumber.objects.get().pool is None


def test_pages_stay_within_their_queries(client_in, pool, caller, django_assert_max_num_queries):
    for word in ("A1", "A2", "A3"):
        put_keyword(caller, origination_identity=pool.pool_id, keyword=word, keyword_message="x")
    client_in.get(client_in.path("pools/"))
    for tab in ("", "originators/", "keywords/", "tags/", "activity/", "edit/", "delete/"):
        with django_assert_max_num_queries(12):
            client_in.get(client_in.path(f"pools/{pool.pool_id}/{tab}"))


def test_the_reply_of_a_keyword_is_shown_with_parts_and_price(client_in, pool):
    path = client_in.path(f"pools/{pool.pool_id}/keywords/create/")
    assert "At most 30 keywords" in client_in.get(client_in.path(f"pools/{pool.pool_id}/keywords/")).content.decode()
    form = {"keyword": "sale", "keyword_action": "OPT_IN", "message_body": "é" * 100 + "ą"}
    edited = client_in.post(path, {**form, "replace_all": "1"})
    body = edited.content.decode()
    assert edited.status_code == 200
    assert re.search(r'value="OPT_IN"[^>]*checked', body) and 'value="sale"' in body
    assert "Part 1" in body and "United States" in body
    assert not pool.keywords.filter(keyword="SALE").exists()


def test_a_new_keyword_can_be_undone(client_in, pool):
    base = client_in.path(f"pools/{pool.pool_id}/keywords/")
    form = {"keyword": "sale", "keyword_action": "OPT_IN", "message_body": "Welcome"}
    assert client_in.post(f"{base}create/", form).status_code == 303
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', client_in.get(base).content.decode()).group(1)
    client_in.post(undo)
    assert not pool.keywords.filter(keyword="SALE").exists()


def test_a_blank_reply_is_refused_with_the_rest_kept(client_in, pool):
    form = {"keyword": "sale", "keyword_action": "OPT_IN", "message_body": "   "}
    response = client_in.post(client_in.path(f"pools/{pool.pool_id}/keywords/create/"), form)
    assert response.status_code == 422
    assert 'value="sale"' in response.content.decode() and "There is a problem" in response.content.decode()


def test_a_pool_is_called_by_its_name_everywhere(client_in, caller):
    number = factories.make_simulator_number(caller)
    form = {"origination_identity": number.phone_number_id, "pool_name": "Parcel news"}
    assert client_in.post(client_in.path("pools/create/"), form).status_code == 303
    pool = Pool.objects.get()
    base = f"pools/{pool.pool_id}/"
    assert "Parcel news</h1>" in client_in.get(client_in.path(base)).content.decode()
    places = ("pools/", "pools/?q=parcel", "phone-numbers/", f"phone-numbers/{number.phone_number_id}/")
    for place in (*places, "test-send/", "search/?q=Parcel", "opt-out-lists/Default/used-by/"):
        assert "Parcel news" in client_in.get(client_in.path(place)).content.decode(), place
    assert pool.pool_id not in client_in.get(client_in.path("pools/?q=letters")).content.decode()
    assert "Type Parcel news to confirm" in client_in.get(client_in.path(f"{base}delete/")).content.decode()


def test_the_name_and_a_tag_name_contradict_each_other(client_in, caller):
    number = factories.make_simulator_number(caller)
    form = {"origination_identity": number.phone_number_id, "pool_name": "A", "tag_key": ["Name"], "tag_value": ["B"]}
    response = client_in.post(client_in.path("pools/create/"), form)
    assert response.status_code == 422
    assert "given twice" in response.content.decode()
    assert not Pool.objects.exists()


def test_sender_ids_of_a_pool_are_shown_and_counted(client_in, caller):
    factories.make_sender_id(caller, "MYSHOP")
    pool = factories.make_pool(caller)
    associate_origination_identity(caller, pool_id=pool.pool_id, origination_identity="MYSHOP", iso_country_code="GB")
    for tab in ("", "originators/", "delete/"):
        assert "MYSHOP" in client_in.get(client_in.path(f"pools/{pool.pool_id}/{tab}")).content.decode()
    listed = client_in.get(client_in.path("pools/"), {"export": "json"})
    assert json.loads(b"".join(listed.streaming_content))[0]["originators"] == 2
