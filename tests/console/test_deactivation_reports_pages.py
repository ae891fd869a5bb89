"""The pages of deactivation reports, from the upload to the suppression, by plain forms."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.models import DeactivationReport, OptedOutNumber
from messaging.operations.jobs import run_due_jobs
from tests import factories

pytestmark = pytest.mark.django_db
PATH = "deactivation-reports/"


def upload(client_in, text=b"phone\n+12065550142\n+12065550143\ncall me\n"):
    file = SimpleUploadedFile("latest-deact-report.csv", text, "text/csv")
    return client_in.post(client_in.path(PATH), {"file": file})


def test_upload_compare_suppress(client_in, caller):
    factories.make_verified_number(caller, "+12065550142")
    factories.make_opt_out_list(caller, "stopped")
    made = upload(client_in)
    row = DeactivationReport.objects.get()
    path = client_in.path(f"{PATH}{row.report_id}/")
    assert made.status_code == 303 and made["Location"] == path
    assert "Compare report" in client_in.get(path).content.decode()
    given = {"column": row.column, "has_head": "on", "recent_days": 30}
    assert client_in.post(f"{path}compare/", given).status_code == 303
    assert "Refresh" in client_in.get(path).content.decode()
    run_due_jobs(100)
    body = client_in.get(path).content.decode()
    assert "Suppress numbers" in body and "+1 206-555-0142" in body and "call me" in body
    assert "+1 206-555-0143" not in body.partition("Columns and sample")[0], "the account does not know it"
    lines = b"".join(client_in.get(f"{path}numbers/").streaming_content).decode().splitlines()
    assert lines[1] == "2,+12065550142,,yes,"
    assert b"call me" in b"".join(client_in.get(f"{path}problems/").streaming_content)
    wrong = client_in.post(f"{path}suppress/", {"opt_out_list_name": "none", "reason": "x"})
    assert wrong.status_code == 422 and "There is a problem" in wrong.content.decode()
    assert client_in.post(f"{path}suppress/", {"opt_out_list_name": "stopped", "reason": "Gone"}).status_code == 303
    run_due_jobs(100)
    assert OptedOutNumber.objects.get(opt_out_list__opt_out_list_name="stopped").reason == "Gone"
    assert client_in.post(f"{path}discard/").status_code == 303
    assert client_in.get(path).status_code == 404


def test_wrong_days_are_refused_with_the_input_kept(client_in):
    upload(client_in)
    row = DeactivationReport.objects.get()
    path = client_in.path(f"{PATH}{row.report_id}/compare/")
    answer = client_in.post(path, {"column": 0, "recent_days": 9999})
    assert answer.status_code == 422 and 'value="9999"' in answer.content.decode()


def test_an_empty_file_is_refused(client_in):
    assert upload(client_in, b"\n").status_code == 422
    assert not DeactivationReport.objects.exists()
