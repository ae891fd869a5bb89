"""Pages of registrations: the list, making one, the form and its autosave, the review, what follows a decision."""

import json
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.models import Notification
from messaging.operations.sender_ids import release_sender_id
from messaging.operations.tags import tags_of
from registrations.models import Registration, RegistrationAttachment, RegistrationFieldValue
from registrations.operations.decisions import require_registration_authentication, start_registration_review
from registrations.reasons import reasons
from tests import factories
from tests.registrations.forms import (
    BRAND,
    CAMPAIGN,
    FIVE,
    SINGAPORE,
    TOLL_FREE,
    VETTING,
    associate,
    by_hand,
    complete,
    decide,
    examples,
    make_attachment,
    make_registration,
    png,
    put,
    submit,
)

QUERIES, BYTES = 12, 60 * 1024


@pytest.fixture
def brand(caller):
    """A brand that nobody has filled in."""
    return make_registration(caller, BRAND, fill=False)


@pytest.fixture(autouse=True)
def _by_hand(caller):
    by_hand(caller, *FIVE)


@pytest.fixture
def colleague(owner):
    """Somebody else in the same account."""
    return factories.make_caller(owner, actor="user:colleague")


def path_of(client, row, rest=""):
    return client.path(f"registrations/{row.registration_id}/{rest}")


def body(answer):
    return unescape(answer.content.decode())


def seen_of(client, row, field_path):
    """What the form sends along for a field, read from the page as a browser does."""
    section = field_path.partition(".")[0]
    text = client.get(path_of(client, row, f"form/{section}/")).content.decode()
    return text.split(f'name="seen:{field_path}" value="')[1].split('"')[0]


def autosave(client, row, field_path, value, seen=None):
    seen = seen_of(client, row, field_path) if seen is None else seen
    return client.fragment(
        path_of(client, row, f"fields/{field_path}/"), {field_path: value, f"seen:{field_path}": seen}, method="post"
    )


def test_strangers_and_other_accounts_see_nothing(stranger, client_in, other_owner):
    theirs = make_registration(factories.make_caller(other_owner), BRAND)
    assert stranger.get(stranger.path("registrations/")).status_code == 302
    tabs = ["answers/", "versions/", "timeline/", "resources/", "tags/", "dossier/", "export/"]
    steps = ["form/", "form/companyInfo/", "review/", "resources/add/", "discard/", "versions/create/", "delete/"]
    steps.append("authenticate/")
    for rest in ["", *tabs, *steps]:
        assert client_in.get(path_of(client_in, theirs, rest)).status_code == 404, rest
    file = make_attachment(factories.make_caller(other_owner))
    path = client_in.path(f"registration-attachments/{file.registration_attachment_id}/")
    assert client_in.get(path).status_code == 404


def test_a_viewer_reads_and_changes_nothing(signed_in, brand):
    viewer = signed_in("VIEWER")
    text = body(viewer.get(path_of(viewer, brand)))
    assert "Delete registration" not in text and 'form/">Continue' not in text
    for rest in ("form/companyInfo/", "review/", "discard/", "versions/create/", "resources/add/", "delete/"):
        assert viewer.get(path_of(viewer, brand, rest)).status_code == 403, rest
    assert viewer.get(viewer.path("registrations/create/")).status_code == 403


def test_the_list_says_the_status_and_what_to_do_next(client_in, caller, brand):
    sent = make_registration(caller, SINGAPORE)
    submit(caller, sent)
    text = body(client_in.get(client_in.path("registrations/")))
    assert "Continue – 0 % complete" in text and "Wait for the review, or discard the version" in text
    narrowed = body(client_in.get(client_in.path("registrations/?f=registration-status:=:SUBMITTED")))
    assert sent.registration_id in narrowed and brand.registration_id not in narrowed


def test_types_are_offered_with_cost_time_and_order(client_in):
    text = body(client_in.get(client_in.path("registrations/create/")))
    assert "Brand registration, once: 4.00 USD, not refundable" in text
    assert "Brand vetting, once: 40.00 USD" in text
    assert "Up to 4 weeks." in text and "First: US 10DLC brand registration." in text


def test_create_a_brand_and_go_to_its_form(client_in, caller):
    path = client_in.path(f"registrations/create/?registration_type={BRAND}")
    assert client_in.post(path, {"registration_form_name": ""}).status_code == 422
    answer = client_in.post(path, {"registration_form_name": "Our brand", "tag_key": ["team"], "tag_value": ["red"]})
    row = Registration.objects.get()
    assert answer.status_code == 303 and answer.url == path_of(client_in, row, "form/")
    assert {"key": "Name", "value": "Our brand"} in tags_of(caller, row.arn)
    assert client_in.get(answer.url).url == path_of(client_in, row, "form/companyInfo/")


