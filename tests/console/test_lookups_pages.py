"""The look-up pages: one number, many numbers, the file of them."""

import csv
import io

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_a_number_with_what_the_account_knows_of_it(client_in, caller):
    factories.make_opt_out_list(caller, "stopped", numbers=(factories.HANDSET,))
    factories.make_verified_number(caller, factories.HANDSET)
    body = client_in.get(client_in.path("look-up/?number=%2B1+206-555-0142")).content.decode()
    assert "MOBILE" in body and "America/Los_Angeles" in body and "tel:+1-206-555-0142" in body
    assert "stopped" in body and "Opted out" in body and "carrier-lookup" in body
    assert "Its handset" in body


def test_a_trunk_zero_is_taken_away_and_said(client_in):
    body = client_in.get(client_in.path("look-up/?number=%2B44+(0)20+7183+8750")).content.decode()
    assert "+442071838750" in body and "Read from" in body


def test_what_is_no_number_is_refused_by_the_field(client_in):
    answer = client_in.get(client_in.path("look-up/?number=hello"))
    assert answer.status_code == 422 and "is not a phone number" in answer.content.decode()
    assert client_in.get(client_in.path("look-up/?number=")).status_code == 422
    assert client_in.get(client_in.path("look-up/")).status_code == 200


def test_many_numbers_as_a_table_and_as_a_file(client_in):
    path, given = client_in.path("look-up/many/"), {"phone_numbers": "+12065550142\r\nnonsense\n+44 20 7183 8750"}
    body = client_in.post(path, given).content.decode()
    assert "3 numbers" in body and "LANDLINE" in body and "nonsense" in body
    answer = client_in.post(path, given | {"csv": "1"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["E164PhoneNumber"] for row in rows] == ["+12065550142", "", "+442071838750"]
    assert rows[1]["Problem"] and rows[0]["TimeZones"] == "America/Los_Angeles"
    assert client_in.post(path, {"phone_numbers": "1\n" * 501}).status_code == 422


def test_query_budget(client_in, django_assert_max_num_queries):
    client_in.get(client_in.path("look-up/"))
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path("look-up/?number=%2B12065550142"))
