"""The message part preview: the page, the fragment asked for while somebody types, fixes and their Undo."""

from typing import Any

import pytest
from django.utils.translation import override

from messaging.country_names import country_name
from tests.client import ConsoleClient
from tests.factories import make_simulator_number, send

PATH = "message-parts/"
DASH = "Sale – only today – 20% off: caf\u00e9 \u0107a!"


@pytest.fixture
def preview(client_in: ConsoleClient) -> Any:
    return lambda data, **extra: client_in.fragment(client_in.path(PATH), data, method="post", **extra)


def test_strangers_are_sent_to_sign_in_and_other_accounts_are_not_there(
    stranger: ConsoleClient, client_in: Any
) -> None:
    assert stranger.get(stranger.path(PATH)).status_code == 302
    assert client_in.get("/999999999999/us-east-1/message-parts/").status_code == 404


def test_viewers_may_look(signed_in: Any) -> None:
    client = signed_in("VIEWER")
    assert client.get(client.path(PATH)).status_code == 200


def test_counts_a_text_without_scripts(client_in: ConsoleClient) -> None:
    page = client_in.post(client_in.path(PATH), {"message_body": "a" * 161, "update_preview": "1"})
    assert page.status_code == 200
    html = page.content.decode()
    assert "<h1>Message part preview</h1>" in html
    assert "Part 1 – 153 of 153" in html and "Part 2 – 8 of 153" in html
    assert "a" * 161 in html


def test_fragment_is_only_the_preview(preview: Any) -> None:
    html = preview({"message_body": "Hello"}).content.decode()
    assert html.lstrip().startswith('<section id="preview"')
    assert "Part 1 – 5 of 160" in html
    assert "<textarea" not in html


def test_line_ends_of_browsers_count_once(preview: Any) -> None:
    html = preview({"message_body": "one\r\ntwo"}).content.decode()
    assert "Part 1 – 7 of 160" in html


def test_marks_what_costs_and_what_hides(preview: Any) -> None:
    html = preview({"message_body": "5 \u20ac – now\u00a0or never"}).content.decode()
    assert '<mark title="U+2013 en dash">–</mark>' in html
    assert '<span class="extension" title="U+20AC euro sign">€</span>' in html
    assert "[NBSP]" in html


def test_never_trusts_the_text(preview: Any) -> None:
    html = preview({"message_body": "<script>alert(1)</script>"}).content.decode()
    assert "<script" not in html


def test_over_the_limit_is_said(preview: Any) -> None:
    html = preview({"message_body": "a" * 1531}).content.decode()
    assert "1,531 septets" in html and "1,530" in html
    assert "Cannot be sent." in html


def test_more_than_ten_parts_are_a_number(preview: Any) -> None:
    html = preview({"message_body": "\u4f60" * 700}).content.decode()
    assert "11 parts, too many to draw." in html
    assert '<svg class="part-bar"' not in html


def test_replaces_one_character_and_takes_it_back(preview: Any) -> None:
    html = preview({"message_body": DASH, "replace": "2013"}).content.decode()
    assert "Sale - only today - 20% off: caf\u00e9 \u0107a!</textarea>" in html
    assert f'name="text_before" value="{DASH}"' in html
    back = preview({"message_body": DASH.replace("–", "-"), "text_before": DASH, "undo": "1"}).content.decode()
    assert f"{DASH}</textarea>" in back
    assert "text_before" not in back


def test_replace_all_leaves_letters_alone(preview: Any) -> None:
    html = preview({"message_body": DASH, "replace_all": "1"}).content.decode()
    assert "Sale - only today - 20% off: caf\u00e9 \u0107a!</textarea>" in html
    assert "may change the meaning" in html


def test_says_what_a_replacement_gains(preview: Any) -> None:
    html = preview({"message_body": "–" + "a" * 99}).content.decode()
    assert "2 parts → 1" in html


def test_unknown_code_points_replace_nothing(preview: Any) -> None:
    html = preview({"message_body": DASH, "replace": "zz-110000"}).content.decode()
    assert f"{DASH}</textarea>" in html


def test_prices_chosen_countries_and_never_invents_one(preview: Any) -> None:
    html = preview({"message_body": "Hi", "countries": ["DE", "XX"], "originator_type": "TEN_DLC"}).content.decode()
    assert "Germany" in html and "No price" in html
    html = preview({"message_body": "Hi", "countries": ["DE"], "add_country": "US", "originator_type": "SHORT_CODE"})
    text = html.content.decode()
    assert ">0.06840</td>" in text and ">0.01140</td>" in text and ">11.40</td>" in text


def test_starts_with_the_countries_sent_to_lately(client_in: ConsoleClient, caller: Any) -> None:
    number = make_simulator_number(caller)
    send(caller, origination_identity=number.phone_number_id)
    html = client_in.get(client_in.path(PATH)).content.decode()
    assert 'name="countries" value="US" checked' in html


def test_promotional_texts_say_how_to_opt_out(preview: Any) -> None:
    said = "Tell how to opt out"
    assert said in preview({"message_body": "20% off", "message_type": "PROMOTIONAL"}).content.decode()
    assert (
        said
        not in preview({"message_body": "20% off. STOP to opt out", "message_type": "PROMOTIONAL"}).content.decode()
    )


def test_announces_only_what_changed(preview: Any) -> None:
    assert 'id="preview-said"' in preview({"message_body": "Hi", "previewed": "GSM-0"}).content.decode()
    assert 'id="preview-said"' not in preview({"message_body": "Hi!", "previewed": "GSM-1"}).content.decode()


def test_typing_costs_the_queries_of_a_session_only(
    client_in: ConsoleClient, preview: Any, django_assert_max_num_queries: Any
) -> None:
    client_in.get(client_in.path(PATH))  # the first visit is remembered
    with django_assert_max_num_queries(3):
        preview({"message_body": "a" * 1530, "countries": ["US", "DE"]})
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path(PATH))


def test_countries_are_named_in_the_readers_language() -> None:
    with override("es"):
        assert country_name("DE") == "Alemania"
    with override("id"):
        assert country_name("DE") == "Jerman"
    assert country_name("DE") == "Germany" and country_name("ZZ") == "ZZ"
