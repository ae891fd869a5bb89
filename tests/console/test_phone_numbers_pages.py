"""Pages of phone numbers."""

import re

import pytest

from messaging.models import PhoneNumber
from messaging.operations import quotas
from messaging.operations.tags import tags_of
from tests import factories

REQUEST = {
    "iso_country_code": "US",
    "number_type": "SIMULATOR",
    "number_capabilities": ["SMS", "MMS"],
    "message_type": "PROMOTIONAL",
    "opt_out_list_name": "Default",
}


@pytest.fixture
def number(caller):
    return factories.make_simulator_number(caller)


def test_strangers_sign_in_and_other_accounts_do_not_exist(stranger, client_in, other_owner):
    theirs = factories.make_simulator_number(factories.make_caller(other_owner))
    assert stranger.get(stranger.path("phone-numbers/")).status_code == 302
    for tab in ("", "edit/", "keywords/", "opt-out-list/", "pool/", "tags/", "activity/", "delete/"):
        assert client_in.get(client_in.path(f"phone-numbers/{theirs.phone_number_id}/{tab}")).status_code == 404


def test_a_viewer_sees_no_changes_and_can_make_none(signed_in, number):
    viewer = signed_in("VIEWER")
    path = viewer.path(f"phone-numbers/{number.phone_number_id}/")
    body = viewer.get(path).content.decode()
    assert "Release phone number" not in body
    assert viewer.get(viewer.path("phone-numbers/create/")).status_code == 403
    assert viewer.post(f"{path}edit/", {}).status_code == 403
    assert viewer.post(f"{path}delete/", {"confirmation": number.phone_number}).status_code == 403
    assert viewer.post(f"{path}tags/", {"tag_key": ["a"], "tag_value": ["b"]}).status_code == 403
    refused = viewer.post(f"{path}opt-out-list/", {"opt_out_list_name": "Default"})
    assert refused.status_code == 403


def test_request_gives_an_active_number_with_its_tags(client_in, caller):
    form = {**REQUEST, "tag_key": ["team"], "tag_value": ["red"], "deletion_protection_enabled": "on"}
    response = client_in.post(client_in.path("phone-numbers/create/"), form)
    row = PhoneNumber.objects.get()
    assert response.url == client_in.path(f"phone-numbers/{row.phone_number_id}/")
    assert (row.status, row.message_type, row.sms, row.mms, row.deletion_protection_enabled) == (
        "ACTIVE",
        "PROMOTIONAL",
        True,
        True,
        True,
    )
    assert tags_of(caller, row.arn) == [{"key": "team", "value": "red"}]
    assert "is yours" in client_in.get(response.url).content.decode()


def test_a_refused_request_keeps_what_was_chosen(client_in):
    response = client_in.post(client_in.path("phone-numbers/create/"), {**REQUEST, "number_capabilities": ["MMS"]})
    body = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in body
    assert re.search(r'value="PROMOTIONAL"[^>]*checked', body)
    assert not PhoneNumber.objects.exists()


def test_request_over_the_quota_says_what_to_do(client_in, owner):
    owner.quotas = {quotas.PHONE_NUMBERS.id: 0}
    owner.save()
    response = client_in.post(client_in.path("phone-numbers/create/"), REQUEST)
    assert response.status_code == 422
    assert "as many phone numbers" in response.content.decode()
    assert "PHONE_NUMBERS_PER_ACCOUNT" in response.content.decode()


def test_get_changes_nothing(client_in, number):
    for path in ("create/", f"{number.phone_number_id}/edit/", f"{number.phone_number_id}/delete/"):
        assert client_in.get(client_in.path(f"phone-numbers/{path}")).status_code == 200
    assert (
        client_in.get(client_in.path(f"phone-numbers/{number.phone_number_id}/keywords/delete/X/")).status_code == 405
    )
    assert PhoneNumber.objects.count() == 1


def test_edit_sends_only_what_was_changed(client_in, number):
    from messaging.models import Activity

    path = client_in.path(f"phone-numbers/{number.phone_number_id}/edit/")
    assert (
        client_in.post(path, {"opt_out_list_name": "Default", "deletion_protection_enabled": "on"}).status_code == 303
    )
    number.refresh_from_db()
    assert number.deletion_protection_enabled
    parameters = Activity.objects.get(operation="UpdatePhoneNumber").parameters
    assert set(parameters) == {"phone_number_id", "deletion_protection_enabled"}


