"""The checks before submission: what each finds, where, and that a good form has no findings."""

import pytest

from registrations import checks
from registrations.checks import CHECKS, Severity
from registrations.checks.findings import domain, links
from registrations.definitions import ATTACHMENT, registration_types
from registrations.operations.checking import check_registration
from registrations.operations.field_checks import text_problem
from registrations.reasons import reasons
from tests.registrations.forms import BRAND, CAMPAIGN, SINGAPORE, TOLL_FREE, associate, complete, make_registration

BRAND_ANSWERS = {p: (f.example,) for p, f in registration_types()[BRAND].fields.items() if f.example}
LONG = "Customers of Example Outfitters tick an unticked box to get texts. " * 2


def run(name, brand=BRAND_ANSWERS, **changes):
    """(check, field) of everything found in a form that is good but for the changes, and the findings themselves."""
    fields = registration_types()[name].fields
    answers = {
        path: (field.example,) for path, field in fields.items() if field.field_type != ATTACHMENT and field.example
    }
    answers |= {path.replace("__", "."): (value,) for path, value in changes.items()}
    return checks.run(registration_types()[name], answers, brand if name == CAMPAIGN else {})


@pytest.mark.parametrize("name", [TOLL_FREE, BRAND, CAMPAIGN, SINGAPORE])
def test_a_good_form_has_no_findings(name):
    assert not [(finding.check, str(finding.why)) for finding in run(name)]


