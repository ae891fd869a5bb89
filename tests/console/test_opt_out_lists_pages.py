"""Pages of opt-out lists."""

import pytest

from messaging.models import Activity, OptedOutNumber, OptOutList
from tests import factories

NUMBER = "+14254147755"


@pytest.fixture
def vip(caller, clock):
    return factories.make_opt_out_list(caller, "vip", (NUMBER,))


def test_strangers_sign_in_and_other_accounts_do_not_exist(stranger, client_in, other_owner):
    theirs = factories.make_opt_out_list(factories.make_caller(other_owner), "theirs")
    assert stranger.get(stranger.path("opt-out-lists/")).status_code == 302
    assert client_in.get(client_in.path(f"opt-out-lists/{theirs.name}/")).status_code == 404
    assert client_in.get(f"/{other_owner.account_id}/us-east-1/opt-out-lists/").status_code == 404


def test_a_viewer_reads_and_changes_nothing(signed_in, vip):
    viewer = signed_in("VIEWER")
    body = viewer.get(viewer.path("opt-out-lists/vip/")).content.decode()
    assert "Delete opt-out list" not in body and "Add number" not in body
    assert viewer.get(viewer.path("opt-out-lists/+/create/")).status_code == 403
    assert (
        viewer.post(viewer.path("opt-out-lists/vip/numbers/add/"), {"opted_out_number": "+14255550000"}).status_code
        == 403
    )
    assert viewer.post(viewer.path("opt-out-lists/vip/delete/"), {"confirmation": "vip"}).status_code == 403
    response = viewer.post(viewer.path(f"opt-out-lists/vip/numbers/{NUMBER}/"), {"reason": "x"})
    assert response.status_code == 422
    assert OptedOutNumber.objects.count() == 1


def test_create_leads_to_the_list_with_its_tags(client_in):
    form = {"opt_out_list_name": "marketing", "tag_key": ["team"], "tag_value": ["red"]}
    response = client_in.post(client_in.path("opt-out-lists/+/create/"), form)
    assert response.status_code == 303
    assert response.url == client_in.path("opt-out-lists/marketing/")
    assert "“marketing” was created" in client_in.get(response.url).content.decode()
    assert 'value="red"' in client_in.get(client_in.path("opt-out-lists/marketing/tags/")).content.decode()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "This field is required"),
        ("no good", "letters, digits, hyphens"),
        ("VIP", "Choose a name that is not taken"),
    ],
)
def test_a_wrong_name_is_refused_with_the_input_kept(client_in, vip, name, words):
    form = {"opt_out_list_name": name, "tag_key": ["team"], "tag_value": ["red"]}
    response = client_in.post(client_in.path("opt-out-lists/+/create/"), form)
    body = response.content.decode()
    assert response.status_code == 422
    assert words in body and 'value="red"' in body and "<title>Error:" in body
    assert OptOutList.objects.count() == 2


def test_tags_rows_come_and_go_without_scripts(client_in):
    path = client_in.path("opt-out-lists/+/create/")
    more = client_in.post(path, {"opt_out_list_name": "x", "tag_key": ["a"], "tag_value": ["1"], "tag_add": "1"})
    assert more.status_code == 200
    assert more.content.decode().count('name="tag_key"') == 2
    assert 'name="opt_out_list_name" value="x"' in more.content.decode()
    fewer = client_in.post(path, {"tag_key": ["a", "b"], "tag_value": ["1", "2"], "tag_remove": "0"}).content.decode()
    assert fewer.count('name="tag_key"') == 1 and 'value="b"' in fewer
    twice = client_in.post(path, {"opt_out_list_name": "x", "tag_key": ["a", "a"], "tag_value": ["1", "2"]})
    assert twice.status_code == 422
    assert "comes twice" in twice.content.decode()


@pytest.mark.parametrize(
    ("asked", "words"),
    [(NUMBER, "is on this list"), ("+1 (425) 414-7755", "is on this list"), ("+14255550000", "is not on this list")],
)
def test_look_up_answers_at_once(client_in, vip, asked, words):
    response = client_in.get(client_in.path("opt-out-lists/vip/"), {"number": asked})
    assert response.status_code == 200
    assert words in response.content.decode()


def test_look_up_says_since_when_and_by_whom(client_in, vip):
    body = client_in.get(client_in.path("opt-out-lists/vip/"), {"number": NUMBER}).content.decode()
    assert "2026-03-02 10:00:00 +00:00" in body
    assert "Added by an operator or a program" in body and "user:tester" in body


