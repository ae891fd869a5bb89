"""Who may speak on the wire: every way in which a signature can be missing, wrong, old or another's."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.auth
import pytest
from django.db import connections
from django.http import HttpRequest, UnreadablePostError
from django.test import Client, RequestFactory

from console.models import AccessKey
from console.wire import auth, middleware, view
from messaging.errors import Invalid
from messaging.models import OptOutList, RegionalAccount
from tests import factories
from tests.wire.conftest import HOST, carry, signed_headers

pytestmark = pytest.mark.django_db
BODY = b"{}"
ACTION = "DescribeOptOutLists"


@pytest.fixture
def headers(access_key: factories.Key) -> dict[str, str]:
    return signed_headers(access_key, ACTION, BODY)


def refused(answer: Any, type: str, says: str) -> None:
    assert (answer.status, answer.type) == (400, type)
    assert says in answer.body.get("message", answer.body.get("Message"))
    assert answer.headers["x-amzn-RequestId"]
    assert answer.headers["Content-Type"] == "application/x-amz-json-1.0"


def test_accepts_what_botocore_signs(headers: dict[str, str]) -> None:
    answer = carry(headers, BODY)
    assert answer.status == 200
    assert [row["OptOutListName"] for row in answer.body["OptOutLists"]] == ["Default"]


@pytest.mark.parametrize("query", ["?b=2&a=1", "?a", "?a=%20x", "?"])
def test_accepts_a_signed_query(post: Any, query: str) -> None:
    assert post(ACTION, query=query).status == 200


@pytest.mark.parametrize("value", ["two  spaces", "tab\tinside", "trailing "])
def test_accepts_signed_headers_of_any_spelling(post: Any, value: str) -> None:
    assert post(ACTION, headers={"X-Amz-Meta-Note": value}).status == 200


def test_needs_a_signature(db: None) -> None:
    answer = carry({"X-Amz-Target": f"PinpointSMSVoiceV2.{ACTION}", "Content-Type": "application/x-amz-json-1.0"}, BODY)
    refused(answer, "MissingAuthenticationTokenException", "missing Authentication Token")


def test_refuses_a_wrong_secret(access_key: factories.Key) -> None:
    wrong = factories.Key(access_key.access_key_id, "x" * 40, access_key.row)
    refused(carry(signed_headers(wrong, ACTION, BODY), BODY), "InvalidSignatureException", "does not match")


def test_refuses_an_unknown_key(owner: RegionalAccount) -> None:
    nobody = factories.Key("AKIANOBODY0000000000", "x" * 40, AccessKey())
    refused(carry(signed_headers(nobody, ACTION, BODY), BODY), "UnrecognizedClientException", "invalid")


def test_an_unknown_key_costs_the_work_of_a_known_one(
    owner: RegionalAccount, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    secrets: list[str] = []
    real = auth.signature
    monkeypatch.setattr(auth, "signature", lambda secret, *rest: secrets.append(secret) or real(secret, *rest))
    carry(headers, BODY)
    carry(signed_headers(factories.Key("AKIANOBODY0000000000", "x" * 40, AccessKey()), ACTION, BODY), BODY)
    assert len(secrets) == 2
    assert secrets[1] == auth.NOBODY


def test_refuses_a_changed_body(headers: dict[str, str]) -> None:
    refused(carry(headers, b'{"MaxResults": 1}'), "InvalidSignatureException", "does not match")


@pytest.mark.parametrize("name", ["X-Amz-Target", "X-Amz-Date", "Host", "Content-Type"])
def test_refuses_a_changed_header(headers: dict[str, str], name: str) -> None:
    later = (datetime.now(UTC) + timedelta(seconds=60)).strftime("%Y%m%dT%H%M%SZ")
    changed = {
        "X-Amz-Target": "PinpointSMSVoiceV2.DescribePools",
        "X-Amz-Date": later,
        "Host": "other.test",
        "Content-Type": "application/x-amz-json-1.0; charset=utf-8",
    }
    answer = carry({**headers, name: changed[name]}, BODY)
    assert answer.type == "InvalidSignatureException"


def test_refuses_a_changed_path_and_query(headers: dict[str, str]) -> None:
    refused(carry(headers, BODY, "?a=1"), "InvalidSignatureException", "does not match")


@pytest.mark.parametrize("name", ["host", "x-amz-date", "x-amz-target"])
def test_refuses_headers_left_unsigned(access_key: factories.Key, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The signature is right for the headers that it covers; what is not covered could be anything."""
    real = botocore.auth.SigV4Auth.headers_to_sign

    def fewer(self: Any, request: Any) -> Any:
        kept = real(self, request)
        del kept[name]
        return kept

    monkeypatch.setattr(botocore.auth.SigV4Auth, "headers_to_sign", fewer)
    answer = carry(signed_headers(access_key, ACTION, BODY), BODY)
    refused(answer, "InvalidSignatureException", f"{name} must be a 'SignedHeader'")


