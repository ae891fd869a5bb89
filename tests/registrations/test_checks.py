"""The checks before submission: what each finds, where, and that a good form has no findings."""

import pytest

from registrations import checks
from registrations.checks import CHECKS, Severity
from registrations.checks.findings import domain, links
from registrations.definitions import ATTACHMENT, reasons, registration_types
from registrations.operations.checking import check_registration
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
    ],
)  # fmt: skip
def test_what_is_no_fault(name, changes):
    assert not [(finding.check, str(finding.why)) for finding in run(name, **changes)]


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
