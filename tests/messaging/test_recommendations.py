"""The decision trees of choosing an originator: every path, every country."""

import pytest

from messaging.operations.offers import offer, offers
from messaging.operations.recommendations import ANSWERS, FACTS, NAMES, QUESTIONS, WHY, choose, why_unfit
from messaging.reference import countries
from messaging.text.tables import document

TREE = document("originator_choice.json")
MPS = [("1", "TOLL_FREE"), ("3", "TOLL_FREE"), ("4", "TEN_DLC"), ("10", "TEN_DLC"), ("75", "TEN_DLC")] + [
    ("76", "SHORT_CODE"),
    ("100", "SHORT_CODE"),
    ("5000", "SHORT_CODE"),
]


def path(choice):
    return [(step.id, step.answer) for step in choice.steps]


@pytest.mark.parametrize("two_way", [False, True])
@pytest.mark.parametrize(("mps", "expected"), MPS)
@pytest.mark.parametrize("country", ["US", "PR", "VI", "GU"])
def test_the_united_states_go_by_rate(country, mps, expected, two_way):
    choice = choose(country, two_way=two_way, answers={"mps": mps})
    assert choice.recommendation == expected
    assert choice.steps[-1].id == ("two_way.3" if two_way else "one_way.2")
    assert (
        choice.also == {"TOLL_FREE": ("TEN_DLC", "SHORT_CODE"), "TEN_DLC": ("SHORT_CODE",), "SHORT_CODE": ()}[expected]
    )


@pytest.mark.parametrize(
    ("country", "same", "expected", "ends"),
    [
        ("GB", "yes", "SENDER_ID", "one_way.5"),
        ("AU", "yes", "SENDER_ID_REGISTERED", "one_way.5"),
        ("IN", "yes", "SENDER_ID_REGISTERED", "one_way.5"),
        ("IN", "no", "SHARED_ILDO", "one_way.6"),
        ("GB", "no", "SHARED", "one_way.6"),
        ("CA", "yes", "SHORT_CODE", "one_way.7"),
    ],
)
def test_one_way_elsewhere(country, same, expected, ends):
    choice = choose(country, two_way=False, answers={"same_originator": same})
    assert (choice.recommendation, choice.steps[-1].id, choice.one_way_only) == (expected, ends, False)


def test_countries_without_sender_ids_and_short_codes_take_what_is_left():
    left = [c for c in countries().values() if c.sender_id == "no" and not c.short_codes and c.iso2 != "US"]
    elsewhere = [c for c in left if not FACTS["united_states"](c)]
    assert elsewhere
    for country in elsewhere:
        choice = choose(country.iso2, two_way=False, answers={"same_originator": "yes"})
        assert choice.steps[-1].id == "one_way.8"
        assert choice.recommendation == ("LONG_CODE" if country.long_codes == "yes" else "SHARED")


def test_two_way_elsewhere():
    for country in countries().values():
        if FACTS["united_states"](country):
            continue
        choice = choose(country.iso2, two_way=True, answers={"same_originator": "yes"})
        assert choice.one_way_only == (not country.two_way_sms)
        if country.two_way_sms:
            assert choice.recommendation == ("SHORT_CODE" if country.short_codes else "LONG_CODE")
        else:
            assert choice.steps[0].answer == "no" and choice.steps[1].id == "one_way.1"


def test_what_a_person_must_answer_is_asked():
    assert choose("US", two_way=False, answers={}).asks == "mps"
    assert choose("GB", two_way=False, answers={}).asks == "same_originator"
    assert choose("GB", two_way=True, answers={}).asks == ""
    for given in ("0", "-1", "x", "1.5", "9999999"):
        assert choose("US", two_way=True, answers={"mps": given}).asks == "mps"
    assert choose("GB", two_way=False, answers={"same_originator": "perhaps"}).asks == "same_originator"


def test_shared_routes_are_not_promised_where_there_are_none():
    china = choose("CN", two_way=False, answers={"same_originator": "no"})
    assert (china.recommendation, china.available) == ("SHARED", False)
    assert choose("GB", two_way=False, answers={"same_originator": "no"}).available


def test_every_path_is_walked_by_some_country():
    walked = set()
    for code in countries():
        for two_way in (False, True):
            for same in ("yes", "no"):
                for mps in ("1", "20", "200"):
                    walked |= set(path(choose(code, two_way=two_way, answers={"mps": mps, "same_originator": same})))
    drawn = {(id_, answer) for id_, question in TREE["questions"].items() for answer in question["answers"]}
    assert walked == drawn


def test_the_tree_and_its_words_name_the_same_things():
    subjects, whys, names, answers = set(), set(), set(), set()
    for question in TREE["questions"].values():
        subjects.add(question.get("fact") or question["asks"])
        answers |= set(question["answers"])
        for leads in question["answers"].values():
            assert ("next" in leads) != ("recommend" in leads)
            if "recommend" in leads:
                whys.add(leads["why"])
                names |= {leads["recommend"], *leads["also"]}
    assert subjects == set(QUESTIONS) and answers == set(ANSWERS) and whys == set(WHY)
    assert names | {"SIMULATOR"} == set(NAMES)
    assert {question["fact"] for question in TREE["questions"].values() if "fact" in question} == set(FACTS)


def test_a_recommendation_that_can_be_requested_is_an_offer():
    for code in countries():
        choice = choose(code, two_way=False, answers={"mps": "1", "same_originator": "yes"})
        assert choice.type == "" or offer(choice.type, code) is not None


def test_what_does_not_fit_says_why():
    by_type = {found.type: found for found in offers("GB")}
    assert str(why_unfit(by_type["SENDER_ID"], capabilities=["SMS"], two_way=True)) == "Sender IDs cannot receive."
    assert why_unfit(by_type["SENDER_ID"], capabilities=["SMS"], two_way=False) == ""
    assert str(why_unfit(by_type["LONG_CODE"], capabilities=["SMS"], two_way=False)) == "It carries no SMS."
    assert str(why_unfit(by_type["SENDER_ID"], capabilities=["VOICE"], two_way=False)) == "It carries no voice."
    assert "United States" in str(why_unfit(by_type["TOLL_FREE"], capabilities=["SMS"], two_way=False))
    simulator = offer("SIMULATOR", "US")
    assert why_unfit(simulator, capabilities=["SMS", "MMS"], two_way=True) == ""