SAMPLE, OPT_IN = "messageSamples__messageSample1", "campaignInfo__optInWorkflow"
NAME = "companyInfo.companyName"
SAME = registration_types()[TOLL_FREE].fields["messageSamples.messageSample1"].example
FULL = registration_types()[CAMPAIGN].fields["campaignInfo.optInWorkflow"].example
ONLY = {f"messageSamples__messageSample{number}": "" for number in range(2, 6)}
# (check, type, what is wrong, where it is found, the published reason)
CASES = [
    ("free_mail_domain", BRAND, {"contactInfo__supportEmail": "outfitters@gmail.com"}, "contactInfo.supportEmail", ""),
    (
        "free_mail_domain", TOLL_FREE, {"contactInfo__supportEmail": "x@outlook.com"}, "contactInfo.supportEmail",
        "INVALID_BUSINESS_CONNECTION",
    ),
    ("website_matches_mail", BRAND, {"contactInfo__supportEmail": "a@elsewhere.com"}, "contactInfo.website", ""),
    ("website_matches_name", BRAND, {"contactInfo__website": "https://zebra.com"}, "contactInfo.website", ""),
    ("website_is_real", TOLL_FREE, {"companyInfo__website": "http://localhost"}, "companyInfo.website", "INVALID_URL"),
    ("website_is_real", BRAND, {"contactInfo__website": "https://example.com"}, "contactInfo.website", ""),
    ("ein_form", BRAND, {"companyInfo__taxId": "07-1234567"}, "companyInfo.taxId", ""),
    ("ein_form", BRAND, {"companyInfo__taxId": "111111111"}, "companyInfo.taxId", ""),
    ("ein_form", BRAND, {"companyInfo__taxId": "12345"}, "companyInfo.taxId", ""),
    ("uen_form", SINGAPORE, {"companyInfo__taxId": "ABCDEFGHI"}, "companyInfo.taxId", ""),
    ("legal_name_punctuation", BRAND, {"companyInfo__companyName": "Example!! Outfitters*"}, NAME, ""),
    ("legal_name_punctuation", BRAND, {"companyInfo__companyName": "12345"}, NAME, ""),
    ("legal_name_ending", BRAND, {"companyInfo__companyName": "Outfitters"}, "companyInfo.companyName", ""),
    (
        "samples_name_the_brand", CAMPAIGN, {SAMPLE: "Your order shipped. Reply STOP to end, HELP for help.", **ONLY},
        "messageSamples.messageSample1", "COMPANY_SAMPLE_MISMATCH",
    ),
    (
        "samples_say_stop", CAMPAIGN, {SAMPLE: "Example Outfitters: order 4711 has shipped. HELP for help", **ONLY},
        "messageSamples.messageSample1", "ATTRIBUTES_MISMATCH",
    ),
    (
        "samples_say_help", CAMPAIGN, {SAMPLE: "Example Outfitters: your order has shipped. Reply STOP.", **ONLY},
        "messageSamples.messageSample1", "",
    ),
    (
        "no_placeholders", TOLL_FREE, {"messageSamples__messageSample2": "Example Outfitters: your code is XXXX"},
        "messageSamples.messageSample2", "INVALID_OVERALL",
    ),
    ("no_placeholders", CAMPAIGN, {SAMPLE: "Example: lorem ipsum dolor. STOP, HELP"}, "messageSamples.messageSample1",
     "COMPANY_SAMPLE_MISMATCH"),
    ("no_placeholders", CAMPAIGN, {SAMPLE: "Example: dear {}, hello. STOP, HELP"}, "messageSamples.messageSample1",
     "COMPANY_SAMPLE_MISMATCH"),
    (
        "samples_differ", TOLL_FREE,
        {"messageSamples__messageSample2": SAME},
        "messageSamples.messageSample2", "",
    ),
    (
        "samples_fit_use_case", CAMPAIGN, {"campaignUseCase__useCase": "TWO_FACTOR_AUTHENTICATION"},
        "messageSamples.messageSample1", "USE_CASE_SAMPLE_MISMATCH",
    ),
    (
        "samples_fit_use_case", CAMPAIGN, {SAMPLE: "Example Outfitters: sale today! Reply STOP to end, HELP for help."},
        "messageSamples.messageSample1", "USE_CASE_SAMPLE_MISMATCH",
    ),
    (
        "links_are_declared", CAMPAIGN, {SAMPLE: "Example: see https://example-outfitters.com/a. Reply STOP, HELP"},
        "messageSamples.messageSample1", "ATTRIBUTES_MISMATCH",
    ),
    (
        "phone_numbers_are_declared", CAMPAIGN, {SAMPLE: "Example: call (206) 555-0199 now. Reply STOP, HELP"},
        "messageSamples.messageSample1", "ATTRIBUTES_MISMATCH",
    ),
    (
        "lending_is_declared", CAMPAIGN, {SAMPLE: "Example: your loan is approved. Reply STOP, HELP for help"},
        "campaignUseCase.directLending", "DIRECT_LENDING_NOT_DECLARED",
    ),
    (
        "age_gate_is_declared", CAMPAIGN, {SAMPLE: "Example: craft beer has arrived. Reply STOP, HELP for help"},
        "messageSamples.messageSample1", "ATTRIBUTES_MISMATCH",
    ),
    (
        "no_public_shorteners", CAMPAIGN,
        {SAMPLE: "Example: see bit.ly/3xyz. Reply STOP, HELP", "campaignUseCase__embeddedLink": "Yes"},
        "messageSamples.messageSample1", "ATTRIBUTES_MISMATCH",
    ),
    (
        "restricted_content", TOLL_FREE, {SAMPLE: "Example Outfitters: new CBD oils. Reply STOP, HELP"},
        "messageSamples.messageSample1", "NON_COMPLIANT_USE_CASE",
    ),
    (
        "restricted_content", CAMPAIGN, {SAMPLE: "Example Outfitters: ammo is back. Reply STOP, HELP"},
        "messageSamples.messageSample1", "RESTRICTED_FIREARMS",
    ),
    ("opt_in_has_disclosures", CAMPAIGN, {OPT_IN: LONG}, "campaignInfo.optInWorkflow", "OPT_IN_NOT_COMPLIANT"),
    (
        "opt_in_has_disclosures", TOLL_FREE, {"messagingUseCase__optInDescription": LONG},
        "messagingUseCase.optInDescription", "NON_COMPLIANT_OPT_IN",
    ),
    (
        "opt_in_is_express", TOLL_FREE,
        {"messagingUseCase__optInDescription": "By creating an account you agree to texts of Example Outfitters."},
        "messagingUseCase.optInDescription", "NON_COMPLIANT_OPT_IN_CONSENT",
    ),
    ("opt_in_is_express", CAMPAIGN, {OPT_IN: "Example Outfitters sends notices to all its customers."},
     "campaignInfo.optInWorkflow", "OPT_IN_NOT_COMPLIANT"),
    ("opt_in_names_the_company", CAMPAIGN, {OPT_IN: LONG.replace("Example Outfitters", "Zebra")},
     "campaignInfo.optInWorkflow", "OPT_IN_NOT_COMPLIANT"),
    ("opt_in_is_not_shared", CAMPAIGN, {OPT_IN: f"{LONG} Consent is shared with third parties."},
     "campaignInfo.optInWorkflow", "OPT_IN_NOT_COMPLIANT"),
    ("opt_in_is_described", CAMPAIGN, {OPT_IN: "People tick a box at the checkout, then we text."},
     "campaignInfo.optInWorkflow", "OPT_IN_NOT_COMPLIANT"),
    ("opt_in_names_texts", CAMPAIGN, {OPT_IN: "Customers of Example Outfitters tick an unticked box at the checkout."},
     "campaignInfo.optInWorkflow", "OPT_IN_NOT_COMPLIANT"),
    ("opt_in_keyword_is_one", CAMPAIGN, {"campaignInfo__optInKeyword": "Start, Go"}, "campaignInfo.optInKeyword", ""),
    ("restricted_content", CAMPAIGN, {SAMPLE: "Example Outfitters: debt relief for you. Reply STOP, HELP"},
     "messageSamples.messageSample1", "PROHIBITED_LEAD_GEN_HIGH_RISK_FINANCIAL"),
    ("restricted_content", TOLL_FREE, {"messagingUseCase__useCaseDetails": "Stock alerts and bitcoin for subscribers."},
     "messagingUseCase.useCaseDetails", "NON_COMPLIANT_USE_CASE"),
    ("details_are_given", TOLL_FREE, {"companyInfo__state": "n/a"}, "companyInfo.state", "INVALID_COMPANY_INFO"),
    ("address_is_a_place", TOLL_FREE, {"companyInfo__address1": "PO Box 9"}, "companyInfo.address1",
     "INVALID_COMPANY_INFO"),
    ("address_is_a_place", BRAND, {"companyInfo__address": "P. O. Box 12"}, "companyInfo.address", ""),
    ("city_in_full", BRAND, {"companyInfo__city": "NYC"}, "companyInfo.city", ""),
    ("contact_is_a_person", TOLL_FREE, {"contactInfo__lastName": "Team"}, "contactInfo.lastName",
     "INVALID_BUSINESS_CONNECTION"),
    ("stock_symbol_form", BRAND, {"companyInfo__stockSymbol": "Example"}, "companyInfo.stockSymbol", ""),
    ("purpose_is_described", SINGAPORE, {"senderIdInfo__senderIdConnection": "Our name"},
     "senderIdInfo.senderIdConnection", ""),
    ("legal_name_punctuation", BRAND, {"contactInfo__dbaName": "Outfitters!"}, "contactInfo.dbaName", ""),
    ("legal_name_ending", BRAND, {"companyInfo__companyName": "EO (Outfitters)"}, "companyInfo.companyName", ""),
    ("website_matches_name", BRAND,
     {"companyInfo__companyName": "Zebra LLC", "contactInfo__dbaName": "Zebra", "contactInfo__website": "https://amaz.com",
      "contactInfo__supportEmail": "help@amaz.com"}, "contactInfo.website", ""),
    ("keyword_answers", CAMPAIGN, {"campaignInfo__stopMessage": "You are out. Goodbye and thank you."},
     "campaignInfo.stopMessage", "ATTRIBUTES_MISMATCH"),
    ("keyword_answers", CAMPAIGN, {"campaignInfo__optInMessage": "Example Outfitters: welcome to our notices!"},
     "campaignInfo.optInMessage", "OPT_IN_NOT_COMPLIANT"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "name", "changes", "field", "reason"), CASES)
