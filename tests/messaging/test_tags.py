"""Tags on resources."""

import pytest

from messaging.errors import Invalid, NotFound, OverQuota
from messaging.models import RegionalAccount, Tag
from messaging.operations.pools import delete_pool
from messaging.operations.tags import list_tags_for_resource, tag_resource, untag_resource
from tests.factories import make_caller, make_configuration_set, make_opt_out_list, make_pool

pytestmark = pytest.mark.django_db


def tags(**values):
    return [{"key": key, "value": value} for key, value in values.items()]


def test_tags_are_set_replaced_listed_and_removed(caller):
    pool = make_pool(caller, tags=tags(Name="Orders", stage="test"))
    tag_resource(caller, resource_arn=pool.arn, tags=tags(stage="live", team="shop"))
    assert list_tags_for_resource(caller, resource_arn=pool.arn)["tags"] == tags(
        Name="Orders", stage="live", team="shop"
    )
    untag_resource(caller, resource_arn=pool.arn, tag_keys=["stage", "nothing"])
    assert list_tags_for_resource(caller, resource_arn=pool.arn)["tags"] == tags(Name="Orders", team="shop")


def test_every_resource_with_an_arn_takes_tags(caller):
    pool = make_pool(caller)
    for row in (pool, pool.phone_numbers.get(), make_configuration_set(caller), make_opt_out_list(caller)):
        tag_resource(caller, resource_arn=row.arn, tags=tags(a="b"))
        assert list_tags_for_resource(caller, resource_arn=row.arn)["tags"] == tags(a="b")


@pytest.mark.parametrize(
    "arn", ["arn:aws:sms-voice:us-east-1:123456789012:thing/x", "arn:aws:s3:::bucket/pool", "pool-1"]
)
def test_refuses_what_is_no_arn_of_ours(caller, arn):
    with pytest.raises(Invalid) as refused:
        tag_resource(caller, resource_arn=arn, tags=tags(a="b"))
    assert refused.value.reason == "INVALID_ARN"


def test_resource_of_another_account_is_not_there(caller, other_owner):
    with pytest.raises(NotFound):
        tag_resource(make_caller(other_owner), resource_arn=make_pool(caller).arn, tags=tags(a="b"))


@pytest.mark.parametrize(
    "given", [tags(a="1") + tags(a="2"), [{"key": "aws:x", "value": ""}], [{"key": " ", "value": ""}]]
)
def test_refuses_keys_that_cannot_be(caller, given):
    with pytest.raises(Invalid) as refused:
        tag_resource(caller, resource_arn=make_pool(caller).arn, tags=given)
    assert "tags" in refused.value.fields


def test_number_of_tags_is_limited_but_replacing_is_not(caller, owner):
    RegionalAccount.objects.filter(pk=owner.pk).update(quotas={"tags_per_resource": 2})
    pool = make_pool(caller, tags=tags(a="1", b="2"))
    with pytest.raises(OverQuota) as refused:
        tag_resource(caller, resource_arn=pool.arn, tags=tags(c="3"))
    assert refused.value.reason == "TAGS_PER_RESOURCE"
    tag_resource(caller, resource_arn=pool.arn, tags=tags(a="9"))


def test_tags_go_with_their_resource(caller):
    pool = make_pool(caller, tags=tags(a="1"))
    delete_pool(caller, pool_id=pool.pool_id)
    assert not Tag.objects.exists()