def test_a_campaign_needs_a_brand_and_says_where_to_make_it(client_in, caller):
    path = client_in.path(f"registrations/create/?registration_type={CAMPAIGN}")
    assert f"registration_type={BRAND}" in body(client_in.get(path))
    brand = complete(caller, BRAND)
    assert brand.registration_id in body(client_in.get(path))
    client_in.post(path, {"registration_form_name": "Orders", "resource_id": brand.registration_id})
    campaign = Registration.objects.get(registration_type=CAMPAIGN)
    assert campaign.associations.get().other == brand


def test_a_vetting_is_submitted_at_once(client_in, caller):
    brand = complete(caller, BRAND)
    path = client_in.path(f"registrations/create/?registration_type={VETTING}")
    assert client_in.post(path, {"registration_form_name": "Vetting"}).status_code == 422
    client_in.post(path, {"registration_form_name": "Vetting", "resource_id": brand.registration_id})
    assert Registration.objects.get(registration_type=VETTING).registration_status == "SUBMITTED"


def test_create_is_all_or_nothing(client_in, caller):
    """A number that somebody took meanwhile leaves no half-made registration."""
    number = factories.make_simulator_number(caller)
    path = client_in.path(f"registrations/create/?registration_type={TOLL_FREE}")
    answer = client_in.post(path, {"registration_form_name": "x", "resource_id": number.phone_number_id})
    assert answer.status_code in (303, 422)
    assert Registration.objects.count() == (1 if answer.status_code == 303 else 0)


def test_every_section_of_every_type_is_light(client_in, caller):
    """Every field stands in its wizard with its requirement, its form in words and its examples."""
    for registration_type in FIVE:
        row = make_registration(caller, registration_type, fill=False)
        for section in row.definition.sections:
            with CaptureQueriesContext(connection) as queries:
                answer = client_in.get(path_of(client_in, row, f"form/{section.section_path}/"))
            assert (len(queries), len(answer.content)) < (QUERIES + 1, BYTES), (section, len(queries))
            assert len(answer.content) <= BYTES
            text = body(answer)
            for entry in section.fields:
                assert f'id="field-{entry.field_path.replace(".", "-")}"' in text, entry.field_path
                if "hidden" not in text.split(f'id="field-{entry.field_path.replace(".", "-")}"')[1][:10]:
                    assert str(entry.title) in text and entry.bad_example in text


def test_other_pages_are_light(client_in, caller):
    row = make_registration(caller, CAMPAIGN)
    associate(caller, row, complete(caller, BRAND))
    submit(caller, row)
    decide(caller, row, {"field_path": "campaignInfo.optInWorkflow", "reason": "OTHER", "note": "Say where."})
    pages = ["", "answers/", "versions/", "timeline/", "resources/", "resources/add/", "dossier/", "versions/create/"]
    client_in.post(path_of(client_in, row, "versions/create/"))
    for rest in [*pages, "review/", "form/campaignInfo/"]:
        with CaptureQueriesContext(connection) as queries:
            answer = client_in.get(path_of(client_in, row, rest))
        assert answer.status_code in (200, 303), rest
        assert len(queries) <= QUERIES, (rest, [query["sql"] for query in queries])
        assert len(answer.content) <= BYTES, (rest, len(answer.content))
    with CaptureQueriesContext(connection) as queries:
        client_in.get(client_in.path("registrations/"))
    assert len(queries) <= QUERIES


def test_autosave_keeps_an_answer_and_says_when(client_in, brand):
    answer = autosave(client_in, brand, "companyInfo.companyName", "Example Outfitters, Inc.")
    assert answer.status_code == 200 and "Saved " in body(answer) and "innerHTML:#form-steps" in body(answer)
    assert RegistrationFieldValue.objects.get().text_value == "Example Outfitters, Inc."
    again = autosave(client_in, brand, "companyInfo.companyName", "")
    assert again.status_code == 200 and not RegistrationFieldValue.objects.exists()


def test_autosave_says_what_is_wrong_and_keeps_the_draft(client_in, caller, brand):
    put(caller, brand, "companyInfo.taxIdIssuingCountry", "US")
    answer = autosave(client_in, brand, "companyInfo.taxId", "12")
    assert answer.status_code == 422 and "Nine digits" in body(answer) and "data-invalid" in body(answer)
    assert not RegistrationFieldValue.objects.filter(field_path="companyInfo.taxId").exists()


