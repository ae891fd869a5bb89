"""Queries that are compiled once answer as the queryset does."""

from typing import Any

import pytest
from django.db.models import Exists, F

from console.models import Membership
from messaging.models import Account, RegionalAccount
from messaging.prepared import Prepared

pytestmark = pytest.mark.django_db

OWNERS = Prepared(
    lambda account_id, region: (
        RegionalAccount.objects.filter(account_id=account_id, region=region, pk__gt=0)
        .select_related("account")
        .annotate(name=F("account__name"), known=Exists(Membership.objects.filter(account_id=account_id)))
        .order_by("pk")
    ),
    "?account",
    "?region",
)


def test_gives_instances_with_relations_and_annotations(
    owner: RegionalAccount, member: Any, django_assert_num_queries: Any
) -> None:
    assert owner.account.name
    with django_assert_num_queries(1):
        (found,) = OWNERS(owner.account_id, owner.region)
        assert found == owner
        assert found.account.name == owner.account.name == found.name
        assert found.tier == owner.tier
        assert found.known is False
    member()
    assert OWNERS.first(owner.account_id, owner.region).known is True


def test_takes_the_values_of_each_call(owner: RegionalAccount, other_owner: RegionalAccount) -> None:
    assert OWNERS(owner.account_id, owner.region) == [owner]
    assert OWNERS(other_owner.account_id, owner.region) == [other_owner]
    assert OWNERS.first(owner.account_id, "eu-central-1") is None


def test_an_empty_relation_is_none(user: Any) -> None:
    people = Prepared(lambda pk: type(user)._default_manager.select_related("preferences").filter(pk=pk), -7)
    assert not hasattr(people.first(user.pk), "preferences")


def test_a_sample_that_is_no_parameter_is_an_error(owner: RegionalAccount) -> None:
    lost = Prepared(lambda account_id: Account.objects.filter(account_id__startswith=account_id), "?account")
    with pytest.raises(ValueError, match="no parameter"):
        lost(owner.account_id)