def test_a_number_in_a_pool_changes_only_its_own_settings(client_in, caller):
    pool = factories.make_pool(caller)
    number = pool.phone_numbers.get()
    path = client_in.path(f"phone-numbers/{number.phone_number_id}/edit/")
    form = {"two_way_enabled": "on", "two_way_channel_arn": "x", "international_sending_enabled": "on"}
    assert client_in.post(path, form).status_code == 303
    number.refresh_from_db()
    assert (number.international_sending_enabled, number.two_way_enabled) == (True, False)
    keywords = client_in.get(client_in.path(f"phone-numbers/{number.phone_number_id}/keywords/")).content.decode()
    assert "the pool owns its keywords" in keywords
    form = {"keyword": "A", "keyword_action": "OPT_IN", "message_body": "x"}
    refused = client_in.post(client_in.path(f"phone-numbers/{number.phone_number_id}/keywords/create/"), form)
    assert refused.status_code == 422


def test_the_opt_out_list_can_be_changed(client_in, number, caller):
    factories.make_opt_out_list(caller, "vip")
    path = client_in.path(f"phone-numbers/{number.phone_number_id}/opt-out-list/")
    assert client_in.post(path, {"opt_out_list_name": "vip"}).status_code == 303
    number.refresh_from_db()
    assert number.opt_out_list_name == "vip"
    assert client_in.post(path, {"opt_out_list_name": "gone"}).status_code == 422


def test_pool_tab_leads_in_and_out(client_in, number, caller):
    path = client_in.path(f"phone-numbers/{number.phone_number_id}/pool/")
    assert f"pools/create/?origination_identity={number.phone_number_id}" in client_in.get(path).content.decode()
    pool = factories.make_pool(caller, origination_identity=number.phone_number_id)
    assert f"pools/{pool.pool_id}/originators/{number.phone_number_id}/remove/" in client_in.get(path).content.decode()


def test_release_asks_for_the_number_and_lists_what_depends_on_it(client_in, number):
    path = client_in.path(f"phone-numbers/{number.phone_number_id}/delete/")
    body = client_in.get(path).content.decode()
    assert f"Type {number.phone_number} to confirm" in body
    assert "2 keywords" in body
    wrong = client_in.post(path, {"confirmation": "+1"})
    assert wrong.status_code == 422
    assert 'value="+1"' in wrong.content.decode()
    assert client_in.post(path, {"confirmation": number.phone_number}).url == client_in.path("phone-numbers/")
    assert not PhoneNumber.objects.exists()


def test_a_protected_number_is_not_released(client_in, caller):
    number = factories.make_simulator_number(caller, deletion_protection_enabled=True)
    response = client_in.post(
        client_in.path(f"phone-numbers/{number.phone_number_id}/delete/"), {"confirmation": number.phone_number}
    )
    assert response.status_code == 422
    assert "DELETION_PROTECTION_ENABLED" in response.content.decode()
    assert PhoneNumber.objects.exists()


def test_delete_in_a_dialog_is_the_same_form(client_in, number):
    path = client_in.path(f"phone-numbers/{number.phone_number_id}/delete/")
    dialog = client_in.fragment(path, headers={"HX-Target": "dialog"}).content.decode()
    assert dialog.lstrip().startswith('<div class="dialog-head">')
    assert f'action="{path}"' in dialog


def test_detail_shows_where_it_belongs(client_in, caller):
    pool = factories.make_pool(caller)
    number = pool.phone_numbers.get()
    body = client_in.get(client_in.path(f"phone-numbers/{number.phone_number_id}/")).content.decode()
    assert f'href="{client_in.path(f"pools/{pool.pool_id}/")}"' in body
    assert f'href="{client_in.path("opt-out-lists/Default/")}"' in body
    assert number.arn in body


def test_activity_of_a_number_has_refusals_too(client_in, caller):
    number = factories.make_simulator_number(caller, deletion_protection_enabled=True)
    path = client_in.path(f"phone-numbers/{number.phone_number_id}/")
    client_in.post(f"{path}delete/", {"confirmation": number.phone_number})
    body = client_in.get(f"{path}activity/").content.decode()
    assert "RequestPhoneNumber" in body
    assert "Conflict DELETION_<wbr>PROTECTION_<wbr>ENABLED" in body


def test_filters_are_the_apis(client_in, caller, number):
    other = factories.make_simulator_number(caller, message_type="PROMOTIONAL", number_capabilities=["SMS", "MMS"])
    for query in ("f=message-type:%3D:PROMOTIONAL", "f=number-capability:%3D:MMS", f"q={other.phone_number_id[:12]}"):
        body = client_in.get(client_in.path(f"phone-numbers/?{query}")).content.decode()
        assert re.findall(r'<tr id="row-([^"]+)"', body) == [other.phone_number_id]


def test_pages_stay_within_their_queries(client_in, caller, number, django_assert_max_num_queries):
    for _ in range(5):
        factories.make_pool(caller)
    client_in.get(client_in.path("phone-numbers/"))
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path("phone-numbers/?f=status:%3D:ACTIVE"))
    for tab in ("", "edit/", "keywords/", "opt-out-list/", "pool/", "tags/", "activity/", "delete/"):
        with django_assert_max_num_queries(12):
            client_in.get(client_in.path(f"phone-numbers/{number.phone_number_id}/{tab}"))