def test_each_check_finds_its_fault(check, name, changes, field, reason):
    found = [finding for finding in run(name, **changes) if finding.check == check]
    assert [finding.field_path for finding in found][:1] == [field], run(name, **changes)
    assert found[0].reason == reason and (not reason or reason in reasons())
    assert str(found[0].why) and str(found[0].cure)


def test_every_check_has_a_case():
    assert {case[0] for case in CASES} == set(CHECKS)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (CAMPAIGN, {SAMPLE: "Example Outfitters: call +1 206 555 0100 for help. Reply STOP"}),  # the support number
        (CAMPAIGN, {SAMPLE: "Example: write to a@example-outfitters.com. Reply STOP, HELP"}),  # an address is no link
        (CAMPAIGN, {SAMPLE: "Example: dear [first name], order 4711 is here. Reply STOP, HELP"}),  # marked variables
        (CAMPAIGN, {SAMPLE: "Example: craft beer. Reply STOP, HELP", "campaignUseCase__ageGated": "Yes"}),
        (SINGAPORE, {"companyInfo__taxId": "T08GB0001A"}),
        (SINGAPORE, {"companyInfo__taxId": "53012345A"}),
        (BRAND, {"companyInfo__companyName": "O'Neill & Sons, Inc.", "contactInfo__website": "https://oneill.com",
                 "contactInfo__supportEmail": "help@oneill.com", "contactInfo__dbaName": "ONeill"}),
        (BRAND, {"companyInfo__taxIdIssuingCountry": "CA", "companyInfo__taxId": "07-1234567"}),
        (BRAND, {"companyInfo__companyName": "Example Outfitters Co., Ltd."}),
        (BRAND, {"companyInfo__companyName": "Example Outfitters (Asia), Inc."}),
        (BRAND, {"companyInfo__companyName": "Example Outfitters of America (U.S.), L.L.C."}),
        # What the published cure asks for is no fault: consent that is not handed on, and is no condition.
        (CAMPAIGN, {OPT_IN: f"{FULL} Opt-in data is not shared with third parties."}),
        (CAMPAIGN, {OPT_IN: f"{FULL} Your number will never be shared with our partners for marketing."}),
        (CAMPAIGN, {OPT_IN: f"{FULL} Nobody is required to receive texts to buy."}),
        (TOLL_FREE, {"messagingUseCase__optInDescription": f"{FULL} We don't share your data with partners."}),
        # “2 msgs/month” is how the guide says how often.
        (CAMPAIGN, {OPT_IN: FULL.replace("Message frequency varies.", "2 msgs/month.")}),
        (CAMPAIGN, {"campaignInfo__optInMessage": "Text YES to join Example Outfitters alerts. 2 msgs/month. "
                    "Msg & data rates may apply. Reply HELP for help, STOP to cancel."}),
        (CAMPAIGN, {"campaignInfo__helpMessage": "HELP: Example Outfitters alerts: email help@example.com or call "
                    "425-555-0199. 2 msgs/month. Msg & data rates may apply. Reply STOP to cancel."}),
        (CAMPAIGN, {"campaignInfo__stopMessage": "You're unsubscribed from Example Outfitters alerts. No more messages "
                    "will be sent. Reply HELP, email help@example.com, or call 425-555-0199 for more info."}),
        # Dates, order and tracking numbers are no phone numbers.
        (CAMPAIGN, {SAMPLE: "Example Outfitters: delivery on 2026-11-22 10-12 or 2026-11-23 14-16. Reply STOP, HELP"}),
        (CAMPAIGN, {SAMPLE: "Example Outfitters: parcel 1234567890 is on its way. Reply STOP, HELP"}),
        (CAMPAIGN, {SAMPLE: "Example Outfitters: 3 appointment slots are free, and we offer help. Reply STOP, HELP"}),
    ],
)  # fmt: skip
def test_what_is_no_fault(name, changes):
    assert not [(finding.check, str(finding.why)) for finding in run(name, **changes)]


