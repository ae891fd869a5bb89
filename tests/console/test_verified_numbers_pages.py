"""Pages of verified destination numbers."""

import re

import pytest

from messaging.models import Message, VerifiedDestinationNumber
from messaging.operations import quotas
from messaging.operations.tags import tags_of
from tests import factories

TABS = ("", "verify/", "tags/", "activity/", "delete/")


@pytest.fixture
def pending(caller):
    factories.make_simulator_number(caller, number_type="LONG_CODE", iso_country_code="CA")
    return factories.make_verified_number(caller, "+15065550142", verified=False)


def path_of(client, row, tab=""):
    return client.path(f"verified-numbers/{row.verified_destination_number_id}/{tab}")


def code_in(message):
    return re.search(r"\d{6}", message.message_body).group()


def send_code(client, row, **changes):
    form = {"send": "1", "verification_channel": "TEXT", "language_code": "EN_US", **changes}
    return client.post(path_of(client, row, "verify/"), form)


def test_strangers_sign_in_and_other_accounts_do_not_exist(stranger, client_in, other_owner):
    theirs = factories.make_verified_number(factories.make_caller(other_owner))
    assert stranger.get(stranger.path("verified-numbers/")).status_code == 302
    for tab in TABS:
        assert client_in.get(path_of(client_in, theirs, tab)).status_code == 404


def test_a_viewer_sees_no_changes_and_can_make_none(signed_in, pending):
    viewer = signed_in("VIEWER")
    body = viewer.get(path_of(viewer, pending)).content.decode()
    assert "Delete destination number" not in body and "verify/" not in body
    assert viewer.get(viewer.path("verified-numbers/create/")).status_code == 403
    assert viewer.post(viewer.path("verified-numbers/create/"), {}).status_code == 403
    for tab in ("verify/", "delete/", "tags/"):
        assert viewer.post(path_of(viewer, pending, tab), {}).status_code == 403
    assert VerifiedDestinationNumber.objects.get().codes_sent == 0


def test_the_list_has_numbers_filters_files_and_command(client_in, caller, pending):
    factories.make_verified_number(caller, "+447700900123")
    body = client_in.get(client_in.path("verified-numbers/?f=status:%3D:VERIFIED")).content.decode()
    assert "+44 7700 900123" in body and "United Kingdom" in body and "506-555-0142" not in body
    assert "describe-verified-destination-numbers" in body
    exported = client_in.get(client_in.path("verified-numbers/?export=csv"))
    assert b"+447700900123" in b"".join(exported.streaming_content)
    fragment = client_in.fragment(client_in.path("verified-numbers/?q=%2B1506")).content.decode()
    assert "<html" not in fragment and "506-555-0142" in fragment and "7700" not in fragment


def test_add_leads_to_the_code(client_in, caller):
    form = {"destination_phone_number": "+1 (506) 555-0142", "tag_key": ["team"], "tag_value": ["red"]}
    response = client_in.post(client_in.path("verified-numbers/create/"), form)
    row = VerifiedDestinationNumber.objects.get()
    assert (row.destination_phone_number, row.status) == ("+15065550142", "PENDING")
    assert response.url == path_of(client_in, row, "verify/")
    assert tags_of(caller, row.arn) == [{"key": "team", "value": "red"}]
    assert "Send verification code" in client_in.get(response.url).content.decode()


@pytest.mark.parametrize("number", ["", "abc", "0664 123"])
def test_what_is_no_number_is_refused_and_kept(client_in, number):
    form = {"destination_phone_number": number, "tag_key": ["team"], "tag_value": ["red"]}
    response = client_in.post(client_in.path("verified-numbers/create/"), form)
    body = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in body and 'value="red"' in body
    assert f'name="destination_phone_number" value="{number}"' in body or not number
    assert not VerifiedDestinationNumber.objects.exists()


def test_a_number_twice_and_one_too_many_are_refused(client_in, pending, owner):
    form = {"destination_phone_number": pending.destination_phone_number}
    twice = client_in.post(client_in.path("verified-numbers/create/"), form)
    assert twice.status_code == 422 and "give another one" in twice.content.decode()
    owner.quotas = {quotas.VERIFIED_NUMBERS.id: 1}
    owner.save()
    many = client_in.post(client_in.path("verified-numbers/create/"), {"destination_phone_number": "+15065550143"})
    assert many.status_code == 422
    assert "VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT" in many.content.decode()


def test_the_code_travels_and_verifies(client_in, pending, clock):
    clock.instant = pending.created_timestamp
    assert send_code(client_in, pending).url == path_of(client_in, pending, "verify/")
    body = client_in.get(path_of(client_in, pending, "verify/")).content.decode()
    field = re.search(r'<input[^>]*name="verification_code"[^>]*>', body).group()
    assert 'inputmode="numeric"' in field and 'autocomplete="one-time-code"' in field
    assert "Read the code on the handset" in body and client_in.path("handsets/+15065550142/") in body
    assert "Another code can be sent in 30 seconds." in body and "in 15 min" in body
    code = code_in(Message.objects.get())
    response = client_in.post(path_of(client_in, pending, "verify/"), {"verification_code": f" {code[:3]} {code[3:]} "})
    assert response.url == path_of(client_in, pending)
    pending.refresh_from_db()
    assert pending.status == "VERIFIED"
    assert "is verified." in client_in.get(response.url).content.decode()
    assert client_in.get(path_of(client_in, pending, "verify/")).url == path_of(client_in, pending)


