"""Support cases: what each needs, what its approval does, who may do what, how the simulated reviewer decides."""

from datetime import timedelta

import pytest

from messaging.errors import Conflict, Denied, Invalid, NotFound
from messaging.models import Keyword, MessageTemplate, Notification, PhoneNumber, RegionalAccount, SenderId
from messaging.operations.phone_numbers import activate_due_numbers
from registrations.models import ReviewMode, SupportCase
from registrations.operations import support_decisions
from registrations.operations.attachments import create_registration_attachment, delete_registration_attachment
from registrations.operations.four_eyes import set_four_eyes
from registrations.operations.support_cases import (
    answer_support_case,
    create_support_case,
    describe_support_cases,
    reply_to_support_case,
    withdraw_support_case,
)
from registrations.operations.support_decisions import decide_support_case
from registrations.operations.support_objections import objections, raisable_quotas
from registrations.operations.support_policies import describe_support_case_policies, set_support_case_policy
from registrations.support_flows import flows
from tests import factories
from tests.media_samples import png

Status = SupportCase.Status
PRODUCTION = "SMS Production Access"
SITE = {
    "site_link": "https://example.com",
    "message_types": "Transactional",
    "sending_region": "us-east-1",
    "countries": "United States",
    "opt_in": "They tick a box.",
    "templates": "Your code is 123456.",
}


def opened(caller, flow="sms_production_access", requests=None, **answers):
    """A case of a kind that asks for it in us-east-1."""
    asked = flows()[flow].request
    if requests is None and asked:
        quota = asked.quotas[0] if asked.quotas else "pools"
        requests = [{"region": "us-east-1", "quota": quota, "new_value": asked.value_default or 1}]
    fields = flows()[flow].fields
    given = {key: value for key, value in SITE.items() if key in fields}
    return create_support_case(
        caller, flow=flow, answers={**given, **answers}, requests=requests or [], description="We send codes."
    )


def approved(caller, row):
    return decide_support_case(caller, case_id=row.case_id, approved=True)


def test_a_case_starts_open_with_its_text_and_its_date(caller, clock) -> None:
    row = opened(caller)
    assert (row.status, row.opened_by) == (Status.OPEN, caller.actor)
    assert row.expected_at - row.created_timestamp == timedelta(hours=24)
    assert [message.body for message in row.messages.all()] == ["We send codes."]
    assert list(describe_support_cases(caller)) == [row]


def test_sms_production_access_moves_the_tier_of_each_region_and_no_limit(sandbox_owner) -> None:
    caller = factories.make_caller(sandbox_owner)
    requests = [{"region": region, "quota": PRODUCTION, "new_value": 1} for region in ("us-east-1", "eu-west-1")]
    row = approved(caller, opened(caller, requests=requests))
    tiers = dict(RegionalAccount.objects.values_list("region", "tier"))
    assert tiers == {"us-east-1": "PRODUCTION", "eu-west-1": "PRODUCTION"}
    sandbox_owner.refresh_from_db()
    assert (sandbox_owner.voice_tier, sandbox_owner.text_spend_limit) == ("SANDBOX", 100_000)
    assert [done["region"] for done in row.granted] == ["us-east-1", "eu-west-1"]


def test_voice_production_access_moves_voice_only(sandbox_owner) -> None:
    caller = factories.make_caller(sandbox_owner)
    row = opened(caller, "voice_production_access")
    assert any("No voice message" in words for words in objections(row))
    approved(caller, row)
    sandbox_owner.refresh_from_db()
    assert (sandbox_owner.voice_tier, sandbox_owner.tier) == ("PRODUCTION", "SANDBOX")


def spend_case(caller, dollars, channel="TEXT"):
    requests = [{"region": "us-east-1", "quota": "Account Spend Threshold Increase", "new_value": dollars}]
    return opened(caller, "spend_limit_increase", requests, channel=channel)


