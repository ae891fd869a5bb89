"""ClientToken: a repeated request changes nothing and is answered alike."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.models import ClientToken
from console.wire import replay
from messaging.models import Activity, OptOutList, PhoneNumber, RegionalAccount
from tests import factories

pytestmark = pytest.mark.django_db
NEW = {"OptOutListName": "once", "ClientToken": "token-1"}


def test_the_same_request_is_answered_as_the_first_time(post: Any) -> None:
    first = post("CreateOptOutList", NEW)
    again = post("CreateOptOutList", NEW)
    assert first.status == 200
    assert again.body == first.body
    assert again.headers["x-amzn-RequestId"] != first.headers["x-amzn-RequestId"]
    assert OptOutList.objects.filter(opt_out_list_name="once").count() == 1
    assert Activity.objects.filter(operation="CreateOptOutList").count() == 1


def test_without_a_token_nothing_is_kept(post: Any) -> None:
    assert post("CreateOptOutList", {"OptOutListName": "once"}).status == 200
    assert post("CreateOptOutList", {"OptOutListName": "once"}).type == "ConflictException"
    assert not ClientToken.objects.exists()


def test_the_same_token_with_another_request_is_refused(post: Any) -> None:
    post("CreateOptOutList", NEW)
    answer = post("CreateOptOutList", {**NEW, "OptOutListName": "other"})
    assert (answer.type, answer.body["Reason"]) == ("ValidationException", "INVALID_PARAMETER")
    assert answer.fields["ClientToken"]
    assert not OptOutList.objects.filter(opt_out_list_name="other").exists()


def test_a_token_belongs_to_one_operation_account_and_region(post: Any, other_owner: RegionalAccount) -> None:
    post("CreateOptOutList", NEW)
    assert post("CreateConfigurationSet", {"ConfigurationSetName": "once", "ClientToken": "token-1"}).status == 200
    assert post("CreateOptOutList", {**NEW, "OptOutListName": "there"}, region="eu-west-1").status == 200
    theirs = factories.make_access_key(other_owner)
    assert post("CreateOptOutList", {**NEW, "OptOutListName": "theirs"}, key=theirs).status == 200


def test_a_refusal_is_not_kept_but_logged(post: Any, owner: RegionalAccount) -> None:
    owner.quotas = {"opt_out_lists": 1}
    owner.save()
    assert post("CreateOptOutList", NEW).type == "ServiceQuotaExceededException"
    assert Activity.objects.get(operation="CreateOptOutList").refused.startswith("OverQuota")
    assert not ClientToken.objects.exists()
    owner.quotas = {}
    owner.save()
    assert post("CreateOptOutList", NEW).status == 200


def test_a_fault_keeps_neither_the_change_nor_the_answer(post: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("messaging.operations.opt_out_lists.write_tags", broken)
        assert post("CreateOptOutList", NEW).status == 500
    assert not OptOutList.objects.filter(opt_out_list_name="once").exists()
    assert not ClientToken.objects.exists()
    assert post("CreateOptOutList", NEW).status == 200


def test_a_kept_answer_is_for_those_who_may(post: Any, owner: RegionalAccount) -> None:
    post("CreateOptOutList", NEW)
    viewer = factories.make_access_key(owner, "VIEWER")
    assert post("CreateOptOutList", NEW, key=viewer).type == "AccessDeniedException"


def test_answers_are_forgotten_after_a_day(post: Any) -> None:
    post("CreateOptOutList", NEW)
    ClientToken.objects.update(created_at=datetime.now(UTC) - replay.KEPT - timedelta(seconds=1))
    assert post("CreateOptOutList", NEW).type == "ConflictException"
    post("CreateOptOutList", {"OptOutListName": "fresh", "ClientToken": "token-2"})
    ClientToken.objects.create(
        owner=ClientToken.objects.get().owner, action="CreatePool", token="old", request_hash="", response={}
    )
    ClientToken.objects.filter(token="old").update(created_at=datetime.now(UTC) - replay.KEPT - timedelta(seconds=1))
    assert replay.sweep() == 1
    assert [row.token for row in ClientToken.objects.all()] == ["token-2"]


def test_old_answers_are_swept_in_passing(post: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    post("CreateOptOutList", NEW)
    ClientToken.objects.update(created_at=datetime.now(UTC) - replay.KEPT - timedelta(seconds=1))
    monkeypatch.setattr(replay, "SWEEP_EVERY", 1)
    post("CreateOptOutList", {"OptOutListName": "fresh", "ClientToken": "token-2"})
    assert [row.token for row in ClientToken.objects.all()] == ["token-2"]


def test_boto3_repeats_a_request_with_its_token(boto: Any) -> None:
    given = {
        "IsoCountryCode": "US",
        "MessageType": "TRANSACTIONAL",
        "NumberCapabilities": ["SMS"],
        "NumberType": "SIMULATOR",
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    first, again, other = (boto.request_phone_number(**given, ClientToken=token) for token in ("a", "a", "b"))
    assert first.pop("ResponseMetadata") != again.pop("ResponseMetadata")
    assert first == again
    assert other["PhoneNumberId"] != first["PhoneNumberId"]
    boto.request_phone_number(**given)
    boto.request_phone_number(**given)
    assert PhoneNumber.objects.count() == 4


def test_two_at_once_make_one(boto_as: Any, access_key: factories.Key) -> None:
    clients = [boto_as(access_key) for _client in range(4)]
    answers: list[str] = []

    def create(client: Any) -> None:
        answers.append(client.create_opt_out_list(OptOutListName="raced", ClientToken="race")["OptOutListArn"])

    threads = [threading.Thread(target=create, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1
