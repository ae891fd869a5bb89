"""Keywords: which there must be, which there may be, which one an inbound text means."""

import pytest

from messaging.errors import Conflict, Invalid, NotFound, OverQuota
from messaging.models import PhoneNumber, RegionalAccount
from messaging.operations.keywords import delete_keyword, keywords_of, matching, put_keyword
from tests.factories import make_pool, make_simulator_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(caller):
    return make_simulator_number(caller)


def put(caller, holder, keyword, **changes):
    values = {"keyword_message": "Thank you", **changes}
    return put_keyword(caller, origination_identity=holder.name, keyword=keyword, **values)


def test_put_adds_then_replaces_whatever_the_case(caller, number):
    """keywords.json: overwrite, case"""
    put(caller, number, "Join")
    changed = put(caller, number, "JOIN", keyword_message="Welcome", keyword_action="OPT_IN")
    assert (changed.keyword, changed.keyword_message, changed.keyword_action) == ("JOIN", "Welcome", "OPT_IN")
    assert keywords_of(number).count() == 3


@pytest.mark.parametrize("keyword", [" JOIN", "JOIN ", "", "x" * 31, "A\nB"])
def test_refuses_words_that_cannot_be_keywords(caller, number, keyword):
    """keywords.json: length, no-outer-space"""
    with pytest.raises(Invalid) as refused:
        put(caller, number, keyword)
    assert "keyword" in refused.value.fields


@pytest.mark.parametrize("word", ["HELP", "stop"])
def test_required_keywords_stay_with_their_action(caller, number, word):
    """keyword.required"""
    with pytest.raises(Conflict) as refused:
        delete_keyword(caller, origination_identity=number.phone_number_id, keyword=word)
    assert refused.value.reason == "RESOURCE_DELETION_NOT_ALLOWED"
    with pytest.raises(Conflict) as refused:
        put(caller, number, word, keyword_action="OPT_IN")
    assert refused.value.reason == "RESOURCE_MODIFICATION_NOT_ALLOWED"


def test_reply_of_help_can_be_changed(caller, number):
    assert put(caller, number, "HELP", keyword_message="Call us").keyword_message == "Call us"


def test_thirty_keywords_on_a_number(caller, number, owner):
    """keywords.json: per-number"""
    RegionalAccount.objects.filter(pk=owner.pk).update(quotas={"keywords_per_number": 3})
    put(caller, number, "ONE")
    with pytest.raises(OverQuota) as refused:
        put(caller, number, "TWO")
    assert refused.value.reason == "KEYWORDS_PER_PHONE_NUMBER"
    put(caller, number, "ONE", keyword_message="still fits")


def test_pool_owns_the_keywords_of_its_numbers(caller):
    """pool.settings_owner, pool-owns"""
    pool = make_pool(caller)
    number = pool.phone_numbers.get()
    for change in (
        lambda: put(caller, number, "JOIN"),
        lambda: delete_keyword(caller, origination_identity=number.name, keyword="JOIN"),
    ):
        with pytest.raises(Conflict) as refused:
            change()
        assert refused.value.reason == "PHONE_NUMBER_ASSOCIATED_TO_POOL"
    assert put(caller, pool, "JOIN").origination_identity == pool.pool_id
    delete_keyword(caller, origination_identity=pool.arn, keyword="join")
    with pytest.raises(NotFound):
        delete_keyword(caller, origination_identity=pool.arn, keyword="join")


def test_toll_free_opt_out_belongs_to_the_carrier(caller, number):
    """opt_out.toll_free"""
    PhoneNumber.objects.filter(pk=number.pk).update(number_type="TOLL_FREE")
    for word, changes in (("HELP", {}), ("ENOUGH", {"keyword_action": "OPT_OUT"})):
        with pytest.raises(Conflict) as refused:
            put(caller, number, word, **changes)
        assert refused.value.reason == "RESOURCE_MODIFICATION_NOT_ALLOWED"
    assert put(caller, number, "UNSTOP", keyword_action="OPT_IN").keyword_action == "OPT_IN"


@pytest.mark.parametrize(
    ("body", "keyword"),
    [
        ("Help me understand what this means", "HELP"),
        ("  stop  ", "STOP"),
        ("Stop.", "STOP"),
        ("UNSUBSCRIBE please", "STOP"),
        ("opt-out", "STOP"),
        ("stopping by", None),
        ("please stop", None),
        ("join now", "JOIN NOW"),
        ("join", "JOIN"),
        ("quit", "QUIT"),
    ],
)
def test_first_words_match_without_case(caller, number, body, keyword):
    """keywords.json: case, first-word; opt-out words work like STOP unless a keyword says otherwise"""
    for word in ("JOIN", "JOIN NOW", "QUIT"):
        put(caller, number, word)
    found = matching(number, body)
    assert (found.keyword if found else None) == keyword