def test_a_higher_spend_limit_is_in_force_and_that_of_text_takes_media_along(sandbox_owner) -> None:
    caller = factories.make_caller(sandbox_owner)
    approved(caller, spend_case(caller, 500))
    sandbox_owner.refresh_from_db()
    assert sandbox_owner.spend_limit("TEXT") == sandbox_owner.spend_limit("MEDIA") == 50_000_000
    approved(caller, spend_case(caller, 70, "VOICE"))
    sandbox_owner.refresh_from_db()
    assert sandbox_owner.spend_limit("VOICE") == 7_000_000
    assert any("500 USD already" in words for words in objections(spend_case(caller, 500)))


def test_quotas_and_rates_are_raised(caller, owner) -> None:
    requests = [
        {"region": "us-east-1", "quota": "pools", "new_value": 40},
        {"region": "us-east-1", "quota": "sms_mps:TOLL_FREE:US", "new_value": 50},
    ]
    approved(caller, opened(caller, "quota_increase", requests))
    owner.refresh_from_db()
    assert owner.quotas == {"pools": 40, "sms_mps:TOLL_FREE:US": 50}


@pytest.mark.parametrize("quota", ["event_destinations", "monthly_spend", "nonsense", "sms_mps:NONSENSE:US"])
def test_a_quota_that_is_not_adjustable_cannot_be_asked_for(caller, quota) -> None:
    with pytest.raises(Invalid) as refused:
        opened(caller, "quota_increase", [{"region": "us-east-1", "quota": quota, "new_value": 900}])
    assert "requests" in refused.value.fields
    assert quota not in dict(raisable_quotas(caller.owner_id))


SHORT_CODE = {
    "iso_country_code": "US",
    "phi": "NO",
    "help_reply": "Example: call +1 206 555 0199 for help.",
    "stop_reply": "Example: you get no more messages.",
    "keywords": "JOIN: Welcome.\nINFO: See example.com",
}


def test_a_short_code_has_the_keywords_of_the_request_and_is_live_weeks_later(caller, clock) -> None:
    """Rules number.short_code_format and keywords:short-code-set."""
    row = approved(caller, opened(caller, "short_code", **SHORT_CODE))
    number = PhoneNumber.objects.get(phone_number_id=row.granted[0]["about"])
    assert (number.number_type, number.status, number.iso_country_code) == ("SHORT_CODE", "PENDING", "US")
    assert number.phone_number.isdigit()
    assert len(number.phone_number) in (5, 6)
    replies = dict(Keyword.objects.filter(phone_number=number).values_list("keyword", "keyword_message"))
    assert replies == {
        "HELP": SHORT_CODE["help_reply"],
        "STOP": SHORT_CODE["stop_reply"],
        "JOIN": "Welcome.",
        "INFO": "See example.com",
    }
    clock.advance(days=90)
    assert activate_due_numbers() == 1
    number.refresh_from_db()
    assert number.status == "ACTIVE"


def test_a_refused_step_of_an_approval_undoes_all_of_it(caller) -> None:
    row = opened(caller, "short_code", **{**SHORT_CODE, "keywords": "no colon here"})
    with pytest.raises(Invalid, match="no colon"):
        approved(caller, row)
    row.refresh_from_db()
    assert (row.status, PhoneNumber.objects.count()) == (Status.OPEN, 0)


def test_a_long_code_is_added_except_where_none_are_given(caller) -> None:
    row = approved(caller, opened(caller, "long_code", iso_country_code="CA"))
    assert PhoneNumber.objects.get(phone_number_id=row.granted[0]["about"]).number_type == "LONG_CODE"
    assert objections(opened(caller, "long_code", iso_country_code="US"))


def company(**changes):
    given = {key: "x" for key, field in flows()["sender_id"].fields.items() if field.required}
    return {**given, "message_types": "Transactional", **changes}


def test_a_sender_id_is_added_as_registered(caller) -> None:
    approved(caller, opened(caller, "sender_id", **company(sender_ids="MYSHOP", iso_country_code="GB")))
    assert SenderId.objects.get(sender_id="MYSHOP").registered
    wrong = opened(caller, "sender_id", **company(sender_ids="MYSHOP", iso_country_code="SG"))
    assert any("Singapore" in words for words in objections(wrong))