BAD = [
    (name, path, field.bad_example)
    for name, definition in registration_types().items()
    for path, field in definition.fields.items()
    if field.bad_example
]


@pytest.mark.parametrize(("name", "path", "bad"), BAD)
def test_every_bad_example_of_the_forms_is_found(name, path, bad):
    """Either the field does not take it, or a check says what is wrong with it."""
    answers = {path: (bad,)}
    field = registration_types()[name].fields[path]
    wrong = text_problem(field, field.resolve(answers), bad)
    found = [finding for finding in run(name, **{path.replace(".", "__"): bad}) if finding.field_path == path]
    assert wrong or found


PROGRAMME = {
    "companyInfo.companyName": ("ExampleCorp LLC",),
    "contactInfo.dbaName": ("ExampleCorp",),
    "contactInfo.supportPhoneNumber": ("+14255550199",),
}
# best_practices.json: what passes and what fails there, of the rules that hold for the samples of a registration
PASSES = [
    "ExampleCorp Alerts: your account was opened on a new device. Reply Y to confirm, STOP to opt out.",
    "ExampleCorp Offers: the sale has begun. Text STOP to opt out, HELP for help.",
    "ExampleCorp Offers: 20% off. Text STOP to opt out.",
    "ExampleCorp Alerts: a deal on 4-packs today. STOP to end, HELP for help.",
    "ExampleCorp: See https://go.example-corp.com/abc123. STOP to end.",
    "You're subscribed to ExampleCorp alerts. Msg & data rates may apply. Reply HELP for help, STOP to unsubscribe.",
]
FAILS = [
    ("Your account was opened on a new device. Reply Y to confirm.", "samples_name_the_brand"),
    ("Hi, this is Jane. Did you see our sale?", "samples_name_the_brand"),
    ("ExampleCorp Offers: 20% off.", "samples_say_stop"),
    ("ExampleCorp: Go to https://tinyurl.com/abc123 today. STOP", "no_public_shorteners"),
    ("ExampleCorp: lorem ipsum. STOP", "no_placeholders"),
    ("ExampleCorp: this is a test message. STOP", "no_placeholders"),
    ("ExampleCorp: your balance is {}. STOP", "no_placeholders"),
    *[
        (f"ExampleCorp: all about {word} today. STOP", "restricted_content")
        for word in (
            "casino", "betting", "sweepstakes", "lottery", "jackpot", "poker", "cash advance", "debt collection",
            "stock alert", "crypto", "bitcoin", "mortgage loan", "student loan", "debt consolidation", "debt relief",
            "debt reduction", "credit repair", "work from home", "get rich", "passive income", "mlm",
            "multi-level marketing", "cannabis", "marijuana", "cbd", "thc", "porn", "escort service", "vodka",
            "whiskey", "firearm", "ammo", "cigarette", "vape", "lead generation", "affiliate", "payday loan",
        )
    ],
    ("ExampleCorp: verify your password now. STOP", "restricted_content"),
    ("ExampleCorp: your account will be suspended. STOP", "restricted_content"),
]  # fmt: skip