def test_look_up_explains_what_is_no_number(client_in, vip):
    body = client_in.get(client_in.path("opt-out-lists/vip/"), {"number": "hello"}).content.decode()
    assert "Write + and the country code" in body
    assert 'value="hello"' in body


def test_look_up_is_a_fragment_too(client_in, vip):
    response = client_in.fragment(
        client_in.path("opt-out-lists/vip/"), {"number": NUMBER}, headers={"HX-Target": "answer"}
    )
    assert response.content.decode().lstrip().startswith('<section class="panel" id="answer"')


def test_add_keeps_the_number_and_refuses_nonsense(client_in, vip):
    path = client_in.path("opt-out-lists/vip/numbers/add/")
    assert client_in.post(path, {"opted_out_number": "+1 425 555 0000", "reason": "call"}).status_code == 303
    assert OptedOutNumber.objects.get(opted_out_number="+14255550000").reason == "call"
    wrong = client_in.post(path, {"opted_out_number": "none", "reason": "call"})
    assert wrong.status_code == 422
    assert "not a phone number" in wrong.content.decode() or "Write +" in wrong.content.decode()
    assert 'value="call"' in wrong.content.decode()


def test_add_in_a_dialog_refreshes_the_list(client_in, vip):
    path = client_in.path("opt-out-lists/vip/numbers/add/")
    dialog = client_in.fragment(path, headers={"HX-Target": "dialog"}).content.decode()
    assert dialog.lstrip().startswith('<div class="dialog-head">')
    response = client_in.fragment(
        path, {"opted_out_number": "+14255550000"}, method="post", headers={"HX-Target": "dialog"}
    )
    assert response.headers["HX-Trigger"] == "opted-out-numbers-changed"


def test_remove_needs_a_reason_and_works_once_in_30_days(client_in, vip, clock, caller):
    path = client_in.path(f"opt-out-lists/vip/numbers/{NUMBER}/")
    assert client_in.get(path).status_code == 200
    assert client_in.post(path, {"reason": ""}).status_code == 422
    assert client_in.post(path, {"reason": "asked by mail"}).status_code == 303
    assert not OptedOutNumber.objects.exists()
    assert Activity.objects.get(operation="DeleteOptedOutNumber").parameters["reason"] == "asked by mail"
    clock.advance(days=1)
    client_in.post(client_in.path("opt-out-lists/vip/numbers/add/"), {"opted_out_number": NUMBER})
    refused = client_in.post(path, {"reason": "again"})
    assert refused.status_code == 422
    assert "less than 30 days ago" in refused.content.decode()
    assert OptedOutNumber.objects.count() == 1


def test_delete_asks_to_type_the_name(client_in, vip):
    path = client_in.path("opt-out-lists/vip/delete/")
    assert "Type vip to confirm" in client_in.get(path).content.decode()
    assert client_in.post(path, {"confirmation": "VIP"}).status_code == 422
    assert client_in.post(path, {"confirmation": "vip"}).status_code == 303
    assert not OptOutList.objects.filter(opt_out_list_name="vip").exists()


def test_the_default_list_stays(client_in, caller):
    response = client_in.post(client_in.path("opt-out-lists/Default/delete/"), {"confirmation": "Default"})
    assert response.status_code == 422
    assert "cannot be deleted" in response.content.decode()


def test_a_list_in_use_names_its_users(client_in, vip, caller):
    number = factories.make_simulator_number(caller, opt_out_list_name="vip")
    path = client_in.path("opt-out-lists/vip/delete/")
    assert f"phone-numbers/{number.phone_number_id}/" in client_in.get(path).content.decode()
    refused = client_in.post(path, {"confirmation": "vip"})
    assert refused.status_code == 422
    assert "is in use" in refused.content.decode()
    assert number.phone_number_id in client_in.get(client_in.path("opt-out-lists/vip/used-by/")).content.decode()


def test_activity_of_the_list_has_its_numbers_too(client_in, vip):
    body = client_in.get(client_in.path("opt-out-lists/vip/activity/")).content.decode()
    assert "CreateOptOutList" in body and "PutOptedOutNumber" in body


def test_changes_refuse_get(client_in, vip):
    for path in ("undo/x/", "lists/opt-out-lists/export/"):
        assert client_in.get(client_in.path(path)).status_code == 405


def test_a_list_may_be_called_create(client_in):
    path = client_in.path("opt-out-lists/create/")
    assert client_in.post(client_in.path("opt-out-lists/+/create/"), {"opt_out_list_name": "create"}).url == path
    assert "create</h1>" in client_in.get(path).content.decode()