def test_india_ties_sender_id_entity_and_templates_to_the_account(caller) -> None:
    answers = {
        "sender_ids": "MYSHOP",
        "company_name": "My Shop",
        "entity_id": "1101000000000000001",
        "registered_templates": "1107000000000000001: Your code is {#var#}.",
        "messages_per_month": "100",
        "recipient_opt_in": "They tick a box.",
        "opt_outs_managed": "yes",
    }
    requests = [{"region": "us-east-1", "quota": "Transactional", "new_value": 1}]
    approved(caller, opened(caller, "india_sender_id", requests, **answers))
    assert SenderId.objects.get(iso_country_code="IN").registered
    template = MessageTemplate.objects.get()
    assert (template.entity_id, template.template_id) == ("1101000000000000001", "1107000000000000001")


def test_china_registers_templates(caller) -> None:
    approved(caller, opened(caller, "china_template", registered_templates="Code {#var#}.\nHello."))
    assert MessageTemplate.objects.filter(iso_country_code="CN").count() == 2


def test_required_fields_and_unknown_ones_are_refused(caller) -> None:
    with pytest.raises(Invalid) as refused:
        create_support_case(
            caller,
            flow="short_code",
            answers={"phi": "MAYBE", "iso_country_code": "XX"},
            requests=[],
            description="x",
        )
    assert {"phi", "iso_country_code", "help_reply", "stop_reply"} == set(refused.value.fields)
    with pytest.raises(Invalid):
        opened(caller, unheard_of="x")
    with pytest.raises(Invalid):
        create_support_case(caller, flow="unheard_of", answers={}, description="x")
    with pytest.raises(Invalid) as refused:
        opened(caller, requests=[{"region": "mars-1", "quota": PRODUCTION, "new_value": 1}])
    assert "mars-1" in str(refused.value)


def test_the_talk_goes_back_and_forth_and_a_refused_case_opens_again(caller, clock) -> None:
    row = opened(caller)
    answer_support_case(caller, case_id=row.case_id, message="Which site?")
    row.refresh_from_db()
    assert (row.status, row.due_at) == (Status.PENDING_CUSTOMER_ACTION, None)
    clock.advance(hours=30)
    assert support_decisions.cases_due() == 0
    reply_to_support_case(caller, case_id=row.case_id, message="example.com")
    row = decide_support_case(caller, case_id=row.case_id, approved=False, message="No opt-in.")
    assert row.status == Status.REFUSED
    row = reply_to_support_case(caller, case_id=row.case_id, message="Now there is one.")
    assert (row.status, row.decided_by) == (Status.OPEN, "")
    row = approved(caller, row)
    assert [message.by_reviewer for message in row.messages.all()] == [False, True, False, True, False, True]
    for call in (reply_to_support_case, answer_support_case):
        with pytest.raises(Conflict):
            call(caller, case_id=row.case_id, message="More.")
    with pytest.raises(Conflict):
        withdraw_support_case(caller, case_id=row.case_id)
    with pytest.raises(Conflict):
        approved(caller, row)


def test_a_withdrawn_case_is_decided_by_nobody(caller, clock) -> None:
    row = withdraw_support_case(caller, case_id=opened(caller).case_id)
    clock.advance(days=2)
    assert support_decisions.cases_due() == 0
    with pytest.raises(Conflict):
        approved(caller, row)


def test_a_refusal_needs_words_and_so_does_an_answer_about_a_rejection(caller) -> None:
    with pytest.raises(Invalid):
        decide_support_case(caller, case_id=opened(caller).case_id, approved=False)
    query = opened(caller, "ten_dlc_rejection_query", registration_id="registration-1")
    with pytest.raises(Invalid):
        approved(caller, query)


