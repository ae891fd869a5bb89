"""Opt-out lists: who is on them, who may leave, what cannot be deleted."""

import pytest

from messaging.errors import Conflict, Invalid, NotFound, OverQuota
from messaging.models import OptedOutNumber, OptOutList, RegionalAccount
from messaging.operations.opt_out_lists import (
    create_opt_out_list,
    delete_opt_out_list,
    delete_opted_out_number,
    put_opted_out_number,
)
from tests.factories import HANDSET, make_opt_out_list, make_simulator_number

pytestmark = pytest.mark.django_db


def test_default_list_is_there_and_stays(caller):
    """opt_out.default_list"""
    assert OptOutList.objects.for_caller(caller).get().opt_out_list_name == "Default"
    with pytest.raises(Conflict) as refused:
        delete_opt_out_list(caller, opt_out_list_name="Default")
    assert refused.value.reason == "RESOURCE_DELETION_NOT_ALLOWED"


def test_name_is_taken_once_and_default_counts_against_the_quota(caller, owner):
    make_opt_out_list(caller, "news")
    with pytest.raises(Conflict) as refused:
        make_opt_out_list(caller, "News")
    assert refused.value.reason == "RESOURCE_ALREADY_EXISTS"
    RegionalAccount.objects.filter(pk=owner.pk).update(quotas={"opt_out_lists": 2})
    with pytest.raises(OverQuota) as over:
        create_opt_out_list(caller, opt_out_list_name="third")
    assert over.value.reason == "OPT_OUT_LISTS_PER_ACCOUNT"


def test_list_in_use_cannot_be_deleted(caller):
    """opt_out.delete_list"""
    make_opt_out_list(caller, "news", (HANDSET,))
    number = make_simulator_number(caller, opt_out_list_name="news")
    with pytest.raises(Conflict) as refused:
        delete_opt_out_list(caller, opt_out_list_name="news")
    assert refused.value.reason == "RESOURCE_NOT_EMPTY"
    number.delete()
    delete_opt_out_list(caller, opt_out_list_name="news")
    assert not OptedOutNumber.objects.exists()


def test_number_is_put_once_and_keeps_its_date(caller, clock):
    make_opt_out_list(caller, "news")
    first = put_opted_out_number(
        caller, opt_out_list_name="news", opted_out_number="12065550142", reason="asked by mail"
    )
    clock.advance(days=3)
    again = put_opted_out_number(caller, opt_out_list_name="news", opted_out_number=HANDSET)
    assert (again.pk, again.opted_out_timestamp, again.opted_out_number) == (
        first.pk,
        first.opted_out_timestamp,
        HANDSET,
    )
    assert (again.reason, again.end_user_opted_out, again.actor) == ("asked by mail", False, "user:tester")


@pytest.mark.parametrize("number", ["+1 206 555 0142", "0206", "phone", "+"])
def test_number_must_be_e164(caller, number):
    with pytest.raises(Invalid) as refused:
        put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=number)
    assert "opted_out_number" in refused.value.fields


def test_number_leaves_once_in_thirty_days(caller, clock):
    """opt_out.remove_once_in_30_days"""
    make_opt_out_list(caller, "news", (HANDSET,))
    entry = {"opt_out_list_name": "news", "opted_out_number": HANDSET}
    assert delete_opted_out_number(caller, **entry).opted_out_number == HANDSET
    with pytest.raises(NotFound):
        delete_opted_out_number(caller, **entry)
    put_opted_out_number(caller, **entry)
    clock.advance(days=29, hours=23)
    with pytest.raises(Conflict) as refused:
        delete_opted_out_number(caller, **entry)
    assert refused.value.reason == "RESOURCE_DELETION_NOT_ALLOWED"
    assert "2026-04-01" in str(refused.value)
    clock.advance(hours=1)
    delete_opted_out_number(caller, **entry)
    assert not OptedOutNumber.objects.exists()
