"""Bulk sends on pages: from the upload to the result file, and who may do what."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.models import BulkSend, BulkSendRow, Message
from messaging.operations import bulk_send_runs
from messaging.operations.bulk_send_runs import run_due_bulk_sends
from messaging.operations.jobs import run_due_jobs
from tests import factories
from tests.messaging.bulk_sends import checked, lines, number_of_type, started

FILE = b"phone,name\n+12065550101,Ann\n+12065550102,\nnobody,Bob\n+12065550101,Ann\n"
FIELDS = {
    "bulk_send_name": "Spring sale",
    "message_body": "Hello {{name|friend}}",
    "retry_statuses": ["UNREACHABLE", "UNKNOWN"],
    "max_tries": "3",
    "first_wait_seconds": "60",
    "wait_growth": "2",
    "context_key": ["campaign"],
    "context_value": ["spring"],
}


@pytest.fixture
def here(client_in):
    return client_in.path("bulk-sends/")


@pytest.fixture
def number(caller, clock):
    return number_of_type(caller, "SHORT_CODE")


def create(client, here, content=FILE, **changes):
    given = {**FIELDS, "file": SimpleUploadedFile("spring.csv", content), **changes}
    return client.post(f"{here}create/", given)


def test_the_whole_way_of_a_bulk_send(client_in, here, number, clock, run_work):
    page = create(client_in, here, origination_identity=number.phone_number).url
    body = client_in.get(page).content.decode()
    assert "Columns and dry run" in body and "Start or schedule" not in body
    assert client_in.post(f"{page}check/", {"column": "0", "has_head": "on"}).url == page
    running = client_in.get(page).content.decode()
    assert "hx-trigger" in running and "Check file" not in running
    run_due_jobs(10)
    checked_page = client_in.get(page).content.decode()
    assert "Hello Ann" in checked_page and "Hello friend" in checked_page
    assert "Twice in the file" in checked_page and "Not a number" in checked_page
    assert not Message.objects.exists()
    rows = client_in.get(f"{page}rows/?f=reason:%3D:NOT_A_NUMBER").content.decode()
    assert "nobody" in rows and "+12065550102" not in rows
    start = client_in.get(f"{page}start/").content.decode()
    assert "Type" not in start and "2 rows are left out" in start
    assert client_in.post(f"{page}start/", {"scheduled_at": ""}).url == page
    live = client_in.fragment(page, headers={"HX-Target": "progress"}).content.decode()
    assert live.lstrip().startswith('<section class="panel" id="progress"') and "Pause" in live and "hx-trigger" in live
    factories.deliver_all(clock)
    run_work()
    ended = client_in.fragment(page, headers={"HX-Target": "progress"}).content.decode()
    assert "hx-trigger" not in ended and "Pause" not in ended
    result = b"".join(client_in.get(f"{page}result/").streaming_content).decode().splitlines()
    assert len(result) == 5 and result[0].startswith("Row,Number,Country,State")
    assert re.match(r"2,\+12065550101,US,DELIVERED,", result[1]) and ",LEFT_OUT,NOT_A_NUMBER," in result[3]
    message = Message.objects.get(destination_phone_number="+12065550102")
    assert (message.message_body, message.context) == ("Hello friend", {"campaign": "spring"})
    assert "Spring sale" in client_in.get(here).content.decode()
    assert client_in.post(f"{page}delete/").url == here
    assert not BulkSend.objects.exists() and Message.objects.count() == 2


def test_wrong_input_is_kept_with_its_mistake(client_in, here, number, settings):
    for content in (b"", b"\n \n"):
        assert create(client_in, here, content).status_code == 422
    wrong = create(client_in, here, message_body="Hello {{name", max_tries="99")
    body = wrong.content.decode()
    assert wrong.status_code == 422 and "Hello {{name" in body and "Spring sale" in body
    assert create(client_in, here, max_price="much").status_code == 422
    settings.SWITCHBOARD_IMPORT_MAX_BYTES = 10
    assert create(client_in, here).status_code == 422
    assert not BulkSend.objects.exists()


def test_a_placeholder_without_a_column_is_refused_at_the_check(client_in, here, number):
    page = create(client_in, here, message_body="Hello {{surname}}").url
    answer = client_in.post(f"{page}check/", {"column": "0", "has_head": "on"})
    assert answer.status_code == 422 and "surname" in answer.content.decode()
    edit = f"{page}edit/"
    assert "Hello {{surname}}" in client_in.get(edit).content.decode()
    assert client_in.post(edit, {**FIELDS, "max_tries": ""}).status_code == 422
    assert client_in.post(edit, FIELDS).url == page
    assert BulkSend.objects.get().message_body == FIELDS["message_body"]


def test_many_are_started_by_their_count(client_in, caller, number, monkeypatch):
    monkeypatch.setattr("console.views.bulk_sends_steps.MANY", 3)
    row = checked(caller, lines(4), origination_identity=number.phone_number_id)
    page = client_in.path(f"bulk-sends/{row.bulk_send_id}/start/")
    assert client_in.post(page, {"scheduled_at": "", "confirmation": "3"}).status_code == 422
    assert client_in.post(page, {"scheduled_at": "tomorrow", "confirmation": "4"}).status_code == 422
    answer = client_in.post(page, {"scheduled_at": "2026-03-03T08:30", "confirmation": "4"})
    assert answer.status_code == 303
    row.refresh_from_db()
    assert (row.status, row.scheduled_at.day) == ("SCHEDULED", 3)
    assert client_in.post(page, {"scheduled_at": "", "confirmation": "4"}).status_code == 422  # it has started


def test_pause_resume_and_stop_on_the_page(client_in, caller, number, monkeypatch):
    monkeypatch.setattr(bulk_send_runs, "SLICE_ROWS", 2)
    row = started(caller, lines(5), origination_identity=number.phone_number_id)
    page = client_in.path(f"bulk-sends/{row.bulk_send_id}/")
    run_due_bulk_sends()
    assert "2 of 5 rows sent" in client_in.get(page).content.decode()
    assert client_in.post(f"{page}pause/").url == page
    assert "Resume" in client_in.get(page).content.decode()
    assert client_in.post(f"{page}resume/").url == page
    assert "They never go" in client_in.get(f"{page}stop/").content.decode()
    assert client_in.post(f"{page}stop/").url == page
    assert "Stopped" in client_in.get(page).content.decode()
    assert BulkSendRow.objects.filter(state="STOPPED").count() == 3
    assert client_in.post(f"{page}resume/").status_code == 409
    for step in ("check/", "pause/", "resume/"):
        assert client_in.get(f"{page}{step}").status_code == 405


def test_who_may(client_in, signed_in, stranger, caller, number, here, other_owner):
    row = checked(caller, lines(1), origination_identity=number.phone_number_id)
    page = client_in.path(f"bulk-sends/{row.bulk_send_id}/")
    assert stranger.get(page).status_code == 302
    viewer = signed_in("VIEWER")
    seen = viewer.get(page).content.decode()
    assert "Start or schedule" not in seen and "Columns and dry run" not in seen
    assert viewer.get(here).status_code == 200 and viewer.get(f"{page}rows/").status_code == 200
    for step in ("check/", "start/", "pause/", "resume/", "stop/", "edit/", "delete/"):
        assert viewer.post(f"{page}{step}", {"column": "0"}).status_code == 403
    assert create(viewer, here).status_code == 403
    assert signed_in("OPERATOR").get(f"{page}start/").status_code == 200
    theirs = checked(factories.make_caller(other_owner), lines(1))
    for path in ("", "rows/", "result/", "start/"):
        answer = client_in.get(client_in.path(f"bulk-sends/{theirs.bulk_send_id}/{path}"))
        assert answer.status_code == 404, path


def test_pages_stay_within_their_queries(client_in, caller, number, here, django_assert_max_num_queries):
    row = started(caller, lines(60), origination_identity=number.phone_number_id)
    run_due_bulk_sends()
    page = client_in.path(f"bulk-sends/{row.bulk_send_id}/")
    for path in (here, f"{here}create/", page, f"{page}rows/", f"{page}stop/"):
        with django_assert_max_num_queries(12):
            assert client_in.get(path).status_code == 200


def test_the_text_is_previewed_as_a_row_could_have_it(client_in, here, number, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page = client_in.get(f"{here}create/").content.decode()
    assert 'id="preview"' in page and 'name="placeholders"' in page
    typed = {**FIELDS, "message_body": "Hello {{name|friend}}, your {{thing}} “waits”", "placeholders": "1"}
    looked = client_in.post(f"{here}create/", {**typed, "update_preview": "1"})
    html = looked.content.decode()
    assert looked.status_code == 200 and not BulkSend.objects.exists()
    assert "Hello {{name|friend}}, your {{thing}} “waits”</textarea>" in html
    assert '<p class="bubble" dir="auto">Hello friend, your thing “waits”</p>' in html
    assert 'value="Spring sale"' in html and 'value="campaign"' in html and 'value="spring"' in html
    replaced = client_in.post(f"{here}create/", {**typed, "replace_all": "1"}).content.decode()
    assert "Hello {{name|friend}}, your {{thing}} &quot;waits&quot;</textarea>" in replaced
    part = client_in.fragment(client_in.path("message-parts/"), typed, method="post").content.decode()
    assert "Hello friend, your thing “waits”" in part and "UCS-2" in part


def test_a_draft_is_previewed_when_it_is_changed(client_in, here, number):
    page = create(client_in, here).url
    assert "Hello friend</p>" in client_in.get(f"{page}edit/").content.decode()
    looked = client_in.post(
        f"{page}edit/", {**FIELDS, "message_body": "Bye", "placeholders": "1", "update_preview": "1"}
    )
    assert "Bye</textarea>" in looked.content.decode()
    assert BulkSend.objects.get().message_body == FIELDS["message_body"]