def test_computes_the_hash_of_the_body_itself(access_key: factories.Key) -> None:
    for claimed in ("UNSIGNED-PAYLOAD", "0" * 64):
        headers = signed_headers(access_key, ACTION, BODY, headers={"X-Amz-Content-SHA256": claimed})
        refused(carry(headers, BODY), "InvalidSignatureException", "does not match")


def test_refuses_another_service(post: Any) -> None:
    refused(post(ACTION, service="sns"), "InvalidSignatureException", "correct service: 'sms-voice'")


def test_refuses_an_unknown_region(post: Any) -> None:
    refused(post(ACTION, region="moon-north-1"), "InvalidSignatureException", "valid region")


def test_refuses_another_region_than_signed(headers: dict[str, str]) -> None:
    moved = headers["Authorization"].replace("/us-east-1/", "/eu-west-1/")
    refused(carry({**headers, "Authorization": moved}, BODY), "InvalidSignatureException", "does not match")


def test_refuses_another_terminator_and_another_day(headers: dict[str, str]) -> None:
    ended = headers["Authorization"].replace("/aws4_request", "/aws5_request")
    refused(carry({**headers, "Authorization": ended}, BODY), "InvalidSignatureException", "terminator")
    dated = headers["Authorization"].replace(headers["X-Amz-Date"][:8], "20010101")
    refused(carry({**headers, "Authorization": dated}, BODY), "InvalidSignatureException", "Date in Credential scope")


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (-16, "Signature expired"),
        (-24 * 60, "Signature expired"),
        (16, "Signature not yet current"),
        (-14, ""),
        (14, ""),
    ],
)
def test_lets_a_date_be_15_minutes_off(post: Any, signed_at: Any, minutes: int, says: str) -> None:
    signed_at(datetime.now(UTC) + timedelta(minutes=minutes))
    answer = post(ACTION)
    if says:
        refused(answer, "InvalidSignatureException", says)
    else:
        assert answer.status == 200


def test_reads_wall_time_and_not_simulated_time(post: Any, clock: Any) -> None:
    clock.advance(days=400)
    assert post(ACTION).status == 200


@pytest.mark.parametrize("stamp", ["", "yesterday", "20260230T000000Z", "20261121T251212Z", "2026-11-21T10:00:00Z"])
def test_refuses_a_date_that_is_none(headers: dict[str, str], stamp: str) -> None:
    sent = {**headers, "X-Amz-Date": stamp}
    if not stamp:
        del sent["X-Amz-Date"]
    assert carry(sent, BODY).type == "IncompleteSignatureException"


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic dXNlcjpwYXNz",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/e",
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, nonsense, Signature=0",
        "AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0",
    ],
)
def test_refuses_half_a_signature(headers: dict[str, str], authorization: str) -> None:
    assert carry({**headers, "Authorization": authorization}, BODY).type == "IncompleteSignatureException"


def test_takes_the_parts_in_any_order(headers: dict[str, str]) -> None:
    scheme, rest = headers["Authorization"].split(" ", 1)
    turned = f"{scheme} {','.join(reversed(rest.split(', ')))}"
    assert carry({**headers, "Authorization": turned}, BODY).status == 200


