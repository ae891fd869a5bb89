"""Content help: every rule of the best practices that a machine can check, with a text that keeps it and one that does
not. The ids are those of the table of best practices.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from messaging import advice
from messaging.advice import Advice, Subject, advice_on, mended
from messaging.advice.bulk import long_code_volume, summed, throughput
from messaging.advice.links import links
from messaging.advice.model import TABLES
from messaging.reference import opt_out_keywords

NIGHT_IN_BERLIN = datetime(2026, 1, 14, 2, 0, tzinfo=UTC)  # 03:00, a Wednesday
NOON_IN_BERLIN = datetime(2026, 1, 14, 11, 0, tzinfo=UTC)
BERLIN, LONG_URL = "+4915112345678", "https://go.example.com/" + "a" * 60
LONG = "ExampleCorp Alerts: " + "your parcel is on its way. " * 6

# rule id -> (what breaks it, what keeps it); texts, or what is known of one
CASES: dict[str, tuple[list[Any], list[Any]]] = {
    "content.identify_sender": (
        [
            "Your account was opened on a new device. Reply Y to confirm.",
            "Your code: 123456",
            "Save with a great deal today: see x",
            {"text": "OtherCorp: hello", "name": "ExampleCorp"},
            {"text": "Your place is booked", "name": "ACE"},
            "Meeting at 10:30",
        ],
        [
            "ExampleCorp Alerts: your account was opened on a new device. Reply Y to confirm, STOP to opt out.",
            "[ExampleCorp] 123456 is your code",
            {"text": "ExampleCorp wishes a good day", "name": "ExampleCorp"},
            {"text": "Example Corp: hello", "name": "EXAMPLECORP"},
            "ACME:123456 is your code",
        ],
    ),
    "content.not_person_to_person": (
        ["Hi, this is Jane. Did you see our sale?", "Hello, Jane here", "hey it’s Tom"],
        ["ExampleCorp Offers: the sale has begun.", "Hi, this is your parcel service", "ExampleCorp: this is Jane"],
    ),
    "content.no_currency_symbols": (
        ["Save big $$$ on your next repair", "€€", "It costs $5"],
        ["Your policy gives discounts at 2300 repair shops."],
    ),
    "content.no_too_good_offers": (
        ["FREE  money inside", "a risk-free plan", "You have\nwon"],
        ["a plan without risk", "money back"],
    ),
    "content.gsm_only": (["Acme: 5 ① left", "Привет"], ["Acme: caffè für 5 €", "Widget®"]),
    "content.trademark_symbols": (["Widget®", "Acme™", "© Acme"], ["Widget(R)"]),
    "content.typographic_replacements": (["“Sale” – today…", "It’s here"], ['"Sale" - today...', "It's here"]),
    "content.length_parts": ([LONG, "a" * 1530], ["a" * 160, "a" * 1531]),
    "content.mms_length": ([{"text": "a" * 1601, "channel": "MMS"}], [{"text": "a" * 1600, "channel": "MMS"}]),
    "content.links_work": (
        ["See http://localhost/a", "See https://wiki.internal/x", "http://10.0.0.1/", "https://exa mple", "http://a.com:x",
         "http://a.com:0/", "http://a.com:65536/"],
        ["See https://example.com/a?b=c.", "example.com/a", "no link", "https://8.8.8.8/", "at 3.30",
         "https://a.com:65535/"],
    ),
    "content.no_free_shorteners": (
        ["Go to https://tinyurl.com/abc123 today", "bit.ly/x", "WWW.BIT.LY/x"],
        ["See https://go.example.com/abc123", "https://bit.ly.example.com/x", "mail me@bit.ly"],
    ),
    "content.dedicated_link_domain": ([f"See {LONG_URL}"], ["See https://go.example.com/a"]),
    "content.url_not_split": (
        ["a" * 140 + " https://go.example.com/abc " + "b" * 20],
        ["https://go.example.com/abc " + "a" * 150, "a" * 120 + " https://go.example.com/abc"],
    ),
    "content.few_abbreviations": (
        ["Get a gr8 deal when u buy a 4-pack 2day", "THX, PLS come"],
        ["ExampleCorp Alerts: a deal on 4-packs today.", "thx for coming", "U.S. and u.s. offers, u.com"],
    ),
    "content.opt_out_in_promotions": (
        [
            {"text": "ExampleCorp Offers: 20% off.", "message_type": "PROMOTIONAL"},
            {"text": "Acme: stop by before the end", "message_type": "PROMOTIONAL"},
        ],
        [
            {"text": "ExampleCorp Offers: 20% off. Text STOP to opt out.", "message_type": "PROMOTIONAL"},
            {"text": "Acme: soldes. ARRET au 36111", "message_type": "PROMOTIONAL"},
            {"text": "Acme: reply stop to end", "message_type": "PROMOTIONAL"},
            {"text": "ExampleCorp Offers: 20% off.", "message_type": "TRANSACTIONAL"},
        ],
    ),
    "prohibited.categories": (
        ["Acme Casinos: play now", "a payday  loan", "verify your password", "VAPE"],
        ["Acme: your table is booked", "Therapist", "Vapeur", "Casinova"],
    ),
    "permission.opt_in_message_contents": (
        ["Text YES to join ExampleCorp alerts.", "Reply Y to receive news. " + "a" * 150],
        [
            "Text YES to join ExampleCorp alerts. 2 msgs/month. Msg & data rates may apply."
            " Reply HELP for help, STOP to cancel.",
            "Reply Y to confirm.",
        ],
    ),
    "lists.audit": (
        ["You're subscribed to ExampleCorp alerts."],
        [
            "You're subscribed to ExampleCorp alerts. Msg & data rates may apply."
            " Reply HELP for help, STOP to unsubscribe."
        ],
    ),
    "lists.validate_numbers": (
        [{"text": "Hi", "destination": "+442071234567"}, {"text": "Hi", "destination": "+4912"}],
        [{"text": "Hi", "destination": BERLIN}, {"text": "Hi", "destination": "+14254147755"}, {"text": "Hi"}],
    ),
    "timing.daytime": (
        [
            {"text": "Hi", "destination": BERLIN, "at": NIGHT_IN_BERLIN},
            {"text": "Your 2026 offer", "destination": BERLIN, "at": NIGHT_IN_BERLIN},
            {
                "text": "Acme: code 2026 takes 20% off",
                "destination": BERLIN,
                "at": NIGHT_IN_BERLIN,
                "message_type": "PROMOTIONAL",
            },
            {"text": "Hi", "destination": BERLIN, "at": NOON_IN_BERLIN.replace(hour=19)},
        ],
        [
            {"text": "Hi", "destination": BERLIN, "at": NOON_IN_BERLIN},
            {"text": "Hi", "destination": BERLIN, "at": NOON_IN_BERLIN.replace(hour=8)},
            {"text": "Acme: 123456 is your code", "destination": BERLIN, "at": NIGHT_IN_BERLIN},
            {"text": "Hi", "destination": "+14254147755", "at": NIGHT_IN_BERLIN},
            {"text": "Hi", "destination": BERLIN},
        ],
    ),
    "voice.hours": (
        [
            {"text": "Hi", "channel": "VOICE", "destination": BERLIN, "at": NIGHT_IN_BERLIN},
            {"text": "Hi", "channel": "VOICE", "destination": BERLIN, "at": NOON_IN_BERLIN.replace(day=18)},
        ],
        [{"text": "Hi", "channel": "VOICE", "destination": BERLIN, "at": NOON_IN_BERLIN}],
    ),
    "voice.known_country": (
        [{"text": "Hi", "channel": "VOICE", "destination": "+18765551234"}],
        [
            {"text": "Hi", "channel": "VOICE", "destination": "+12065550100"},
            {"text": "Hi", "channel": "VOICE", "destination": "+16135550100"},
        ],
    ),
    "replies.help": (
        [
            {"text": "For help with your account, contact (206) 555-0199.", "reply_to": "HELP"},
            {
                "text": "call 425-555-0199 or text END to quit. Msg & data rates may apply. Reply STOP to cancel.",
                "reply_to": "HELP",
            },
            {"text": "ExampleCorp: ask us. Msg & data rates may apply. Reply STOP to cancel.", "reply_to": "HELP"},
        ],
        [
            {
                "text": "HELP: ExampleCorp alerts: email help@example.com or call 425-555-0199. 2 msgs/month."
                " Msg & data rates may apply. Reply STOP to cancel.",
                "reply_to": "HELP",
            },
            {"text": "Ask us", "reply_to": "INFO"},
        ],
    ),
    "replies.stop": (
        [
            {"text": "You are now opted out and will no longer receive messages.", "reply_to": "STOP"},
            {"text": "ExampleCorp: bye.", "reply_to": "STOP"},
        ],
        [
            {
                "text": "You're unsubscribed from ExampleCorp alerts. No more messages will be sent."
                " Reply HELP, email help@example.com, or call 425-555-0199 for more info.",
                "reply_to": "STOP",
            },
            {"text": "Bye", "reply_to": "STOP", "originator_type": "TOLL_FREE"},
        ],
    ),
    "replies.toll_free_fixed": (
        [{"text": "Bye", "reply_to": "STOP", "originator_type": "TOLL_FREE"}],
        [
            {"text": "Bye", "reply_to": "STOP", "originator_type": "TEN_DLC"},
            {"text": "Bye", "reply_to": "MENU", "originator_type": "TOLL_FREE"},
        ],
    ),
}  # fmt: skip


def advice_for(text: str, **known: Any) -> list[Advice]:
    return advice_on(Subject(text, **known))


def subject(case: Any) -> Subject:
    fields = {"text": case} if isinstance(case, str) else dict(case)
    return Subject(**fields, is_reply="reply_to" in fields)


def rules_of(case: Any) -> set[str]:
    return {one.rule_id for one in advice_on(subject(case))}


def _cases(which: int) -> list[tuple[str, Any]]:
    return [(rule, case) for rule, cases in CASES.items() for case in cases[which]]


def test_every_rule_of_the_table_has_a_case() -> None:
    of_many = {"timing.throughput", "originators.long_code_volume"}
    assert set(CASES) | of_many == set(TABLES["rules"])


@pytest.mark.parametrize(("rule", "case"), _cases(0))
def test_says_what_breaks_a_rule(rule: str, case: Any) -> None:
    found = [one for one in advice_on(subject(case)) if one.rule_id == rule]
    assert found
    for one in found:
        assert one.rule and one.why and one.mend and one.documentation_title
        assert (one.start is None) == (one.end is None)


@pytest.mark.parametrize(("rule", "case"), _cases(1))
def test_says_nothing_of_what_keeps_a_rule(rule: str, case: Any) -> None:
    assert rule not in rules_of(case)


def test_points_at_the_place() -> None:
    text = "ExampleCorp: go to https://tinyurl.com/abc123, and to our casino"
    shorteners, casino = sorted(advice_for(text), key=lambda one: one.start or 0)
    assert text[shorteners.start : shorteners.end] == shorteners.found == "https://tinyurl.com/abc123"
    assert text[casino.start : casino.end] == casino.found == "casino"


def test_the_gravest_comes_first() -> None:
    found = [one.severity for one in advice_for("casino for $5, gr8 4u")]
    assert found == sorted(found, key=["error", "warning", "info"].index)
    assert set(found) == {"error", "warning", "info"}


def test_short_links_may_stand_in_the_registered_templates_of_some_originators() -> None:
    severity = {
        kind: next(one.severity for one in advice_for("A: bit.ly/x", originator_type=kind))
        for kind in ("TEN_DLC", "SHORT_CODE", "TOLL_FREE", "")
    }
    assert severity == {"TEN_DLC": "warning", "SHORT_CODE": "warning", "TOLL_FREE": "error", "": "error"}


def test_a_script_that_gsm_does_not_have_is_only_a_hint() -> None:
    by_rule = {one.rule_id: one for one in advice_for("Акме: привет")}
    assert by_rule["content.gsm_only"].severity == "info"
    assert by_rule["content.gsm_only"].change == ""


def test_more_than_three_parts_could_be_an_mms() -> None:
    assert not any("MMS" in one.mend for one in advice_for("a" * 459))
    for known in ({}, {"destination": "+12065550101"}):
        assert any("MMS" in one.mend for one in advice_for("a" * 460, **known))


@pytest.mark.parametrize("known", [{"destination": BERLIN}, {"is_reply": True}])
def test_where_no_mms_goes_a_long_text_can_only_be_shortened(known: dict[str, Any]) -> None:
    (found,) = [one for one in advice_for("a" * 460, **known) if one.rule_id == "content.length_parts"]
    assert "MMS" not in found.mend and "Shorten" in found.mend


def test_a_country_is_called_by_its_name_in_the_language_of_the_page() -> None:
    about = Subject("Hi", channel="VOICE", destination="+18765551234")
    said = {}
    for language in ("en", "es"):
        with translation.override(language):
            said[language] = " ".join(one.rule for one in advice_on(about))
    assert "Jamaica" in said["en"] and "Jamaica" in said["es"]
    with translation.override("es"):
        about = replace(about, destination="+18095551234")
        assert any("República Dominicana" in one.rule for one in advice_on(about))


def test_night_in_some_zones_of_a_number_is_a_hint() -> None:
    morning_in_new_york = datetime(2026, 1, 14, 15, 0, tzinfo=UTC)  # 05:00 in Honolulu
    (found,) = [
        one
        for one in advice_for("A: hi", destination="+18005550123", at=morning_in_new_york)
        if one.rule_id == "timing.daytime"
    ]
    assert found.severity == "info"


def test_an_opt_in_reply_tells_the_way_out() -> None:
    reply = Subject("ExampleCorp: welcome!", is_reply=True, reply_to="JOIN", reply_action="OPT_IN")
    assert "content.opt_out_in_promotions" in {one.rule_id for one in advice_on(reply)}
    after = mended(reply, "content.opt_out_in_promotions")
    assert after == "ExampleCorp: welcome! Reply STOP to opt out."


MENDED = [
    ("content.opt_out_in_promotions", Subject("Acme: 20% off", message_type="PROMOTIONAL"),
     "Acme: 20% off. Reply STOP to opt out."),
    ("content.opt_out_in_promotions", Subject("Acme: see acme.com/x", message_type="PROMOTIONAL"),
     "Acme: see acme.com/x Reply STOP to opt out."),
    ("content.identify_sender", Subject("your parcel came", name="ACME"), "ACME: your parcel came"),
    ("content.no_currency_symbols", Subject("Acme: save $$$ now, $5 each"), "Acme: save now, $5 each"),
    ("content.few_abbreviations", Subject("Acme: Thx, a gr8 gift 4u"), "Acme: Thanks, a great gift for you"),
    ("content.trademark_symbols", Subject("Acme® “x”"), "Acme(R) “x”"),
    ("content.typographic_replacements", Subject("Acme® “x”"), 'Acme® "x"'),
    ("content.gsm_only", Subject("Acme® “x”"), 'Acme(R) "x"'),
    ("replies.stop", Subject("ExampleCorp: bye", is_reply=True, reply_to="STOP"),
     "ExampleCorp: bye. No more messages will be sent."),
    ("replies.help", Subject("ExampleCorp: help@example.com", is_reply=True, reply_to="HELP"),
     "ExampleCorp: help@example.com Msg & data rates may apply. Reply STOP to cancel."),
    ("permission.opt_in_message_contents", Subject("Text YES to join Acme alerts. 2 msgs/month"),
     "Text YES to join Acme alerts. 2 msgs/month. Msg & data rates may apply."
     " Reply HELP for help. Reply STOP to cancel."),
    ("lists.audit", Subject("You are subscribed to Acme. Rates may apply. Reply HELP or STOP."),
     "You are subscribed to Acme. Rates may apply. Reply HELP or STOP."),
    ("no.such_rule", Subject("Acme"), "Acme"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "about", "after"), MENDED)
def test_a_button_writes_the_text_that_keeps_the_rule(rule: str, about: Subject, after: str) -> None:
    assert mended(about, rule) == after
    assert mended(replace(about, text=after), rule) == after, "a second press changes nothing"


def test_what_a_button_offers_ends_the_advice() -> None:
    """Where only the sentence was missing."""
    ended = set()
    for rule, about, after in MENDED:
        before = {one.rule_id for one in advice_on(about) if one.change}
        if rule in before:
            ended.add(rule)
            left = {one.rule_id for one in advice_on(replace(about, text=after)) if one.change}
            assert rule not in left, rule
    assert {"content.opt_out_in_promotions", "content.identify_sender", "replies.help", "replies.stop"} <= ended


def test_links_are_cut_free_of_the_sentence() -> None:
    assert [link.url for link in links("See (https://a.example/b), or www.example.com. Mail x@example.com!")] == [
        "https://a.example/b",
        "www.example.com",
    ]


def test_a_blank_text_gets_no_advice() -> None:
    assert advice_for("") == advice_for(" \n") == []


def test_only_the_beginning_of_an_endless_text_is_looked_at() -> None:
    text = "Acme: " + "a" * 5_000 + " casino $$$"
    assert "prohibited.categories" not in rules_of(text)
    assert mended(Subject(text), "content.no_currency_symbols") == text


def test_every_opt_out_keyword_is_a_way_out() -> None:
    for word in opt_out_keywords():
        assert "content.opt_out_in_promotions" not in rules_of({"text": f"A: {word}", "message_type": "PROMOTIONAL"})


def test_advice_on_many_rows_is_summed_up() -> None:
    rows = [advice_for("Acme: casino"), advice_for("Acme: gr8 4u, gr8"), advice_for("Acme: gr8 deal 2day")]
    assert [(one.advice.rule_id, one.rows) for one in summed(rows)] == [
        ("prohibited.categories", 1),
        ("content.few_abbreviations", 2),
    ]


@pytest.mark.parametrize(("hours", "expected"), [(7, 0), (9, 1), (48, 1)])  # it is noon in Berlin, and day until 20:00
def test_timing_throughput_a_long_send_may_run_into_the_night(hours: int, expected: int) -> None:
    about = Subject("Acme: hi", destination=BERLIN, at=NOON_IN_BERLIN)
    assert len(list(throughput(about, timedelta(hours=hours)))) == expected
    assert not list(throughput(Subject("A: 123456 is your code", destination=BERLIN, at=NOON_IN_BERLIN), timedelta(9)))
    assert not list(throughput(Subject("A: hi", destination=BERLIN, at=NIGHT_IN_BERLIN), timedelta(hours=1)))


def test_originators_long_code_volume_counts_by_number() -> None:
    (found,) = long_code_volume({"+4915112345678": 200, "+4915112345679": 199})
    assert found.rule_id == "originators.long_code_volume" and "+4915112345678" in found.rule
    assert found.severity == "info" and found.documentation_title == "Long codes"


PIECES = st.sampled_from(
    ["http://", "https://[", "[", "::1]", "bit.ly/", "@", ":", ".", "$$", "gr8 ", "Reply STOP", "HELP:", "Hi, this is ",
     "\U0001f600", "\ud800", "®", "\u2019", "casino", "ſ", "2nıte ", "K", "İ", "a" * 200, "\x00", "%", "{", " "]
)  # fmt: skip


@given(
    text=st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=12).map("".join)),
    channel=st.sampled_from(["SMS", "MMS", "VOICE"]),
    destination=st.one_of(st.text(max_size=12), st.from_regex(r"\A\+?[1-9][0-9]{1,18}\Z")),
    name=st.text(max_size=11),
    reply_to=st.sampled_from(["", "HELP", "STOP", "MENU"]),
    is_reply=st.booleans(),
)
def test_never_raises_and_never_points_outside(is_reply: bool, **fields: Any) -> None:
    about = Subject(
        **fields, is_reply=is_reply, message_type="PROMOTIONAL", originator_type="TOLL_FREE", at=NIGHT_IN_BERLIN
    )
    for one in advice_on(about):
        if one.start is not None and one.end is not None:
            assert 0 <= one.start < one.end <= len(about.text)
        assert one.documentation_title
    for rule in TABLES["rules"]:
        assert isinstance(mended(about, rule), str)


def test_tables_name_where_they_come_from() -> None:
    assert "Ours" in TABLES["source"] and "industry" in TABLES["source"]
    assert advice.OF_REPLY