def test_the_simulated_reviewer_decides_after_the_documented_wait(sandbox_owner, clock) -> None:
    caller = factories.make_caller(sandbox_owner)
    good, bad = opened(caller), opened(caller, "voice_production_access")
    clock.advance(hours=23)
    assert support_decisions.cases_due() == 0
    clock.advance(hours=2)
    assert support_decisions.cases_due() == 2
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, good.decided_how, bad.status) == (Status.APPROVED, "AUTOMATIC", Status.REFUSED)
    assert "No voice message" in bad.messages.last().body
    titles = set(Notification.objects.values_list("title", flat=True))
    assert len(titles) == 2


def test_a_script_refuses_the_first_and_a_person_decides_the_rest(caller, clock) -> None:
    script = [{"outcome": "DENY", "note": "Not this time."}]
    set_support_case_policy(caller, flow="quota_increase", mode=ReviewMode.SCRIPTED, wait_seconds=60, script=script)
    first, second = opened(caller, "quota_increase"), opened(caller, "quota_increase")
    clock.advance(minutes=2)
    support_decisions.cases_due()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Status.REFUSED, Status.APPROVED)
    assert first.messages.last().body == "Not this time."
    third = opened(caller, "quota_increase")
    set_support_case_policy(caller, flow="quota_increase", mode=ReviewMode.MANUAL)
    third.refresh_from_db()
    assert third.due_at is None
    assert len(describe_support_case_policies(caller)) == len(flows())
    with pytest.raises(Invalid):
        set_support_case_policy(caller, flow="quota_increase", mode="NONSENSE")


def test_what_cannot_be_granted_is_refused_with_its_reason(caller, clock) -> None:
    row = opened(caller, "short_code", **{**SHORT_CODE, "keywords": "no colon here"})
    clock.advance(days=2)
    support_decisions.cases_due()
    row.refresh_from_db()
    assert row.status == Status.REFUSED
    assert "no colon" in row.messages.last().body


def test_nobody_decides_on_their_own_case_while_four_eyes_holds(caller, owner) -> None:
    set_four_eyes(caller, four_eyes=True)
    row = opened(caller, "quota_increase")
    with pytest.raises(Denied):
        approved(caller, row)
    other = factories.make_caller(owner, "REVIEWER", actor="user:rita")
    assert approved(other, row).four_eyes
    set_four_eyes(caller, four_eyes=False)
    assert not approved(caller, opened(caller, "quota_increase")).four_eyes


def test_operators_open_and_reviewers_decide(caller_as) -> None:
    operator, reviewer, viewer = caller_as("OPERATOR"), caller_as("REVIEWER", actor="user:rita"), caller_as("VIEWER")
    row = opened(operator, "quota_increase")
    for who in (reviewer, viewer):
        with pytest.raises(Denied):
            opened(who, "quota_increase")
        with pytest.raises(Denied):
            reply_to_support_case(who, case_id=row.case_id, message="x")
        with pytest.raises(Denied):
            withdraw_support_case(who, case_id=row.case_id)
    for who in (operator, viewer):
        with pytest.raises(Denied):
            answer_support_case(who, case_id=row.case_id, message="x")
        with pytest.raises(Denied):
            approved(who, row)
    with pytest.raises(Denied):
        set_support_case_policy(reviewer, flow="quota_increase", mode="MANUAL")
    answer_support_case(reviewer, case_id=row.case_id, message="Why?")
    assert approved(reviewer, row).status == Status.APPROVED


def test_the_case_of_another_account_does_not_exist(caller, other_owner) -> None:
    row = opened(caller)
    with pytest.raises(NotFound):
        approved(factories.make_caller(other_owner), row)


def test_a_case_keeps_its_files(caller) -> None:
    file = create_registration_attachment(caller, attachment_body=png(), said_name="form.png", said_type="image/png")
    name = file.registration_attachment_id
    row = opened(caller)
    reply_to_support_case(caller, case_id=row.case_id, message="Here.", registration_attachment_ids=[name])
    assert [kept.registration_attachment_id for kept in row.messages.last().attachments.all()] == [name]
    with pytest.raises(Conflict):
        delete_registration_attachment(caller, registration_attachment_id=name)
