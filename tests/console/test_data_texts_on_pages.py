"""Pages in other languages: no text of a data file is left in English on them."""

import re
from html import unescape

import pytest
from django.utils import translation

from console.management.commands.makemessages import data_files
from console.models import Preferences
from registrations.operations.support_cases import create_support_case
from registrations.operations.support_decisions import decide_support_case
from registrations.support_flows import flows
from tests.registrations.forms import (
    BRAND,
    CAMPAIGN,
    FIVE,
    SINGAPORE,
    TOLL_FREE,
    associate,
    by_hand,
    complete,
    decide,
    make_registration,
    submit,
)

pytestmark = pytest.mark.django_db
BYTES = 60 * 1024
TABS = ("", "answers/", "versions/", "timeline/", "resources/", "resources/add/", "dossier/")
# Bytes of pages that no reader wants: markup, and what stays English there (examples, answers, codes).
UNSEEN = re.compile(r"<(script|style|code|textarea|q|pre)\b.*?</\1>|<[^>]*>", re.DOTALL)


@pytest.fixture(params=["id", "es"])
def reader(request, client_in):
    """An administrator who reads another language; left(path) is what a page has in English all the same."""
    Preferences.objects.update_or_create(user=client_in.user, defaults={"language": request.param})
    with translation.override(request.param):
        texts = {text for path, declared in data_files().items() for text in declared.texts(path)}
        # A single word may be the name of something else, and some names are the same in every language.
        translated = " ".join(map(translation.gettext, texts))
        client_in.english = [text for text in texts if " " in text and text not in translated]
    client_in.left = lambda rest: left(client_in, rest)
    return client_in


def left(client, rest):
    answer = client.get(client.path(rest))
    assert answer.status_code == 200, rest
    text = unescape(UNSEEN.sub(" ", answer.content.decode()))
    return [f"{rest}: {found}" for found in client.english if found in text]


def test_the_wizard_speaks_the_readers_language(client_in, caller):
    Preferences.objects.update_or_create(user=client_in.user, defaults={"language": "id"})
    row = make_registration(caller, TOLL_FREE, fill=False)
    body = client_in.get(client_in.path(f"registrations/{row.registration_id}/form/companyInfo/")).content.decode()
    assert "Nama perusahaan" in body and "Company Name" not in body
    assert "URL situs web perusahaan." in body and "Informasi perusahaan" in body
    assert '<q lang="en">Example Outfitters LLC</q>' in body


def test_every_section_of_every_form(reader, caller):
    by_hand(caller, *FIVE)
    for registration_type in FIVE:
        assert not reader.left(f"registrations/create/?registration_type={registration_type}")
        row = make_registration(caller, registration_type, fill=False)
        for section in row.definition.sections:
            rest = f"registrations/{row.registration_id}/form/{section.section_path}/"
            assert not reader.left(rest)
            assert len(reader.get(reader.path(rest)).content) <= BYTES
        if row.definition.sections:
            assert not reader.left(f"registrations/{row.registration_id}/review/")
    assert not reader.left("registrations/create/") and not reader.left("registrations/")


def test_a_registration_from_submission_to_what_was_returned(reader, caller):
    by_hand(caller, *FIVE)
    brand = complete(caller, BRAND)
    row = make_registration(caller, CAMPAIGN)
    associate(caller, row, brand)
    version = submit(caller, row)
    assert not reader.left(f"reviews/{version.pk}/") and not reader.left("reviews/")
    reason = {"field_path": "campaignInfo.optInWorkflow", "reason": "OPT_IN_NOT_COMPLIANT", "note": "Where?"}
    decide(caller, row, reason)
    for rest in TABS:
        assert not reader.left(f"registrations/{row.registration_id}/{rest}")
    for rest in ("reviews/decided/", "reviews/statistics/", "reviews/settings/", f"reviews/settings/{CAMPAIGN}/"):
        assert not reader.left(rest)
    reader.post(reader.path(f"registrations/{row.registration_id}/versions/create/"))
    assert not reader.left(f"registrations/{row.registration_id}/form/campaignInfo/")


@pytest.mark.parametrize("flow", flows())
def test_every_kind_of_support_case(reader, flow):
    assert not reader.left(f"support-cases/create/{flow}/")
    assert not reader.left(f"reviews/cases/policies/{flow}/")


def test_a_support_case_and_its_answer(reader, caller):
    asked = {"region": "us-east-1", "quota": "opt_out_lists", "new_value": 30}
    case = create_support_case(caller, flow="quota_increase", answers={}, requests=[asked], description="More.")
    pages = ("support-cases/", "support-cases/create/", "reviews/cases/", f"support-cases/{case.case_id}/")
    for rest in (*pages, f"reviews/cases/{case.case_id}/", "reviews/cases/policies/"):
        assert not reader.left(rest)
    decide_support_case(caller, case_id=case.case_id, approved=True)
    assert not reader.left(f"support-cases/{case.case_id}/") and not reader.left("notifications/")


def test_what_is_said_of_countries(reader):
    use = "text=SMS&two_way=no&mps=1&volume=10000&headquarters=LOCAL"
    for country in ("US", "IN", "NZ", "PR"):
        assert not reader.left(f"originators/choose/?iso_country_code={country}")
        assert not reader.left(f"originators/request/use-case/?iso_country_code={country}")
        assert not reader.left(f"originators/request/type/?iso_country_code={country}&{use}")


def test_a_registration_of_a_sender_id(reader, caller):
    by_hand(caller, SINGAPORE)
    row = complete(caller, SINGAPORE)
    sender, _slash, country = row.associations.get().sender_id.name.partition("/")
    assert not reader.left(f"sender-ids/{country}/{sender}/")
