"""Content help on pages: in the preview, test sending, explanations, replies to keywords and bulk sends."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from messaging import clock
from messaging.models import Keyword, Message, PhoneNumber
from tests.client import ConsoleClient
from tests.factories import SUCCESS, make_media_number, make_simulator_number
from tests.messaging.bulk_sends import checked, number_of_type

OFFER = "Save $$$ with a gr8 deal 2day: bit.ly/x"


@pytest.fixture
def number(caller: Any) -> PhoneNumber:
    made: PhoneNumber = make_simulator_number(caller)
    return made


@pytest.fixture
def night() -> Any:
    with clock.using(clock.FrozenClock(datetime(2026, 1, 14, 2, 0, tzinfo=UTC))) as frozen:
        yield frozen


def rules(html: str) -> list[str]:
    """The ids of the rules that the list of advice names, in order."""
    return re.findall(r"<code>((?:content|prohibited|permission|lists|timing|voice|replies|originators)\.\w+)", html)


def text_of(html: str) -> str:
    found = re.search(r'name="message_body"[^>]*>\s*(.*?)</textarea>', html, re.DOTALL)
    assert found
    return found[1]


def preview(client: ConsoleClient, **data: Any) -> str:
    return client.fragment(client.path("message-parts/"), data, method="post").content.decode()


def test_the_preview_advises_while_somebody_types(client_in: ConsoleClient) -> None:
    html = preview(client_in, message_body=OFFER, message_type="PROMOTIONAL")
    assert rules(html) == [
        "content.no_free_shorteners",
        "content.identify_sender",
        "content.no_currency_symbols",
        "content.opt_out_in_promotions",
        "content.few_abbreviations",
    ]
    assert "User guide: “Use valid and safe links”" in html and ">bit.ly/x</mark>" in html


def test_a_text_that_keeps_the_rules_gets_none(client_in: ConsoleClient) -> None:
    html = preview(client_in, message_body="ExampleCorp: your parcel came.")
    assert not rules(html) and ">Advice<" not in html


def test_the_characters_stand_in_their_own_list_only(client_in: ConsoleClient) -> None:
    assert rules(preview(client_in, message_body="Acme: “sale”®")) == []


def test_a_button_mends_the_text_and_undo_takes_it_back(client_in: ConsoleClient) -> None:
    html = preview(client_in, message_body=OFFER, message_type="PROMOTIONAL", mend="content.opt_out_in_promotions")
    after = f"{OFFER} Reply STOP to opt out."
    assert text_of(html) == after and "content.opt_out_in_promotions" not in rules(html)
    html = preview(client_in, message_body=after, text_before=OFFER, undo="1")
    assert text_of(html) == OFFER


def test_works_without_scripts(client_in: ConsoleClient) -> None:
    data = {"message_body": OFFER, "mend": "content.few_abbreviations"}
    html = client_in.post(client_in.path("message-parts/"), data).content.decode()
    assert text_of(html) == "Save $$$ with a great deal today: bit.ly/x"


def test_never_trusts_the_text_nor_the_button(client_in: ConsoleClient) -> None:
    html = preview(client_in, message_body="https://<b>localhost</b>/ gr8 4u <i>", mend="<i>")
    assert "<b>" not in html and "<i>" not in html


def test_test_sending_knows_the_hour_at_the_destination(
    client_in: ConsoleClient, number: PhoneNumber, night: Any
) -> None:
    data = {"destination_phone_number": "+49 151 12345678", "message_body": "Acme: hello", "check": "1"}
    html = client_in.post(client_in.path("test-send/"), data).content.decode()
    assert "It is 03:00 at the destination." in html and "timing.daytime" in rules(html)
    assert "timing.daytime" in rules(preview(client_in, **data))


def test_mending_in_test_sending_sends_nothing(client_in: ConsoleClient, number: PhoneNumber) -> None:
    data = {"destination_phone_number": SUCCESS, "message_body": OFFER, "mend": "content.no_currency_symbols"}
    html = client_in.post(client_in.path("test-send/"), data).content.decode()
    assert text_of(html) == "Save with a gr8 deal 2day: bit.ly/x"
    assert 'id="checks"' not in html and not Message.objects.exists()


def test_the_type_of_the_originator_decides_where_none_is_chosen(client_in: ConsoleClient, caller: Any) -> None:
    promotional = number_of_type(caller, "SHORT_CODE")
    PhoneNumber.objects.filter(pk=promotional.pk).update(message_type="PROMOTIONAL")
    data = {
        "destination_phone_number": "+12065550101",
        "origination_identity": promotional.phone_number,
        "message_body": "Acme: 20% off",
    }
    client_in.get(client_in.path("test-send/"))
    html = client_in.post(client_in.path("test-send/"), {**data, "update_preview": "1"}).content.decode()
    assert 'name="identity_message_type" value="PROMOTIONAL"' in html
    assert "content.opt_out_in_promotions" in rules(html)


def test_advice_refuses_nothing(client_in: ConsoleClient, number: PhoneNumber) -> None:
    data = {"destination_phone_number": SUCCESS, "message_body": f"{OFFER} casino", "send": "1"}
    assert client_in.post(client_in.path("test-send/"), data).status_code in (302, 303)
    assert Message.objects.get().message_body == f"{OFFER} casino"


def test_explain_advises_on_what_the_message_would_be(client_in: ConsoleClient, number: PhoneNumber) -> None:
    data = {"destination_phone_number": SUCCESS, "message_body": "Hi “you”", "check": "1"}
    html = client_in.post(client_in.path("explain/"), data).content.decode()
    assert rules(html) == ["content.identify_sender", "content.typographic_replacements"]
    html = client_in.post(
        client_in.path("explain/"), {**data, "mend": "content.typographic_replacements"}
    ).content.decode()
    assert text_of(html) == "Hi &quot;you&quot;" and "It would be sent" in html


def test_mms_advises_while_somebody_types_and_mends(client_in: ConsoleClient, caller: Any) -> None:
    make_media_number(caller)
    path, data = client_in.path("test-send/media/"), {"message_body": "Acme: gr8 gift 4u “x”"}
    html = client_in.fragment(path, data, method="post", headers={"HX-Target": "body-count"}).content.decode()
    assert rules(html) == ["content.few_abbreviations"] and 'hx-swap-oob="outerHTML"' in html
    html = client_in.post(path, {**data, "mend": "content.few_abbreviations"}).content.decode()
    assert text_of(html) == "Acme: great gift for you “x”" and 'id="checks"' not in html


def test_replies_to_keywords_have_rules_of_their_own(client_in: ConsoleClient, number: PhoneNumber) -> None:
    path = client_in.path(f"phone-numbers/{number.name}/keywords/edit/STOP/")
    html = client_in.get(path).content.decode()
    assert rules(html) == ["replies.stop"] and 'name="reply_to" value="STOP"' in html
    data = {"message_body": "ExampleCorp: bye", "reply_to": "STOP"}
    assert rules(preview(client_in, **data)) == ["replies.stop"]
    html = client_in.post(path, {**data, "mend": "replies.stop"}).content.decode()
    assert text_of(html) == "ExampleCorp: bye. No more messages will be sent." and not rules(html)
    assert Keyword.objects.get(keyword="STOP", phone_number=number).keyword_message != text_of(html)


def test_a_new_keyword_is_known_by_what_is_typed(client_in: ConsoleClient) -> None:
    data = {"message_body": "ExampleCorp: welcome", "reply_to": "", "keyword": "join", "keyword_action": "OPT_IN"}
    assert rules(preview(client_in, **data)) == ["content.opt_out_in_promotions"]


def test_the_check_of_a_bulk_send_sums_up(client_in: ConsoleClient, caller: Any, night: Any) -> None:
    night.advance(hours=8)  # 02:00 in Seattle
    number_of_type(caller, "SHORT_CODE")
    row = checked(caller, "phone,name\n+12065550101,casino\n+12065550102,Ann\n", "Acme: hi {{name}}")
    html = client_in.get(client_in.path(f"bulk-sends/{row.bulk_send_id}/")).content.decode()
    assert rules(html) == ["prohibited.categories", "timing.daytime"]
    assert "1 of the first 2 rows" in html and "2 of the first 2 rows" in html
    assert 'name="mend"' not in html


def test_the_check_of_a_bulk_send_knows_who_sends(client_in: ConsoleClient, caller: Any) -> None:
    """A short code's templates are registered, so that a short link is no more than a warning there."""
    number_of_type(caller, "SHORT_CODE")
    row = checked(caller, "phone\n+12065550101\n", "Acme: bit.ly/x")
    html = client_in.get(client_in.path(f"bulk-sends/{row.bulk_send_id}/")).content.decode()
    assert "content.no_free_shorteners" in rules(html) and "short links may stand in a registered template" in html
