"""Paging, filters and ids of lists on the wire."""

from collections.abc import Callable
from typing import Any

import pytest

from messaging import secrets
from messaging.caller import Caller
from messaging.models import OptedOutNumber, OptOutList, RegionalAccount
from messaging.operations.pools import associate_origination_identity
from messaging.operations.sender_ids import request_sender_id
from tests import factories

pytestmark = pytest.mark.django_db


def pages(post: Callable[..., Any], action: str, key: str, given: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Every page of a list, following its tokens."""
    found, token = [], None
    while True:
        answer = post(action, {**given, **({"NextToken": token} if token else {})})
        assert answer.status == 200, answer.body
        found.append(answer.body[key])
        token = answer.body.get("NextToken")
        if token is None:
            return found
        assert len(token) <= 1024


def test_pages_of_one_with_filters(post: Any, caller: Caller) -> None:
    for name in ("TRANSACTIONAL", "PROMOTIONAL", "TRANSACTIONAL", "PROMOTIONAL", "TRANSACTIONAL"):
        factories.make_simulator_number(caller, message_type=name)
    given = {"MaxResults": 1, "Filters": [{"Name": "message-type", "Values": ["TRANSACTIONAL"]}]}
    found = pages(post, "DescribePhoneNumbers", "PhoneNumbers", given)
    assert [len(page) for page in found] == [1, 1, 1]
    assert len({page[0]["PhoneNumberId"] for page in found}) == 3
    assert {page[0]["MessageType"] for page in found} == {"TRANSACTIONAL"}


@pytest.mark.parametrize(("size", "expected"), [(2, [2, 2, 1]), (5, [5]), (4, [4, 1]), (100, [5])])
def test_the_last_page_has_no_token(post: Any, caller: Caller, size: int, expected: list[int]) -> None:
    factories.make_opt_out_list(caller, "many", tuple(f"+1425555010{n}" for n in (3, 1, 4, 0, 2)))
    found = pages(post, "DescribeOptedOutNumbers", "OptedOutNumbers", {"OptOutListName": "many", "MaxResults": size})
    assert [len(page) for page in found] == expected
    numbers = [row["OptedOutNumber"] for page in found for row in page]
    assert numbers == sorted(numbers)


def test_a_page_holds_a_hundred_unless_told(post: Any, caller: Caller) -> None:
    made = factories.make_opt_out_list(caller, "many")
    row = OptOutList.objects.get(pk=made.pk)
    OptedOutNumber.objects.bulk_create(
        OptedOutNumber(opt_out_list=row, opted_out_number=f"+142555{n:05d}", opted_out_timestamp=row.created_timestamp)
        for n in range(101)
    )
    found = pages(post, "DescribeOptedOutNumbers", "OptedOutNumbers", {"OptOutListName": "many"})
    assert [len(page) for page in found] == [100, 1]


@pytest.mark.parametrize(("size", "expected"), [(1, [1, 1, 1, 1]), (2, [2, 2]), (3, [3, 1]), (4, [4]), (5, [4])])
def test_the_identities_of_a_pool_come_from_two_tables(
    post: Any, caller: Caller, size: int, expected: list[int]
) -> None:
    pool = factories.make_pool(caller)
    number = factories.make_simulator_number(caller).phone_number_id
    associate_origination_identity(caller, pool_id=pool.pool_id, origination_identity=number)
    for country in ("GB", "SE"):
        request_sender_id(caller, sender_id="MYSHOP", iso_country_code=country)
        associate_origination_identity(
            caller, pool_id=pool.pool_id, origination_identity="MYSHOP", iso_country_code=country
        )
    given = {"PoolId": pool.pool_id, "MaxResults": size}
    found = pages(post, "ListPoolOriginationIdentities", "OriginationIdentities", given)
    assert [len(page) for page in found] == expected
    rows = [row for page in found for row in page]
    assert [row["IsoCountryCode"] for row in rows] == ["US", "US", "GB", "SE"]
    assert rows[2] == {
        "OriginationIdentityArn": "arn:aws:sms-voice:us-east-1:123456789012:sender-id/MYSHOP/GB",
        "OriginationIdentity": "MYSHOP",
        "IsoCountryCode": "GB",
        "NumberCapabilities": ["SMS"],
    }
    for value, countries in {"SMS": ["US", "US", "GB", "SE"], "VOICE": []}.items():
        narrowed = {**given, "Filters": [{"Name": "number-capability", "Values": [value]}]}
        found = pages(post, "ListPoolOriginationIdentities", "OriginationIdentities", narrowed)
        assert [row["IsoCountryCode"] for page in found for row in page] == countries


def test_rows_that_come_and_go_between_pages(post: Any, caller: Caller) -> None:
    """By key and not by offset: nothing is passed over or told twice because another row was deleted."""
    names = ["a", "b", "c", "d"]
    for name in names:
        factories.make_opt_out_list(caller, name)
    first = post("DescribeOptOutLists", {"MaxResults": 3}).body
    assert [row["OptOutListName"] for row in first["OptOutLists"]] == ["Default", "a", "b"]
    OptOutList.objects.filter(opt_out_list_name__in=["a", "b"]).delete()
    rest = post("DescribeOptOutLists", {"MaxResults": 3, "NextToken": first["NextToken"]}).body
    assert [row["OptOutListName"] for row in rest["OptOutLists"]] == ["c", "d"]


def test_refuses_tokens_that_do_not_continue_the_list(post: Any, caller: Caller, other_owner: RegionalAccount) -> None:
    for name in ("a", "b"):
        factories.make_opt_out_list(caller, name)
    token = post("DescribeOptOutLists", {"MaxResults": 1}).body["NextToken"]
    theirs = factories.make_access_key(other_owner)
    attempts = [
        post("DescribeOptOutLists", {"NextToken": f"{token[:-6]}AAAAA="}),
        post("DescribeOptOutLists", {"NextToken": token[1:]}),
        post("DescribeOptOutLists", {"NextToken": "nonsense"}),
        post("DescribeOptOutLists", {"NextToken": "\u00e9"}),
        post("DescribeOptOutLists", {"NextToken": secrets.encrypt("5").decode()}),
        post("DescribeOptOutLists", {"NextToken": secrets.encrypt('["x", 1]').decode()}),
        post("DescribeOptOutLists", {"NextToken": token, "Owner": "SELF"}),
        post("DescribePools", {"NextToken": token}),
        post("DescribeAccountLimits", {"NextToken": token}),
        post("DescribeOptOutLists", {"NextToken": token}, region="eu-west-1"),
        post("DescribeOptOutLists", {"NextToken": token}, key=theirs),
    ]
    assert {(answer.type, answer.body["Reason"]) for answer in attempts} == {
        ("ValidationException", "INVALID_NEXT_TOKEN")
    }
    assert attempts[0].fields["NextToken"]
    # Another page size continues the same list.
    assert len(post("DescribeOptOutLists", {"NextToken": token, "MaxResults": 50}).body["OptOutLists"]) == 2


def test_ids_and_arns_in_any_order_once_each(post: Any, caller: Caller) -> None:
    first, second = (factories.make_simulator_number(caller) for _number in range(2))
    factories.make_simulator_number(caller)
    ids = [second.phone_number_id, first.arn, first.phone_number_id]
    found = post("DescribePhoneNumbers", {"PhoneNumberIds": ids}).body["PhoneNumbers"]
    assert [row["PhoneNumberId"] for row in found] == [first.phone_number_id, second.phone_number_id]


def test_ids_and_filters_narrow_together(post: Any, caller: Caller) -> None:
    number = factories.make_simulator_number(caller)
    given = {
        "PhoneNumberIds": [number.phone_number_id],
        "Filters": [{"Name": "message-type", "Values": ["PROMOTIONAL"]}],
    }
    assert post("DescribePhoneNumbers", given).body["PhoneNumbers"] == []


@pytest.mark.parametrize(
    ("action", "member", "given", "type"),
    [
        ("DescribePhoneNumbers", "PhoneNumberIds", "phone-none", "phone-number"),
        ("DescribePools", "PoolIds", "pool-none", "pool"),
        ("DescribePools", "PoolIds", "arn:aws:sms-voice:us-east-1:999999999999:pool/pool-none", "pool"),
        ("DescribeConfigurationSets", "ConfigurationSetNames", "none", "configuration-set"),
        ("DescribeOptOutLists", "OptOutListNames", "none", "opt-out-list"),
    ],
)
def test_an_unknown_id_is_not_found(post: Any, action: str, member: str, given: str, type: str) -> None:
    answer = post(action, {member: [given]})
    assert answer.type == "ResourceNotFoundException"
    assert (answer.body["ResourceType"], answer.body["ResourceId"]) == (type, given)


@pytest.mark.parametrize(
    ("action", "member"),
    [
        ("DescribePhoneNumbers", "PhoneNumberIds"),
        ("DescribePools", "PoolIds"),
        ("DescribeOptOutLists", "OptOutListNames"),
    ],
)
def test_owner_and_ids_exclude_each_other(post: Any, action: str, member: str) -> None:
    answer = post(action, {member: ["some-id"], "Owner": "SELF"})
    assert answer.body["Reason"] == "PARAMETERS_CANNOT_BE_USED_TOGETHER"
    assert set(answer.fields) == {"Owner", member}


def test_nothing_is_shared_between_accounts(post: Any, caller: Caller) -> None:
    factories.make_pool(caller)
    assert post("DescribePools", {"Owner": "SHARED"}).body["Pools"] == []
    assert len(post("DescribePools", {"Owner": "SELF"}).body["Pools"]) == 1


def test_refuses_a_filter_value_that_cannot_be(post: Any) -> None:
    answer = post("DescribePools", {"Filters": [{"Name": "two-way-enabled", "Values": ["maybe"]}]})
    assert (answer.type, answer.body["Reason"]) == ("ValidationException", "INVALID_FILTER_VALUES")
    unknown = post("DescribePools", {"Filters": [{"Name": "phone-number", "Values": ["x"]}]})
    assert "Filters[0].Name" in unknown.fields


def test_reads_ask_for_the_request_rate(post: Any, settings: Any) -> None:
    settings.SWITCHBOARD_RATE_QUOTAS = True
    kinds = {
        post(action).body.get("__type") for action in ("DescribePools", "DescribeAccountLimits") for _try in range(60)
    }
    assert kinds == {None, "ThrottlingException"}


@pytest.mark.parametrize("rows", [1, 7])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    post: Any, caller: Caller, rows: int, django_assert_max_num_queries: Any
) -> None:
    from messaging.operations.event_destinations import create_event_destination

    for _row in range(rows):
        factories.make_pool(caller)
        made = factories.make_configuration_set(caller)
        create_event_destination(
            caller,
            configuration_set_name=made.configuration_set_name,
            event_destination_name="topic",
            matching_event_types=["TEXT_ALL", "TEXT_DELIVERED"],
            sns_destination={"topic_arn": "arn:aws:sns:us-east-1:123456789012:messages"},
        )
    post("DescribePools")
    for action, queries in {"DescribePools": 1, "DescribePhoneNumbers": 1, "DescribeConfigurationSets": 3}.items():
        with django_assert_max_num_queries(queries):
            assert post(action).status == 200