def test_of_two_editors_the_later_sees_both_values(client_in, colleague, brand):
    seen = seen_of(client_in, brand, "companyInfo.companyName")
    put(colleague, brand, "companyInfo.companyName", "Theirs Ltd")
    answer = autosave(client_in, brand, "companyInfo.companyName", "Ours Ltd", seen)
    assert answer.status_code == 409
    assert "Theirs Ltd" in body(answer) and "Ours Ltd" in body(answer)
    form = {"companyInfo.companyName": "Ours Ltd", "seen:companyInfo.companyName": seen, "continue": "1"}
    whole = client_in.post(path_of(client_in, brand, "form/companyInfo/"), form)
    assert whole.status_code == 409 and "Theirs Ltd" in body(whole) and "Ours Ltd" in body(whole)
    client_in.post(path_of(client_in, brand, "form/companyInfo/"), {**form, "theirs": "companyInfo.companyName"})
    assert RegistrationFieldValue.objects.get().text_value == "Theirs Ltd"
    form["seen:companyInfo.companyName"] = seen_of(client_in, brand, "companyInfo.companyName")
    assert client_in.post(path_of(client_in, brand, "form/companyInfo/"), form).status_code == 303
    assert RegistrationFieldValue.objects.get().text_value == "Ours Ltd"


def test_ones_own_autosave_is_no_conflict(client_in, brand):
    seen = seen_of(client_in, brand, "companyInfo.companyName")
    autosave(client_in, brand, "companyInfo.companyName", "Exam", seen)
    form = {"companyInfo.companyName": "Example", "seen:companyInfo.companyName": seen, "continue": "1"}
    assert client_in.post(path_of(client_in, brand, "form/companyInfo/"), form).status_code == 303
    assert RegistrationFieldValue.objects.get().text_value == "Example"


def test_what_one_did_not_touch_is_no_conflict(client_in, caller, brand):
    seen = seen_of(client_in, brand, "companyInfo.city")
    put(caller, brand, "companyInfo.city", "Seattle")
    form = {"companyInfo.city": "", "seen:companyInfo.city": seen, "continue": "1"}
    assert client_in.post(path_of(client_in, brand, "form/companyInfo/"), form).status_code == 303
    assert RegistrationFieldValue.objects.get().text_value == "Seattle"


def test_an_answer_brings_the_fields_that_depend_on_it(client_in, brand):
    answer = autosave(client_in, brand, "companyInfo.legalType", "PUBLIC_PROFIT")
    text = body(answer)
    assert 'id="field-companyInfo-stockSymbol" hx-swap-oob="true"' in text
    assert "Required because the company is publicly traded." in text


def test_without_scripts_continue_saves_and_asks_for_more_first(client_in, brand):
    path = path_of(client_in, brand, "form/companyInfo/")
    form = {"companyInfo.legalType": "PUBLIC_PROFIT", "seen:companyInfo.legalType": "0.0", "continue": "1"}
    assert client_in.post(path, form).url == path  # the stock symbol is asked for now
    assert client_in.post(path, form).url == path_of(client_in, brand, "form/contactInfo/")


def test_a_faulty_step_keeps_its_input_and_saves_the_rest(client_in, brand):
    form = {
        "companyInfo.companyName": "Example", "seen:companyInfo.companyName": "0.0",
        "companyInfo.isoCountryCode": "nowhere", "seen:companyInfo.isoCountryCode": "0.0", "continue": "1",
    }  # fmt: skip
    answer = client_in.post(path_of(client_in, brand, "form/companyInfo/"), form)
    assert answer.status_code == 422 and "There is a problem" in body(answer) and 'value="nowhere"' in body(answer)
    assert [value.field_path for value in RegistrationFieldValue.objects.all()] == ["companyInfo.companyName"]


def test_known_values_are_offered(client_in, caller, brand):
    put(caller, brand, "companyInfo.companyName", "Example Outfitters, Inc.")
    other = make_registration(caller, TOLL_FREE, fill=False)
    path = path_of(client_in, other, "form/companyInfo/")
    assert "Example Outfitters, Inc." in body(client_in.get(path))
    client_in.post(path, {"offer": "companyInfo.companyName"})
    assert RegistrationFieldValue.objects.get(version__registration=other).text_value == "Example Outfitters, Inc."


def test_a_campaign_is_offered_the_vertical_of_its_brand(client_in, caller):
    row = make_registration(caller, CAMPAIGN, fill=False)
    associate(caller, row, complete(caller, BRAND, contactInfo__vertical=["RETAIL"]))
    path = path_of(client_in, row, "form/campaignInfo/")
    assert "From the brand registration" in body(client_in.get(path))
    client_in.post(path, {"offer": "campaignInfo.vertical"})
    assert RegistrationFieldValue.objects.get(version__registration=row).select_choices == ["RETAIL"]