def found_in(sample):
    changes = {SAMPLE: sample, **ONLY, "campaignUseCase__useCase": "MIXED", "campaignUseCase__embeddedLink": "Yes"}
    changes |= {"campaignInfo__campaignName": "Alerts and offers that customers of ExampleCorp ask for."}
    wanted = ("messageSamples.messageSample1", "campaignUseCase.directLending")
    return {finding.check: finding for finding in run(CAMPAIGN, PROGRAMME, **changes) if finding.field_path in wanted}


@pytest.mark.parametrize("sample", PASSES)
def test_samples_that_the_guide_calls_good(sample):
    assert all(finding.severity is Severity.ADVICE for finding in found_in(sample).values())


@pytest.mark.parametrize(("sample", "check"), FAILS)
def test_samples_that_the_guide_calls_bad(sample, check):
    assert check in found_in(sample)


def test_the_worst_comes_first():
    found = run(CAMPAIGN, **{SAMPLE: "Example: XXXX bit.ly/1", **ONLY})
    ranks = [finding.severity.rank for finding in found]
    assert ranks == sorted(ranks) and found[0].severity is Severity.REFUSED


def test_links_and_domains():
    text = "See https://a.example.co.uk/x?y=1, bit.ly/2 or www.shop.com! Mail me@shop.com. Cost 3.50, v1.2"
    assert links(text) == ["https://a.example.co.uk/x?y=1", "bit.ly/2", "www.shop.com"]
    assert domain("a.b.example.co.uk") == "example.co.uk" and domain("shop.com") == "shop.com"


@pytest.mark.django_db
def test_a_campaign_is_held_to_what_its_brand_says(caller, caller_as):
    campaign = make_registration(caller, CAMPAIGN)
    associate(caller, campaign, complete(caller, BRAND))
    assert not check_registration(caller_as("VIEWER"), registration_id=campaign.registration_id)
    other = make_registration(caller, CAMPAIGN)
    zebra = {"companyInfo__companyName": "Zebra LLC", "contactInfo__dbaName": "Zebra"}
    associate(caller, other, complete(caller, BRAND, **zebra))
    found = {finding.check for finding in check_registration(caller, registration_id=other.registration_id)}
    assert found == {"samples_name_the_brand", "opt_in_names_the_company", "keyword_answers"}
