"""Looking numbers up: validity, type, country, carrier, cleansing, many at once."""

import pytest

from messaging.errors import Invalid
from messaging.operations.handsets import put_handset_behaviour
from messaging.operations.lookups import MOST_NUMBERS, carrier_lookup, look_up_numbers
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "number", "kind", "country", "calling_code"),
    [
        ("+1 (206) 555-0142", "+12065550142", "MOBILE", "US", "1"),
        ("+44 7400 123456", "+447400123456", "MOBILE", "GB", "44"),
        ("+44 20 7183 8750", "+442071838750", "LANDLINE", "GB", "44"),
        ("+44 56 1234 5678", "+445612345678", "VOIP", "GB", "44"),
        ("+18005550142", "+18005550142", "OTHER", "US", "1"),
        ("+6281234567890", "+6281234567890", "MOBILE", "ID", "62"),
        ("+12", "+12", "INVALID", "US", ""),
        ("+1999", "+1999", "INVALID", "US", "1"),
    ],
)
def test_type_and_country(caller, given, number, kind, country, calling_code):
    found = carrier_lookup(caller, phone_number=given)
    assert (found.e164_phone_number, found.phone_number_type) == (number, kind)
    assert (found.iso_country_code, found.dialing_country_code) == (country, calling_code)
    assert found.original_phone_number == ""


def test_cleansing_follows_the_numbering_plan(caller):
    given = "+44 (0)20 7183 8750"
    assert carrier_lookup(caller, phone_number=given).phone_number_type == "INVALID"
    found = carrier_lookup(caller, phone_number=given, enable_cleansing=True)
    assert (found.e164_phone_number, found.phone_number_type) == ("+442071838750", "LANDLINE")
    assert found.original_phone_number == given
    unchanged = carrier_lookup(caller, phone_number="+442071838750", enable_cleansing=True)
    assert unchanged.original_phone_number == ""


def test_the_carrier_is_the_one_that_the_simulator_reaches(caller, clock):
    number = factories.make_simulator_number(caller)
    type(number).objects.update(number_type="TOLL_FREE")
    drawn = carrier_lookup(caller, phone_number=factories.HANDSET).carrier
    message = factories.send(caller, factories.HANDSET, origination_identity=number.phone_number).message
    factories.deliver_all(clock)
    message.refresh_from_db()
    assert drawn == message.carrier_name != ""
    put_handset_behaviour(
        caller, scope="PREFIX", match="+1206", outcomes=[{"outcome": "DELIVERED", "weight": 1}], carrier_name="Mine"
    )
    assert carrier_lookup(caller, phone_number=factories.HANDSET).carrier == "Mine"
    assert carrier_lookup(caller, phone_number="+6281234567890").carrier == "Telkomsel"
    assert carrier_lookup(caller, phone_number=factories.SUCCESS).carrier == ""


def test_time_zones_and_formats(caller):
    plan = carrier_lookup(caller, phone_number="+6281234567890").plan
    assert plan.time_zones == ("Asia/Jakarta",)
    assert dict(plan.formats)["RFC3966"] == "tel:+62-812-3456-7890"


@pytest.mark.parametrize("given", ["12065550142", "+0123", "hello", "+", "+1" + "2" * 25])
def test_what_is_no_number_is_refused(caller, given):
    with pytest.raises(Invalid) as refused:
        carrier_lookup(caller, phone_number=given)
    assert "phone_number" in refused.value.fields


def test_many_at_once(caller, django_assert_max_num_queries):
    factories.make_opt_out_list(caller, "stopped", numbers=("+12065550142",))
    factories.make_verified_number(caller, "+12065550143")
    given = ["+1 206 555 0142", "+12065550143", "nonsense", "+12065550142", "0044 20 7183 8750"]
    with django_assert_max_num_queries(3):
        rows = look_up_numbers(caller, phone_numbers=given)
    assert [row.given for row in rows] == given
    assert [row.found and row.found.e164_phone_number for row in rows] == [
        "+12065550142",
        "+12065550143",
        None,
        "+12065550142",
        "+442071838750",
    ]
    assert rows[0].opted_out == rows[3].opted_out == ("stopped",) and not rows[1].opted_out
    assert [row.verified for row in rows] == [False, True, False, False, False]
    assert rows[2].why_not
    with pytest.raises(Invalid):
        look_up_numbers(caller, phone_numbers=["+12065550142"] * (MOST_NUMBERS + 1))
