"""Rate cards: files are checked with their rows, imported whole, hold from a day on, and sends use them."""

from datetime import date

import pytest

from messaging import reference
from messaging.errors import Denied, Invalid
from messaging.models import RateCard
from messaging.operations import rate_cards
from messaging.operations.accounts import regional_account
from messaging.operations.snapshot import take
from messaging.queries import holdings
from messaging.reference import Price
from tests import factories

pytestmark = pytest.mark.django_db
HEAD = "country,channel,originator_type,message_price,carrier_fee\n"
US = "US,SMS,TOLL_FREE,0.50000,0.10000\n"
TODAY = date(2026, 3, 2)  # of the clock fixture


@pytest.fixture
def toll_free(caller, clock):
    return factories.make_number(caller)


def put(caller, text=HEAD + US, day=TODAY):
    return rate_cards.import_rate_card(caller, csv_text=text, effective_date=day, file_name="prices.csv")


def sent(caller, number, last):
    return factories.send(caller, f"+120655501{last}", origination_identity=number.phone_number_id).message


def test_a_send_costs_what_the_imported_card_says_and_the_built_in_one_after_a_restore(caller, toll_free):
    before = sent(caller, toll_free, "01").price
    put(caller)
    message = sent(caller, toll_free, "02")
    assert (message.price, message.carrier_fee) == (50_000, 10_000)
    assert rate_cards.restore_rate_card(caller) == 1
    assert sent(caller, toll_free, "03").price == before != 50_000


def test_a_card_holds_from_its_day_on(caller, toll_free, clock):
    put(caller, day=date(2026, 3, 5))
    card, later = rate_cards.describe_rate_card(caller)
    assert card.is_built_in
    assert later.effective_date == date(2026, 3, 5)
    assert sent(caller, toll_free, "01").price != 50_000
    clock.advance(days=3)
    assert sent(caller, toll_free, "02").price == 50_000, "at midnight UTC, without any change of settings"
    put(caller, HEAD + "US,SMS,TOLL_FREE,0.7,\n", day=date(2026, 3, 5))
    assert RateCard.objects.count() == 1, "a card from the same day is replaced"
    assert sent(caller, toll_free, "03").price == 70_000


def test_a_card_holds_in_every_region_of_its_account_and_in_no_other(caller, owner, other_owner, clock):
    elsewhere = regional_account(owner.account_id, "eu-west-1")

    def costs(place):
        return rate_cards.price_for(take(place.pk), "US", "SMS", "TOLL_FREE")

    built_in = costs(elsewhere)
    put(caller)
    assert costs(owner) == costs(elsewhere) == Price(50_000, 10_000)
    assert costs(other_owner) == built_in


def test_a_send_asks_nothing_more_for_its_price(caller, owner, clock, django_assert_num_queries):
    put(caller)
    rate_cards.price_for(take(owner.pk), "US", "SMS", "TOLL_FREE")
    with django_assert_num_queries(1):  # the account's own row
        rate_cards.price_for(take(owner.pk), "US", "SMS", "TOLL_FREE")
    assert holdings(owner).phone_numbers == 0


def test_what_has_no_price_is_not_sent_for_another_price(caller, clock):
    put(caller)
    card = rate_cards.describe_rate_card(caller)[0]
    assert reference.price("GB", "SMS", "LONG_CODE", card=card.prices) is None


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("XX,SMS,TOLL_FREE,0.5,0\n", "“XX” is not the ISO code of a country."),
        ("US,FAX,TOLL_FREE,0.5,0\n", "“FAX” is not a channel"),
        ("US,SMS,PIGEON,0.5,0\n", "“PIGEON” is not an originator type"),
        ("US,SMS,TOLL_FREE,0.123456,0\n", "“0.123456” is not a price"),
        ("US,SMS,TOLL_FREE,-1,0\n", "“-1” is not a price"),
        ("US,SMS,TOLL_FREE,1,x\n", "“x” is not a price"),
        ("US,SMS,TOLL_FREE,,0\n", "“” is not a price"),
        ("US,SMS,TEN_DLC,1,0\n", "stand in the file twice"),
    ],
)
def test_each_wrong_row_is_named_with_its_number(caller, row, problem):
    text = f"# a remark\n{HEAD}\nUS,SMS,TEN_DLC,0.1,0\n{row}"
    found = rate_cards.checked(caller, text)
    assert not found.fits
    assert [(one.row, problem in str(one.problem)) for one in found.errors] == [(5, True)]
    with pytest.raises(Invalid) as refused:
        put(caller, text)
    assert "Row 5" in str(refused.value)
    assert not RateCard.objects.exists(), "a file is imported whole or not at all"


@pytest.mark.parametrize("text", ["", HEAD, "country,channel\nUS,SMS\n"])
def test_a_file_without_prices_or_columns_is_refused(caller, text):
    assert rate_cards.checked(caller, text).errors
    with pytest.raises(Invalid):
        put(caller, text)


def test_the_check_says_what_would_change_and_changes_nothing(caller):
    now = rate_cards.built_in().prices
    us = now["US", "SMS", "TOLL_FREE"]
    same = f"US,SMS,TOLL_FREE,{us.message_price / 100_000:.5f},{us.carrier_fee / 100_000:.5f}\n"
    found = rate_cards.checked(caller, HEAD + same + "US,SMS,TEN_DLC,9,0\nFR,MMS,*,0.1,0\n")
    assert (found.same, found.changed, found.added, found.removed) == (1, 1, 1, len(now) - 2)
    assert "FR" in found.without and "US" not in found.without
    assert not RateCard.objects.exists()


def test_an_export_can_be_imported_as_it_is(caller):
    text = "".join(rate_cards.as_csv(rate_cards.built_in().prices))
    found = rate_cards.checked(caller, "\ufeff" + text)
    assert found.fits
    assert found.prices == rate_cards.built_in().prices
    assert (found.added, found.changed, found.removed) == (0, 0, 0)


def test_only_an_administrator_imports_and_restores(caller_as):
    with pytest.raises(Denied):
        put(caller_as("OPERATOR"))
    with pytest.raises(Denied):
        rate_cards.restore_rate_card(caller_as("OPERATOR"))
    assert rate_cards.describe_rate_card(caller_as("VIEWER"))[0].is_built_in
