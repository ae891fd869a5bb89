"""Pages of support cases: every kind can be filled in, files are checked, the links that lead there fill in."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from registrations.models import RegistrationAttachment, SupportCase
from registrations.operations.support_cases import answer_support_case, create_support_case, withdraw_support_case
from registrations.support_flows import flows
from tests.media_samples import png

QUOTA = {"region": "us-east-1", "quota": "pools", "new_value": 30}


@pytest.fixture
def case(caller):
    return create_support_case(
        caller, flow="quota_increase", answers={}, requests=[QUOTA], description="We have many brands."
    )


def form_of(client, flow, **query):
    return client.get(client.path(f"support-cases/create/{flow}/"), query)


@pytest.mark.parametrize("flow", flows())
def test_every_kind_shows_each_of_its_fields(client_in, flow) -> None:
    body = form_of(client_in, flow).content.decode()
    for field in flows()[flow].fields.values():
        assert f'name="{field.key}"' in body
        assert field.label.split("’")[0][:20] in body
    assert ('name="request-0-region"' in body) == (flows()[flow].request is not None)
    assert ("Add another request" in body) == flows()[flow].add_another


def test_what_is_wrong_is_said_and_kept(client_in) -> None:
    answer = client_in.post(client_in.path("support-cases/create/quota_increase/"), {"description": "Because."})
    assert answer.status_code == 422
    assert "Because." in answer.content.decode()
    assert not SupportCase.objects.exists()


def test_a_second_request_is_added_without_losing_what_was_written(client_in) -> None:
    path = client_in.path("support-cases/create/quota_increase/")
    given = {"count": "1", "description": "Because.", "request-0-region": "us-east-1", "request-0-quota": "pools"}
    body = client_in.post(path, {**given, "add": "1"}).content.decode()
    assert 'name="request-1-quota"' in body
    assert "Because." in body
    given |= {"count": "2", "request-0-new_value": "30", "contact_language": "English", "contact_method": "web"}
    given |= {"request-1-region": "eu-west-1", "request-1-quota": "pools", "request-1-new_value": "40"}
    assert client_in.post(path, given).status_code == 303
    asked = [(entry["region"], entry["new_value"]) for entry in SupportCase.objects.get().requests]
    assert asked == [("us-east-1", 30), ("eu-west-1", 40)]


def test_a_link_fills_the_form_in(client_in) -> None:
    body = form_of(client_in, "spend_limit_increase", channel="VOICE", new_value="50").content.decode()
    assert re.search(r'<option value="VOICE" selected', body)
    assert re.search(r'name="request-0-new_value"[^>]*value="50"|value="50"[^>]*name="request-0-new_value"', body)


def test_a_field_that_is_marked_optional_and_needed_says_so(client_in) -> None:
    assert form_of(client_in, "spend_limit_increase").content.decode().count("Needed all the same.") == 6
    assert "Needed all the same." not in form_of(client_in, "sender_id").content.decode()


@pytest.mark.parametrize("page", ["overview", "limit"])
def test_raise_limit_leads_to_a_case(client_in, page) -> None:
    body = client_in.get(client_in.path("" if page == "overview" else "spending/limits/TEXT/")).content.decode()
    assert "support-cases/create/spend_limit_increase/?channel=" in body


def test_a_file_goes_through_the_checks_of_registrations(client_in, case) -> None:
    path = client_in.path(f"support-cases/{case.case_id}/reply/")
    lying = SimpleUploadedFile("form.pdf", b"<script>alert(1)</script>", content_type="application/pdf")
    assert client_in.post(path, {"message": "Here.", "file": lying}).status_code == 422
    assert not RegistrationAttachment.objects.exists()
    good = SimpleUploadedFile("form.png", png(), content_type="image/png")
    assert client_in.post(path, {"message": "Here.", "file": good}).status_code == 303
    kept = RegistrationAttachment.objects.get()
    body = client_in.get(client_in.path(f"support-cases/{case.case_id}/")).content.decode()
    assert kept.registration_attachment_id in body
    served = client_in.get(client_in.path(f"registration-attachments/{kept.registration_attachment_id}/"))
    assert served["Content-Disposition"].startswith("attachment")


def test_a_reply_that_comes_too_late_says_so(client_in, caller, case) -> None:
    withdraw_support_case(caller, case_id=case.case_id)
    path = client_in.path(f"support-cases/{case.case_id}/")
    assert "Send reply" not in client_in.get(path).content.decode()
    late = client_in.post(f"{path}reply/", {"message": "One more thing."})
    assert late.status_code == 422
    assert "One more thing." in late.content.decode() and 'role="alert"' in late.content.decode()


def test_a_viewer_reads_and_changes_nothing(signed_in, case) -> None:
    viewer = signed_in("VIEWER")
    body = viewer.get(viewer.path(f"support-cases/{case.case_id}/")).content.decode()
    assert "We have many brands." in body
    assert "Send reply" not in body
    assert viewer.get(viewer.path("support-cases/create/")).status_code == 403
    assert viewer.get(viewer.path("reviews/cases/")).status_code == 403
    assert viewer.post(viewer.path(f"support-cases/{case.case_id}/reply/"), {"message": "x"}).status_code == 403


def test_what_waits_is_counted_and_what_was_decided_leaves_the_queue(signed_in, case, caller) -> None:
    reviewer = signed_in("REVIEWER")
    queue = reviewer.path("reviews/cases/")
    body = reviewer.get(queue).content.decode()
    assert case.case_id in body
    assert '<span class="counter">1<' in body
    withdraw_support_case(caller, case_id=case.case_id)
    assert case.case_id not in reviewer.get(queue).content.decode()
    assert case.case_id in reviewer.get(reviewer.path("support-cases/")).content.decode()


def test_a_reviewer_asks_and_decides(signed_in, case, caller) -> None:
    reviewer = signed_in("REVIEWER")
    path = reviewer.path(f"reviews/cases/{case.case_id}/")
    assert "Nothing that is documented speaks against it." in reviewer.get(path).content.decode()
    assert reviewer.post(path, {"do": "refuse"}).status_code == 422
    assert reviewer.post(path, {"do": "answer", "message": "Why?"}).status_code == 303
    assert reviewer.post(path, {"do": "nonsense", "message": "x"}).status_code == 404
    assert reviewer.post(path, {"do": "approve"}).status_code == 303
    case.refresh_from_db()
    assert case.status == "APPROVED"
    with pytest.raises(Exception, match="Approved"):
        answer_support_case(caller, case_id=case.case_id, message="More.")


def test_policies_are_set_on_their_page(client_in) -> None:
    path = client_in.path("reviews/cases/policies/quota_increase/")
    given = {"mode": "SCRIPTED", "wait_hours": "1", "refusals": "1", "note": "No."}
    assert client_in.post(path, given).status_code == 303
    body = client_in.get(path).content.decode()
    assert "No." in body
    assert "Scripted" in client_in.get(client_in.path("reviews/cases/policies/")).content.decode()