def test_a_code_comes_in_the_language_chosen(client_in, pending):
    send_code(client_in, pending, language_code="DE_DE")
    german = Message.objects.get().message_body
    assert german != "" and "code" not in german.lower().split()[0]
    refused = send_code(client_in, pending, language_code="XX")
    assert refused.status_code == 422 and Message.objects.count() == 1


def test_wrong_codes_are_counted_and_kept(client_in, pending):
    send_code(client_in, pending)
    wrong = f"{(int(code_in(Message.objects.get())) + 1) % 10**6:06d}"
    response = client_in.post(path_of(client_in, pending, "verify/"), {"verification_code": wrong})
    body = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in body and f'value="{wrong}"' in body
    assert re.search(r"Tries left</dt><dd>4", body)
    for _ in range(4):
        client_in.post(path_of(client_in, pending, "verify/"), {"verification_code": wrong})
    last = client_in.post(path_of(client_in, pending, "verify/"), {"verification_code": wrong})
    assert last.status_code == 422 and "Send another code" in last.content.decode()
    empty = client_in.post(path_of(client_in, pending, "verify/"), {"verification_code": " "})
    assert empty.status_code == 422 and "Type the code that arrived." in empty.content.decode()


def test_a_second_code_waits_in_words(client_in, pending, clock):
    send_code(client_in, pending)
    clock.advance(seconds=10)
    refused = send_code(client_in, pending)
    body = refused.content.decode()
    assert refused.status_code == 422
    assert "can be sent in 20 seconds" in body or "can be sent in 21 seconds" in body
    clock.advance(seconds=30)
    assert send_code(client_in, pending).status_code == 303
    assert Message.objects.count() == 2


def test_an_expired_code_asks_for_a_new_one(client_in, pending, clock):
    send_code(client_in, pending)
    clock.advance(minutes=16)
    body = client_in.get(path_of(client_in, pending, "verify/")).content.decode()
    assert "Send verification code" in body and "verification_code" not in body
    code = code_in(Message.objects.get())
    late = client_in.post(path_of(client_in, pending, "verify/"), {"verification_code": code})
    assert late.status_code == 422


def test_without_an_originator_the_page_says_what_to_do(client_in, caller):
    row = factories.make_verified_number(caller, "+15065550142", verified=False)
    refused = send_code(client_in, row)
    assert refused.status_code == 422
    assert "NO_ORIGINATION_IDENTITIES_FOUND" in refused.content.decode()


def test_delete_waits_a_day_and_says_so(client_in, pending, clock):
    clock.instant = pending.created_timestamp
    path = path_of(client_in, pending, "delete/")
    body = client_in.get(path).content.decode()
    assert "24 hours after it was added" in body and client_in.path("simulator/") in body
    early = client_in.post(path)
    assert early.status_code == 422 and "RESOURCE_DELETION_NOT_ALLOWED" in early.content.decode()
    clock.advance(hours=24)
    assert "24 hours after" not in client_in.get(path).content.decode()
    assert client_in.post(path).url == client_in.path("verified-numbers/")
    assert not VerifiedDestinationNumber.objects.exists()


def test_get_changes_nothing(client_in, pending):
    for tab in TABS:
        assert client_in.get(path_of(client_in, pending, tab)).status_code == 200
    assert client_in.get(client_in.path("verified-numbers/create/?number=%2B15065550199")).status_code == 200
    row = VerifiedDestinationNumber.objects.get()
    assert (row.codes_sent, row.status) == (0, "PENDING")


def test_pages_stay_within_their_queries(client_in, caller, pending, django_assert_max_num_queries):
    for last in range(3, 8):
        factories.make_verified_number(caller, f"+1506555014{last}")
    client_in.get(client_in.path("verified-numbers/"))
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path("verified-numbers/?f=status:%3D:VERIFIED"))
    for tab in TABS:
        with django_assert_max_num_queries(12):
            client_in.get(path_of(client_in, pending, tab))


def test_the_sandbox_leads_to_verifying(client_in, caller, owner):
    owner.tier = "SANDBOX"
    owner.save()
    assert client_in.path("verified-numbers/") in client_in.get(client_in.path("")).content.decode()
    factories.make_simulator_number(caller, number_type="LONG_CODE", iso_country_code="CA")
    form = {"destination_phone_number": "+15065550142", "message_body": "Hello", "origination_identity": ""}
    for button in ("check", "send"):
        body = client_in.post(client_in.path("test-send/"), {**form, button: "1"}).content.decode()
        assert f"{client_in.path('verified-numbers/create/')}?number=%2B15065550142" in body, button
    added = client_in.get(client_in.path("verified-numbers/create/?number=%2B15065550142")).content.decode()
    assert 'value="+15065550142"' in added and "This account is in the sandbox" in added
