"""The reviewer's pages: queue, screen, decision, policies, statistics."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registrations.models import Decision, Registration, RegistrationVersion, ReviewClaim, ReviewDraft
from registrations.operations import four_eyes, versions
from registrations.operations.support_cases import create_support_case
from tests.registrations.forms import (
    BRAND,
    CAMPAIGN,
    SINGAPORE,
    associate,
    by_hand,
    complete,
    decide,
    make_attachment,
    make_registration,
    put,
    submit,
)

pytestmark = pytest.mark.django_db
CITY = "companyInfo.city"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def submitted(caller):
    by_hand(caller, SINGAPORE, BRAND, CAMPAIGN)
    registration = make_registration(caller, SINGAPORE)
    return submit(caller, registration)


@pytest.fixture
def reviewer(signed_in):
    return signed_in("REVIEWER")


def url(reviewer, version, rest=""):
    return reviewer.path(f"reviews/{version.pk}/{rest}")


def claimed(reviewer, version):
    assert reviewer.post(url(reviewer, version, "claim/")).status_code == 303
    return version


def numbered(version, verdicts):
    """What a review form posts: path -> "accept" or (reason, note)."""
    definition = version.registration.definition
    numbers = {path: number for number, path in enumerate((*definition.fields, ""), start=1)}
    given = {"form": definition.version}
    for path, verdict in verdicts.items():
        number = numbers[path]
        given[f"v{number}"] = "accept" if verdict == "accept" else "deny"
        if verdict != "accept":
            given |= {f"r{number}": verdict[0], f"n{number}": verdict[1]}
    return given


def all_accepted(version, **changes):
    """Every field accepted, but for the changes: path with __ in place of the dot -> (reason, note)."""
    paths = (*version.registration.definition.fields, "")
    changed = {path.replace("__", "."): verdict for path, verdict in changes.items()}
    return numbered(version, dict.fromkeys(paths, "accept") | changed)


def test_the_queue_and_the_next_one(reviewer, submitted):
    body = reviewer.get(reviewer.path("reviews/")).content.decode()
    assert url(reviewer, submitted) in body and "Claim next" in body
    answer = reviewer.post(reviewer.path("reviews/next/"))
    assert answer.url == url(reviewer, submitted)
    assert url(reviewer, submitted) in reviewer.get(reviewer.path("reviews/mine/")).content.decode()
    again = reviewer.post(reviewer.path("reviews/next/"), follow=True)
    assert "No registration waits" in again.content.decode()
    for view in ("", "held/", "waiting/", "decided/"):
        assert "nothing here yet" in reviewer.get(reviewer.path(f"reviews/{view}")).content.decode()


def test_who_holds_what_and_since_when(reviewer, signed_in, submitted):
    claimed(reviewer, submitted)
    other, name = signed_in("REVIEWER"), reviewer.user.get_username()
    body = other.get(other.path("reviews/held/")).content.decode()
    assert url(reviewer, submitted) in body and name in body and "Held since" in body
    assert url(reviewer, submitted) not in reviewer.get(reviewer.path("reviews/held/")).content.decode()
    ReviewClaim.objects.update(held_until=datetime.now(UTC) - timedelta(seconds=1))
    assert url(reviewer, submitted) not in other.get(other.path("reviews/held/")).content.decode()
    body = other.get(other.path("reviews/")).content.decode()
    assert url(reviewer, submitted) in body and name not in body


def test_a_review_is_taken_over(reviewer, signed_in, client_in, submitted):
    claimed(reviewer, submitted)
    other, page = signed_in("REVIEWER"), url(reviewer, submitted, "take-over/")
    assert page not in other.get(url(reviewer, submitted)).content.decode()
    assert other.get(page).url == url(reviewer, submitted)  # too early
    assert page in client_in.get(url(reviewer, submitted)).content.decode()
    assert reviewer.user.get_username() in client_in.get(page).content.decode()
    assert client_in.post(page, {"reason": ""}).status_code == 422
    assert client_in.post(page, {"reason": "Out of office."}).url == url(reviewer, submitted)
    assert ReviewClaim.objects.get().reviewer == client_in.caller.actor
    assert "Out of office." in reviewer.get(reviewer.path("notifications/")).content.decode()


def test_a_version_is_read_only_until_it_is_claimed(reviewer, submitted):
    assert 'type="radio"' not in reviewer.get(url(reviewer, submitted)).content.decode()
    claimed(reviewer, submitted)
    body = reviewer.get(url(reviewer, submitted)).content.decode()
    for number, field in enumerate(submitted.registration.definition.fields.values(), start=1):
        assert f'name="v{number}" value="deny"' in body and str(field.title) in body
    assert reviewer.post(url(reviewer, submitted, "release/")).status_code == 303
    assert not ReviewClaim.objects.exists()


def test_a_review_from_claim_to_return(reviewer, submitted):
    claimed(reviewer, submitted)
    given = {**all_accepted(submitted, companyInfo__city=("OTHER", "Which one?")), "decide": "1"}
    assert reviewer.post(url(reviewer, submitted), given).url == url(reviewer, submitted, "decision/")
    preview = reviewer.get(url(reviewer, submitted, "decision/")).content.decode()
    assert "Which one?" in preview and "Return with 1 field" in preview
    answer = reviewer.post(url(reviewer, submitted, "decision/"), {"feedback": "Almost."})
    assert answer.url == reviewer.path("reviews/")
    decision = Decision.objects.get()
    assert (decision.outcome, decision.feedback, decision.four_eyes) == ("DENIED", "Almost.", True)
    verdicts = {one.field_path: one.accepted for one in decision.verdicts.all()}
    assert verdicts.pop(CITY) is False and all(verdicts.values()) and len(verdicts) == 22
    assert Registration.objects.get().registration_status == "REQUIRES_UPDATES"


def test_a_review_from_claim_to_approval(reviewer, submitted):
    claimed(reviewer, submitted)
    undecided = reviewer.post(url(reviewer, submitted), {**numbered(submitted, {}), "decide": "1"})
    assert undecided.status_code == 422 and "fields are undecided" in undecided.content.decode()
    for part in range(1, len(submitted.registration.definition.sections) + 2):
        kept = numbered(submitted, dict.fromkeys(ReviewDraft.objects.get().verdicts, "accept"))
        assert reviewer.post(url(reviewer, submitted), {**kept, "section": part}).status_code == 303
    given = numbered(submitted, dict.fromkeys(ReviewDraft.objects.get().verdicts, "accept"))
    assert reviewer.post(url(reviewer, submitted), {**given, "decide": "1"}).url.endswith("/decision/")
    reviewer.post(url(reviewer, submitted, "decision/"), {})
    assert Registration.objects.get().registration_status == "COMPLETE"


@pytest.mark.parametrize(("reason", "note", "says"), [("", "", "Choose a reason."), ("OTHER", " ", "Write what is")])
def test_a_denial_says_why(reviewer, submitted, reason, note, says):
    claimed(reviewer, submitted)
    given = {**all_accepted(submitted, companyInfo__city=(reason, note)), "decide": "1"}
    answer = reviewer.post(url(reviewer, submitted), given)
    assert answer.status_code == 422 and says in answer.content.decode()
    assert 'value="deny" checked' in answer.content.decode()
    assert reviewer.get(url(reviewer, submitted, "decision/")).status_code == 303  # not from the address bar either


def test_a_draft_is_kept_while_one_works(reviewer, submitted):
    claimed(reviewer, submitted)
    answer = reviewer.post(
        url(reviewer, submitted, "draft/"), numbered(submitted, {CITY: ("OTHER", "Which one?")}), headers=HTMX
    )
    body = answer.content.decode()
    assert 'id="review-bar"' in body and 'hx-swap-oob="true"' in body and "Return with 1 field" in body
    assert ReviewDraft.objects.get().verdicts[CITY]["note"] == "Which one?"
    assert "Which one?" in reviewer.get(url(reviewer, submitted)).content.decode()


def test_the_claim_is_renewed_and_its_loss_is_said(reviewer, submitted):
    claimed(reviewer, submitted)
    ReviewClaim.objects.update(held_until=datetime.now(UTC) - timedelta(seconds=1))
    assert "every 10s" in reviewer.post(url(reviewer, submitted, "renew/"), headers=HTMX).content.decode()
    ReviewClaim.objects.update(reviewer="user:other")
    body = reviewer.post(url(reviewer, submitted, "renew/"), headers=HTMX).content.decode()
    assert "user:other is reviewing" in body and "every 10s" not in body
    body = reviewer.get(url(reviewer, submitted)).content.decode()
    assert "other is reviewing this version" in body and 'type="radio"' not in body


def second_version(caller, reviewer, submitted):
    registration = submitted.registration
    given = [{"field_path": CITY, "reason": "OTHER", "note": "Which?"}]
    decide(caller, registration, *given)
    versions.create_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    put(caller, registration, CITY, "Singapore, <b>Bedok</b>")
    return submit(caller, registration)


def test_what_changed_since_the_last_version(reviewer, submitted, caller):
    old = submitted
    newer = second_version(caller, reviewer, submitted)
    claimed(reviewer, newer)
    body = reviewer.get(url(reviewer, newer)).content.decode()
    assert "Show only what changed (1 field)" in body and "Against version 1" in body
    assert re.search(r"<ins><span[^>]*>added: </span>[^<]*&lt;b&gt;", body)
    assert "Earlier decisions" in body and "Which?" in body
    overtaken = reviewer.get(url(reviewer, old)).content.decode()
    assert "This version was overtaken" in overtaken and url(reviewer, newer) in overtaken
    answer = reviewer.post(url(reviewer, old), {**all_accepted(old), "decide": "1"}, follow=True)
    assert "was overtaken" in answer.content.decode() and Decision.objects.count() == 1


def test_four_eyes_on_the_screen(client_in, submitted, member, caller):
    mine = RegistrationVersion.objects.filter(pk=submitted.pk)
    mine.update(submitted_by=f"user:{client_in.user.get_username()}")
    body = client_in.get(url(client_in, submitted)).content.decode()
    assert "the decision will say that nobody else looked at it" in body
    member("OPERATOR")
    body = client_in.get(url(client_in, submitted)).content.decode()
    assert "lets somebody else decide" in body
    assert client_in.post(url(client_in, submitted, "claim/")).status_code == 403
    four_eyes.set_four_eyes(caller, four_eyes=False)
    claimed(client_in, submitted)
    client_in.post(url(client_in, submitted), {**all_accepted(submitted), "decide": "1"})
    client_in.post(url(client_in, submitted, "decision/"), {})
    assert Decision.objects.get().four_eyes is False
    assert "Decided by its own submitter or editor" in client_in.get(url(client_in, submitted)).content.decode()


def test_the_campaign_fits_the_budget(reviewer, caller, submitted):
    company = complete(caller, BRAND)
    campaign = make_registration(caller, CAMPAIGN)
    associate(caller, campaign, company)
    submit(caller, campaign)
    decide(caller, campaign, {"field_path": "campaignInfo.helpMessage", "reason": "OTHER", "note": "No."})
    versions.create_registration_version(caller, registration_id=campaign.registration_id)
    campaign.refresh_from_db()
    version = claimed(reviewer, submit(caller, campaign))
    with CaptureQueriesContext(connection) as captured:
        answer = reviewer.get(url(reviewer, version))
    assert len(captured) <= 12, "\n".join(one["sql"][:200] for one in captured)
    assert len(answer.content) <= 60 * 1024
    with CaptureQueriesContext(connection) as captured:
        reviewer.get(reviewer.path("reviews/mine/"))
    assert len(captured) <= 12


def test_a_page_of_another_edition_of_the_form_decides_nothing(reviewer, submitted):
    claimed(reviewer, submitted)
    given = {**all_accepted(submitted), "form": "1999", "decide": "1"}
    assert (
        "was changed while you had it open"
        in reviewer.post(url(reviewer, submitted), given, follow=True).content.decode()
    )
    assert not ReviewDraft.objects.exists()


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR"])
def test_the_queue_is_for_reviewers(signed_in, submitted, role):
    client = signed_in(role)
    pages = ["reviews/", "reviews/mine/", "reviews/decided/", f"reviews/{submitted.pk}/", "reviews/statistics/"]
    assert {client.get(client.path(page)).status_code for page in pages} == {403}
    changes = ["next/", f"{submitted.pk}/claim/", f"{submitted.pk}/draft/", f"{submitted.pk}/renew/"]
    changes += [f"{submitted.pk}/{rest}/" for rest in ("release", "decision", "revoke")]
    assert {client.post(client.path(f"reviews/{change}")).status_code for change in changes} == {403}


def test_another_accounts_review_does_not_exist(reviewer, submitted, other_owner):
    Registration.objects.update(owner=other_owner)
    for rest in ("", "decision/", "revoke/", "files/x/"):
        assert reviewer.get(url(reviewer, submitted, rest)).status_code == 404
    for rest in ("", "claim/", "draft/", "renew/", "release/", "step/"):
        assert reviewer.post(url(reviewer, submitted, rest)).status_code == 404


def test_somebody_who_only_reviews_does_the_whole_review(reviewer, caller):
    """From the queue to the statistics, by pages alone: files, steps outside the form, decision, withdrawal, cases."""
    by_hand(caller, SINGAPORE)
    letter = make_attachment(caller).registration_attachment_id
    changes = {"senderIdInfo__registeringOnBehalf": ["True"], "senderIdInfo__letterOfAuthorization": letter}
    version = submit(caller, make_registration(caller, SINGAPORE, **changes))

    def post(rest, data=None, **extra):
        answer = reviewer.post(url(reviewer, version, rest), data or {}, **extra)
        assert answer.status_code in (200, 303), (rest, answer.content)
        return answer

    assert reviewer.post(reviewer.path("reviews/next/")).url == url(reviewer, version)
    assert reviewer.get(url(reviewer, version, f"files/{letter}/")).status_code == 200
    post("draft/", numbered(version, {CITY: "accept"}), headers=HTMX)
    post("renew/", headers=HTMX)
    post("release/")
    post("claim/")
    for step, status in (("offline", "REQUIRES_OFFLINE_REVIEW"), ("resume", "REVIEWING")):
        post("step/", {"step": step})
        version.refresh_from_db()
        assert version.registration_version_status == status
    post("", {**all_accepted(version), "decide": "1"})
    post("decision/", {"feedback": "Thank you."})
    post("revoke/", {"reason": "OTHER", "note": "Used for something else."})
    assert list(Decision.objects.values_list("outcome", flat=True)) == ["APPROVED", "REVOKED"]
    assert "1" in reviewer.get(reviewer.path("reviews/statistics/")).content.decode()
    asked = [{"region": caller.region, "quota": "pools", "new_value": 30}]
    case = create_support_case(caller, flow="quota_increase", answers={}, requests=asked, description="Many brands.")
    assert case.case_id in reviewer.get(reviewer.path("reviews/cases/")).content.decode()
    path = reviewer.path(f"reviews/cases/{case.case_id}/")
    assert reviewer.post(path, {"do": "answer", "message": "Which brands?"}).status_code == 303
    assert reviewer.post(path, {"do": "refuse", "message": "Too many."}).status_code == 303
    case.refresh_from_db()
    assert (case.status, case.decided_by) == ("REFUSED", reviewer.caller.actor)