def test_files_are_uploaded_downloaded_and_removed(client_in, caller):
    row = make_registration(caller, TOLL_FREE, fill=False)
    path = path_of(client_in, row, "form/messagingUseCase/")
    name = "messagingUseCase.optInImage"
    assert "Choose a file first." in body(client_in.post(path, {"upload": name}))
    liar = SimpleUploadedFile("proof.png", b"<svg onload=alert(1)>", content_type="image/png")
    assert client_in.post(path, {"upload": name, f"file:{name}": liar}).status_code == 422
    file = SimpleUploadedFile("proof.png", png(), content_type="image/png")
    assert client_in.post(path, {"upload": name, f"file:{name}": file}).status_code == 303
    stored = RegistrationFieldValue.objects.get().attachment
    download = client_in.get(client_in.path(f"registration-attachments/{stored.registration_attachment_id}/"))
    assert download.content == png() and download.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in download.headers["Content-Security-Policy"]
    other = SimpleUploadedFile("other.png", png(3, 3), content_type="image/png")
    assert client_in.post(path, {"upload": name, f"file:{name}": other}).status_code == 303
    assert RegistrationAttachment.objects.get().file_name == "other.png"
    assert client_in.post(path, {"remove": name}).status_code == 303
    assert not RegistrationFieldValue.objects.exists() and not RegistrationAttachment.objects.exists()


def test_a_file_is_saved_by_itself(client_in, caller):
    row = make_registration(caller, TOLL_FREE, fill=False)
    name = "messagingUseCase.optInImage"
    file = SimpleUploadedFile("proof.png", png(), content_type="image/png")
    answer = client_in.fragment(path_of(client_in, row, f"fields/{name}/"), {f"file:{name}": file}, method="post")
    assert answer.status_code == 200 and "proof.png" in body(answer) and "Replace" in body(answer)


def test_a_complete_sender_id_is_told_what_comes_after(client_in, caller):
    row = complete(caller, SINGAPORE)
    assert "SGNIC" in body(client_in.get(path_of(client_in, row)))
    release_sender_id(caller, sender_id="EXMPLOUTFIT", iso_country_code="SG")
    row.refresh_from_db()
    assert row.registration_status == "CLOSED" and "Delete it" in body(client_in.get(path_of(client_in, row)))


def test_what_was_returned_says_all_of_it(client_in, caller):
    """The reviewer's message, the field, why, the cure, the usual faults, the guide, and a case about it."""
    row = make_registration(caller, CAMPAIGN)
    associate(caller, row, complete(caller, BRAND))
    submit(caller, row)
    denied = {"field_path": "campaignInfo.optInWorkflow", "reason": "OPT_IN_NOT_COMPLIANT", "note": "Show the box."}
    decide(caller, row, denied, feedback="Nearly there.")
    reason = reasons()["OPT_IN_NOT_COMPLIANT"]
    words = ["Nearly there.", "Show the box.", reason.short_description, reason.cure, reason.documentation_title]
    for rest in ("", "versions/create/"):
        text = body(client_in.get(path_of(client_in, row, rest)))
        assert all(str(word) in text for word in [*words, *reason.common_faults])
    assert "ten_dlc_rejection_query/?registration_id=" in body(client_in.get(path_of(client_in, row)))


def test_the_review_says_what_is_missing_and_what_would_be_returned(client_in, brand):
    text = body(client_in.get(path_of(client_in, brand, "review/")))
    assert "fields keep this from being submitted" in text and "Not provided" in text
    answer = client_in.post(path_of(client_in, brand, "review/"), {"attested": "on"})
    assert answer.status_code == 422
    brand.refresh_from_db()
    assert brand.registration_status == "CREATED"


def test_the_checks_stand_with_severity_reason_and_cure(client_in, caller):
    row = make_registration(caller, BRAND, contactInfo__supportEmail="support@gmail.com")
    text = body(client_in.get(path_of(client_in, row, "review/")))
    assert "Would be returned:" in text or "May be returned:" in text


def test_submit_needs_the_attestation(client_in, caller):
    row = make_registration(caller, BRAND)
    path = path_of(client_in, row, "review/")
    assert client_in.post(path, {}).status_code == 422
    assert client_in.post(path, {"attested": "on"}).url == path_of(client_in, row)
    row.refresh_from_db()
    assert row.registration_status == "SUBMITTED"
    assert client_in.get(path_of(client_in, row, "form/companyInfo/")).status_code == 303