@pytest.mark.parametrize("character", ["é", "\u2019", "g"])
def test_refuses_a_signature_that_is_not_hexadecimal(headers: dict[str, str], character: str) -> None:
    spoiled = headers["Authorization"][:-1] + character.encode().decode("latin-1")
    assert carry({**headers, "Authorization": spoiled}, BODY).type == (
        "InvalidSignatureException" if spoiled.isascii() else "IncompleteSignatureException"
    )


def test_refuses_the_session_token_of_another_issuer(post: Any) -> None:
    refused(post(ACTION, token="FwoGZXIvYXdzEXAMPLE"), "UnrecognizedClientException", "security token")


def test_refuses_a_disabled_key_at_once(post: Any, access_key: factories.Key) -> None:
    assert post(ACTION).status == 200
    access_key.row.enabled = False
    access_key.row.save()
    refused(post(ACTION), "AccessDeniedException", "is disabled")


def test_says_that_a_key_is_disabled_only_to_who_has_its_secret(owner: RegionalAccount) -> None:
    key = factories.make_access_key(owner, enabled=False)
    guess = factories.Key(key.access_key_id, "guess", key.row)
    assert carry(signed_headers(guess, ACTION, BODY), BODY).type == "InvalidSignatureException"


def test_refuses_a_deleted_key_at_once(post: Any, access_key: factories.Key) -> None:
    assert post(ACTION).status == 200
    access_key.row.delete()
    assert post(ACTION).type == "UnrecognizedClientException"


