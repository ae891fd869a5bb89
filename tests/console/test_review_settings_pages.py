"""Who decides, how reviews went, the files of a version, and what is counted in the side navigation."""

import pytest

from registrations.models import RegistrationAttachment, ReviewerPolicy, ReviewSettings
from registrations.operations.review_statistics import describe_review_statistics
from tests.registrations.forms import (
    BRAND,
    SINGAPORE,
    VETTING,
    by_hand,
    decide,
    make_attachment,
    make_registration,
    submit,
)

pytestmark = pytest.mark.django_db
POLICY = f"reviews/settings/{SINGAPORE}/"


def test_a_script_is_written_line_by_line(client_in):
    script = "DENY companyInfo.city OTHER Not a city; companyInfo.taxId OTHER Wrong\nAPPROVE"
    given = {"mode": "SCRIPTED", "wait_hours": "1.5", "script": script}
    assert client_in.post(client_in.path(POLICY), given).url == client_in.path("reviews/settings/")
    policy = ReviewerPolicy.objects.get()
    assert (policy.mode, policy.wait_seconds) == ("SCRIPTED", 5400)
    assert [len(entry["denied"]) for entry in policy.script] == [2, 0]
    assert policy.script[0]["denied"][0]["note"] == "Not a city"
    body = client_in.get(client_in.path(POLICY)).content.decode()
    assert "DENY companyInfo.city OTHER Not a city; companyInfo.taxId OTHER Wrong" in body
    assert "Scripted" in client_in.get(client_in.path("reviews/settings/")).content.decode()


@pytest.mark.parametrize("line", ["MAYBE", "DENY", "DENY companyInfo.city", "APPROVE companyInfo.city OTHER x"])
def test_a_line_that_is_no_step_is_named(client_in, line):
    answer = client_in.post(client_in.path(POLICY), {"mode": "SCRIPTED", "script": f"APPROVE\n{line}"})
    assert answer.status_code == 422 and "Line 2 is neither" in answer.content.decode()


def test_a_script_that_denies_what_is_not_there_is_refused(client_in):
    answer = client_in.post(client_in.path(POLICY), {"mode": "SCRIPTED", "script": "DENY no.such OTHER x"})
    assert answer.status_code == 422 and "no field" in answer.content.decode()
    assert not ReviewerPolicy.objects.exists()


def test_only_what_gives_a_score_asks_for_one(client_in):
    assert 'name="score"' not in client_in.get(client_in.path(POLICY)).content.decode()
    vetting = client_in.path(f"reviews/settings/{VETTING}/")
    assert 'name="score"' in client_in.get(vetting).content.decode()
    assert client_in.post(vetting, {"mode": "AUTOMATIC", "score": "55"}).status_code == 303
    assert ReviewerPolicy.objects.get().score == 55


@pytest.mark.parametrize(("chosen", "stored"), [("on", True), ("off", False), ("", None)])
def test_the_four_eyes_rule_is_set(client_in, chosen, stored):
    assert client_in.post(client_in.path("reviews/settings/"), {"four_eyes": chosen}).status_code == 303
    assert ReviewSettings.objects.get().four_eyes is stored


def test_reviewers_see_the_settings_and_administrators_change_them(signed_in):
    reviewer = signed_in("REVIEWER")
    body = reviewer.get(reviewer.path("reviews/settings/")).content.decode()
    assert "Automatic after the documented wait" in body and "Save rule" not in body
    assert reviewer.get(reviewer.path(POLICY)).status_code == 403
    assert reviewer.post(reviewer.path("reviews/settings/"), {"four_eyes": "off"}).status_code in (403, 422)
    assert not ReviewSettings.objects.exists()


def test_statistics(client_in, caller, clock):
    page = client_in.path("reviews/statistics/")
    assert "Nothing has been decided yet" in client_in.get(page).content.decode()
    by_hand(caller, SINGAPORE, BRAND)
    for hours, denied in ((2, []), (30, [{"field_path": "companyInfo.city", "reason": "OTHER", "note": "No."}])):
        registration = make_registration(caller, SINGAPORE)
        submit(caller, registration)
        clock.advance(hours=hours)
        decide(caller, registration, *denied)
    found = describe_review_statistics(caller)
    assert (sum(found.approved), sum(found.returned), found.approved[1], found.returned[3]) == (1, 1, 1, 1)
    assert found.reasons == [("OTHER", 1)] and found.alone == 2
    assert found.types[0].median.total_seconds() == 16 * 3600
    body = client_in.get(page).content.decode()
    assert "16 h 0 min" in body and "2 decisions were made by the submitter" in body


def test_files_are_downloads_and_pictures_among_them_are_shown(signed_in, caller):
    by_hand(caller, SINGAPORE)
    letter = make_attachment(caller).registration_attachment_id
    changes = {"senderIdInfo__registeringOnBehalf": ["True"], "senderIdInfo__letterOfAuthorization": letter}
    version = submit(caller, make_registration(caller, SINGAPORE, **changes))
    reviewer = signed_in("REVIEWER")
    row = RegistrationAttachment.objects.filter(uses__version=version).first()
    address = reviewer.path(f"reviews/{version.pk}/files/{row.registration_attachment_id}/")
    answer = reviewer.get(address)
    assert answer["Content-Type"] == "image/png" and answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"
    assert f'<img src="{address}"' in reviewer.get(reviewer.path(f"reviews/{version.pk}/")).content.decode()
    RegistrationAttachment.objects.filter(pk=row.pk).update(media_type="application/pdf")
    answer = reviewer.get(address)
    assert answer["Content-Type"] == "application/pdf" and "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert "<img" not in reviewer.get(reviewer.path(f"reviews/{version.pk}/")).content.decode()
    other = make_attachment(caller).registration_attachment_id  # of the account, but not of this version
    assert reviewer.get(address.replace(row.registration_attachment_id, other)).status_code == 404


def test_waiting_work_is_counted_in_the_side_navigation(signed_in, caller):
    by_hand(caller, SINGAPORE)
    submit(caller, make_registration(caller, SINGAPORE))
    reviewer, viewer = signed_in("REVIEWER"), signed_in("VIEWER")
    body = reviewer.get(reviewer.path("reviews/statistics/")).content.decode()
    assert 'class="counter">1<span class="visually-hidden"> waiting</span>' in body
    assert "Review queue" not in viewer.get(viewer.path("pools/")).content.decode()