def test_a_toll_free_form_without_its_number_says_so(client_in, caller):
    row = make_registration(caller, TOLL_FREE)
    answer = client_in.post(path_of(client_in, row, "review/"), {"attested": "on"})
    assert answer.status_code == 422 and "resources/add/" in body(answer)


def test_a_refusal_names_the_fields_and_the_next_version_starts_from_them(client_in, caller):
    row = make_registration(caller, BRAND)
    submit(caller, row)
    decide(caller, row, {"field_path": "contactInfo.website", "reason": "OTHER", "note": "The site is down."})
    text = body(client_in.get(path_of(client_in, row)))
    assert "1 field needs changes" in text and "The site is down." in text and "Update registration" in text
    answer = client_in.post(path_of(client_in, row, "versions/create/"))
    step = client_in.get(answer.url)
    assert step.url == path_of(client_in, row, "form/contactInfo/")
    assert "Returned by the reviewer:" in body(client_in.get(step.url))
    autosave(client_in, row, "contactInfo.website", "https://www.example.org")
    assert "Returned by the reviewer:" not in body(client_in.get(step.url))
    versions = body(client_in.get(path_of(client_in, row, "versions/")))
    assert "Version 2" in versions and str(row.definition.fields["contactInfo.website"].title) in versions
    assert "Version 1: Denied" in body(client_in.get(path_of(client_in, row, "timeline/")))


def test_discard_asks_for_its_word(client_in, caller):
    row = make_registration(caller, BRAND)
    submit(caller, row)
    path = path_of(client_in, row, "discard/")
    assert client_in.post(path, {"confirmation": "no"}).status_code == 422
    assert client_in.post(path, {"confirmation": "discard"}).status_code == 303
    row.refresh_from_db()
    assert row.registration_status == "CREATED"
    assert client_in.post(path, {"confirmation": "discard"}).status_code == 422


def test_delete_asks_for_its_word(client_in, brand):
    path = path_of(client_in, brand, "delete/")
    assert client_in.post(path, {"confirmation": "x"}).status_code == 422
    assert client_in.post(path, {"confirmation": "delete"}).status_code == 303
    assert not Registration.objects.exists()


def test_resources_are_shown_both_ways(client_in, caller):
    campaign = complete(caller, CAMPAIGN)
    brand = campaign.associations.get().other
    assert campaign.registration_id in body(client_in.get(path_of(client_in, brand, "resources/")))
    assert brand.registration_id in body(client_in.get(path_of(client_in, campaign, "resources/")))
    assert "There is nothing that could go with it" in body(client_in.get(path_of(client_in, brand, "resources/add/")))


def test_the_export_makes_the_same_registration_again(client_in, caller):
    row = make_registration(caller, TOLL_FREE)
    answer = client_in.get(path_of(client_in, row, "export/"))
    given = json.loads(answer.content)
    assert given["CreateRegistration"]["RegistrationType"] == TOLL_FREE
    paths = [value["FieldPath"] for value in given["PutRegistrationFieldValue"]]
    assert set(paths) >= set(examples(caller, row.definition))
    assert list(given["CreateRegistrationAttachment"]) == ["file-1"]
    dossier = body(client_in.get(path_of(client_in, row, "dossier/")))
    assert f"replay_registration {row.registration_id} --region us-east-1 --dry-run" in dossier


def test_the_company_is_authenticated(client_in, caller, colleague, signed_in):
    """The reviewer asks for it; whoever may submit follows the link, once; the review goes on."""
    row = make_registration(caller, BRAND)
    submit(caller, row)
    page = path_of(client_in, row, "authenticate/")
    assert "Nothing has to be authenticated now." in body(client_in.get(page))
    assert client_in.post(page).status_code == 422
    start_registration_review(colleague, registration_id=row.registration_id, version_number=1)
    require_registration_authentication(colleague, registration_id=row.registration_id, version_number=1)
    assert f'href="{page}"' in body(client_in.get(path_of(client_in, row)))
    assert "Complete authentication" not in body(signed_in("VIEWER").get(path_of(client_in, row)))
    assert signed_in("VIEWER").post(page).status_code == 403
    asked = Notification.objects.get(link__0="registration-authenticate")
    assert tuple(asked.link) == ("registration-authenticate", row.registration_id)
    assert "support@example-outfitters" in body(client_in.get(page))
    assert client_in.post(page).status_code == 303
    row.refresh_from_db()
    assert (row.registration_status, row.current_version.registration_version_status) == ("REVIEWING", "REVIEWING")