def test_notices_within_a_second_what_another_process_changed(
    post: Any, access_key: factories.Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(ACTION).status == 200
    AccessKey.objects.filter(pk=access_key.access_key_id).update(enabled=False)  # no signal, as from another process
    assert post(ACTION).status == 200
    monkeypatch.setattr(auth, "KEY_SECONDS", 0.0)
    assert post(ACTION).type == "AccessDeniedException"


@pytest.mark.parametrize(
    ("role", "options"), [("VIEWER", {}), ("REVIEWER", {}), ("ADMINISTRATOR", {"read_only": True})]
)
def test_lets_readers_read_and_not_change(
    post: Any, owner: RegionalAccount, role: str, options: dict[str, bool]
) -> None:
    key = factories.make_access_key(owner, role, **options)
    assert post(ACTION, key=key).status == 200
    refused(post("CreateOptOutList", {"OptOutListName": "a"}, key=key), "AccessDeniedException", "CreateOptOutList")
    assert not OptOutList.objects.filter(opt_out_list_name="a").exists()


def test_a_key_enters_its_account_in_every_region_and_no_other(post: Any, other_owner: RegionalAccount) -> None:
    theirs = factories.make_access_key(other_owner)
    assert post("CreateOptOutList", {"OptOutListName": "ours"}).status == 200
    assert len(post(ACTION).body["OptOutLists"]) == 2
    assert len(post(ACTION, region="eu-west-1").body["OptOutLists"]) == 1
    assert len(post(ACTION, key=theirs).body["OptOutLists"]) == 1
    arn = post(ACTION, {"OptOutListNames": ["ours"]}).body["OptOutLists"][0]["OptOutListArn"]
    assert post(ACTION, {"OptOutListNames": [arn]}, key=theirs).type == "ResourceNotFoundException"
    assert post(ACTION, {"OptOutListNames": [arn]}, region="eu-west-1").type == "ResourceNotFoundException"


def test_notes_the_last_use_once_a_minute(post: Any, access_key: factories.Key, django_assert_num_queries: Any) -> None:
    post(ACTION, region="eu-west-1")
    access_key.row.refresh_from_db()
    first = access_key.row.last_used_at
    assert first is not None
    assert (access_key.row.last_used_region, access_key.row.last_used_action) == ("eu-west-1", ACTION)
    post("DescribePools")
    access_key.row.refresh_from_db()
    assert access_key.row.last_used_at == first


def test_a_warm_signature_makes_no_query(access_key: factories.Key, django_assert_num_queries: Any) -> None:
    headers = signed_headers(access_key, ACTION, BODY)
    meta = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    meta |= {"CONTENT_TYPE": headers["Content-Type"], "QUERY_STRING": ""}
    auth.authenticate(meta, BODY, "request", ACTION)
    with django_assert_num_queries(0):
        caller = auth.authenticate(meta, BODY, "request", ACTION)
    assert (caller.actor, caller.request_id) == (f"key:{access_key.access_key_id}", "request")


def test_refuses_a_body_too_large_before_hashing_it(post: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[int] = []
    monkeypatch.setattr(auth, "authenticate", lambda meta, body, *rest: hashed.append(len(body)))
    answer = post(ACTION, b'{"NextToken": "' + b"x" * view.BODY_LIMIT + b'"}')
    assert (answer.type, answer.body["Reason"], hashed) == ("ValidationException", "MAXIMUM_SIZE_EXCEEDED", [])


def test_refuses_a_body_that_ended_early(post: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(environ: Any) -> bytes:
        raise OSError

    monkeypatch.setattr(middleware, "_body", broken)
    assert post(ACTION).body["Reason"] == "CANNOT_PARSE"


def test_a_body_that_cannot_be_read_is_refused_by_the_middleware_too(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Any) -> bytes:
        raise UnreadablePostError

    monkeypatch.setattr(HttpRequest, "body", property(broken))
    answer = Client(headers=headers).post("/", BODY, content_type=headers["Content-Type"])
    assert json.loads(answer.content)["Reason"] == "CANNOT_PARSE"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_is_not_used_again(headers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What Django's signals of a request see to on pages."""
    looked: list[bool] = []
    own = connections["default"]
    monkeypatch.setattr(own, "close_if_unusable_or_obsolete", lambda: looked.append(own.errors_occurred))
    own.errors_occurred = True
    environ = RequestFactory(headers={"X-Amz-Target": headers["X-Amz-Target"]}).generic(
        "POST", "/", BODY, content_type=headers["Content-Type"]
    )
    try:
        middleware.WireApplication(lambda *given: [])(environ.environ, lambda *given: None)
    finally:
        own.errors_occurred = False
    assert looked == [True]


@pytest.mark.parametrize(("method", "path", "kind"), [("GET", "/", ""), ("POST", "/x/", "application/x-amz-json-1.0")])
def test_the_application_leaves_other_requests_to_the_pages(method: str, path: str, kind: str) -> None:
    environ = RequestFactory().generic(method, path, BODY, content_type=kind).environ
    asked: list[Any] = []
    application = middleware.WireApplication(lambda *given: [b"page"] if asked.append(given) is None else [])
    assert application(environ, print) == [b"page"]
    assert asked == [(environ, print)]


@pytest.mark.parametrize("length", ["-1", "many", "1e3"])
def test_refuses_a_length_that_is_none(length: str) -> None:
    request = RequestFactory().generic("POST", "/", BODY)
    request.META["CONTENT_LENGTH"] = length
    with pytest.raises(Invalid) as caught:
        view.content(request.META, lambda: BODY)
    assert caught.value.reason == "MAXIMUM_SIZE_EXCEEDED"


@pytest.mark.parametrize("target", ["", "PinpointSMSVoiceV2.Nothing", "PinpointSMSVoiceV2", "SNS_20100331.Publish"])
def test_refuses_a_target_that_is_no_operation(headers: dict[str, str], target: str) -> None:
    refused(carry({**headers, "X-Amz-Target": target}, BODY), "UnknownOperationException", "X-Amz-Target")


def test_leaves_other_requests_to_the_console(owner: RegionalAccount) -> None:
    client = Client()
    assert "x-amzn-RequestId" not in client.get("/", HTTP_HOST=HOST).headers
    assert "x-amzn-RequestId" not in client.post("/", {"a": "b"}, HTTP_HOST=HOST).headers
    assert json.loads(client.post("/", "{}", content_type="application/x-amz-json-1.0").content)["__type"]


def test_the_wire_sets_no_cookie_and_passes_no_other_middleware(headers: dict[str, str]) -> None:
    answer = carry(headers, BODY)
    assert not {"Set-Cookie", "Content-Security-Policy", "Vary", "Content-Language"} & set(answer.headers)


def test_request_ids_are_random_uuids() -> None:
    ids = {uuid.UUID(view.new_request_id()) for _request in range(1000)}
    assert len(ids) == 1000
    assert {made.version for made in ids} == {4}
