"""What lists do with many rows at once: files, bulk actions, and the jobs that carry them."""

import csv
import io
import json

import pytest
from django.core.files.storage import default_storage
from django.http import QueryDict

from console import exports
from console.lists import find
from messaging.models import Job, JobResult, PhoneNumber
from messaging.operations.jobs import run_due_jobs
from tests import factories

NUMBERS = "opt-out-lists/many/"


def test_csv_has_the_filter_the_order_and_the_columns(client_in, many):
    query = "f=end-user-opted-out:%3D:true&sort=-number&columns=number,since&export=csv"
    response = client_in.get(client_in.path(f"{NUMBERS}?{query}"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="opted-out-numbers.csv"'
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert rows[0] == ["Number", "Opted out"]
    assert rows[1] == ["+14255550058", "2026-03-02T12:04:00Z"]
    assert len(rows) == 31


def test_json_keeps_types(client_in, many):
    response = client_in.get(client_in.path(f"{NUMBERS}?export=json&q=%2B14255550001"))
    assert json.loads(b"".join(response.streaming_content)) == [
        {"number": "+14255550001", "since": "2026-03-02T12:01:00Z", "how": False, "actor": "user:tester"}
    ]


def test_json_lines_have_a_row_each(client_in, many):
    response = client_in.get(client_in.path(f"{NUMBERS}?export=jsonl&columns=number"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="opted-out-numbers.jsonl"'
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert len(lines) == 60 and all(set(json.loads(line)) == {"number"} for line in lines)


def test_export_reads_in_chunks_without_losing_rows(client_in, many, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 7)
    response = client_in.get(client_in.path(f"{NUMBERS}?export=json&sort=since"))
    found = [row["number"] for row in json.loads(b"".join(response.streaming_content))]
    assert len(found) == len(set(found)) == 60


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("-2", "'-2"),
        ("+1+2", "'+1+2"),
        ("+14255550001", "+14255550001"),
        (-2, -2),
        (["a", "b"], "a b"),
        ({"=a": 1}, '{"=a": 1}'),
    ],
)
def test_a_spreadsheet_calculates_nothing(value, written):
    assert exports.safe_cell(value) == written


def test_an_unknown_export_format_is_not_found(client_in, many):
    assert client_in.get(client_in.path(f"{NUMBERS}?export=xml")).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl"])
def test_a_long_export_becomes_a_job_that_survives_its_worker(client_in, many, monkeypatch, kind):
    monkeypatch.setattr(exports, "EXPORT_LIMIT", 40)
    monkeypatch.setattr(exports, "SLICE_ROWS", 25)
    page = client_in.get(client_in.path(f"{NUMBERS}?export={kind}"))
    assert "Start export" in page.content.decode()
    started = client_in.post(
        client_in.path("lists/opted-out-numbers/export/"), {"arg": "many", "query": "sort=-number", "format": kind}
    )
    assert started.status_code == 303
    assert run_due_jobs(1) == 1
    job = Job.objects.get()
    assert (job.done, job.status) == (25, Job.Status.RUNNING)
    # A worker wrote the next part and died before it could commit.
    from django.core.files.base import ContentFile

    default_storage.save(exports.part_name(job.job_id, 1), ContentFile(b"half a part"))
    while run_due_jobs(1):
        pass
    job.refresh_from_db()
    assert (job.done, job.status) == (60, Job.Status.DONE)
    text = b"".join(client_in.get(client_in.path(f"jobs/{job.job_id}/download/")).streaming_content).decode()
    numbers = (
        [row["number"] for row in json.loads(text)]
        if kind == "json"
        else [json.loads(line)["number"] for line in text.splitlines()]
        if kind == "jsonl"
        else [row[0] for row in csv.reader(io.StringIO(text))][1:]
    )
    assert len(numbers) == 60
    assert numbers == sorted(numbers, reverse=True)


def test_an_export_is_only_for_who_may_see_the_list(client_in, signed_in):
    client_in.post(client_in.path("lists/access-keys/export/"), {"format": "csv"})
    while run_due_jobs(1):
        pass
    file = f"jobs/{Job.objects.get().job_id}/download/"
    assert client_in.get(client_in.path(file)).status_code == 200
    viewer = signed_in("VIEWER")
    assert viewer.get(viewer.path("access-keys/")).status_code == 403
    assert viewer.get(viewer.path(file)).status_code == 403


def test_bulk_shows_what_happens_before_it_asks(client_in, caller):
    plain_one, protected = (
        factories.make_simulator_number(caller),
        factories.make_simulator_number(caller, deletion_protection_enabled=True),
    )
    path = client_in.path("lists/phone-numbers/bulk/release/")
    ids = [plain_one.phone_number_id, protected.phone_number_id]
    preview = client_in.post(path, {"selected": ids, "query": ""})
    body = preview.content.decode()
    assert preview.status_code == 200
    assert "2 rows are selected" in body and "Deletion protection is on." in body
    assert not Job.objects.exists()
    wrong = client_in.post(path, {"selected": ids, "query": "", "step": "confirm", "confirmation": "1"})
    assert wrong.status_code == 422
    assert "That is not the same. Type 2." in wrong.content.decode()
    started = client_in.post(path, {"selected": ids, "query": "", "step": "confirm", "confirmation": "2"})
    assert started.status_code == 303
    while run_due_jobs(5):
        pass
    job = Job.objects.get()
    assert (job.status, job.done, job.refused) == (Job.Status.DONE, 2, 1)
    assert list(PhoneNumber.objects.values_list("pk", flat=True)) == [protected.pk]
    result = b"".join(client_in.get(client_in.path(f"jobs/{job.job_id}/download/")).streaming_content).decode()
    assert f"{plain_one.phone_number_id},Done," in result
    assert f"{protected.phone_number_id},Refused,Deletion protection is on." in result


def test_all_that_match_is_the_filter_and_never_what_came_later(client_in, caller):
    numbers = [factories.make_simulator_number(caller) for _ in range(3)]
    other = factories.make_simulator_number(caller, message_type="PROMOTIONAL")
    given = {"all": "1", "query": "f=message-type:%3D:TRANSACTIONAL", "key": "team", "value": "red"}
    path = client_in.path("lists/phone-numbers/bulk/tag/")
    preview = client_in.post(path, {**given, "step": "preview"})
    assert "3 rows are selected" in preview.content.decode()
    client_in.post(path, {**given, "step": "confirm"})
    late = factories.make_simulator_number(caller)
    while run_due_jobs(5):
        pass
    from messaging.operations.tags import tags_of

    assert all(tags_of(caller, number.arn) == [{"key": "team", "value": "red"}] for number in numbers)
    assert tags_of(caller, other.arn) == tags_of(caller, late.arn) == []


def test_bulk_without_a_selection_says_so(client_in, caller):
    factories.make_simulator_number(caller)
    response = client_in.post(client_in.path("lists/phone-numbers/bulk/tag/"), {"query": ""}, follow=True)
    assert "Nothing was selected" in response.content.decode()


def test_bulk_parameters_are_checked_and_kept(client_in, caller):
    number = factories.make_simulator_number(caller)
    path = client_in.path("lists/phone-numbers/bulk/tag/")
    assert "1 row is selected" in client_in.post(path, {"selected": number.phone_number_id}).content.decode()
    response = client_in.post(
        path, {"selected": number.phone_number_id, "query": "", "step": "preview", "key": "", "value": "red"}
    )
    assert response.status_code == 422
    assert 'value="red"' in response.content.decode()
    assert not Job.objects.exists()


def test_bulk_refuses_get_viewers_and_unknown_actions(client_in, signed_in, caller):
    number = factories.make_simulator_number(caller)
    assert client_in.get(client_in.path("lists/phone-numbers/bulk/tag/")).status_code == 405
    assert client_in.post(client_in.path("lists/phone-numbers/bulk/burn/")).status_code == 404
    assert client_in.post(client_in.path("lists/nothing/bulk/tag/")).status_code == 404
    viewer = signed_in("VIEWER")
    response = viewer.post(viewer.path("lists/phone-numbers/bulk/tag/"), {"selected": number.phone_number_id})
    assert response.status_code == 403


def test_bulk_never_reaches_another_accounts_rows(client_in, other_owner):
    theirs = factories.make_simulator_number(factories.make_caller(other_owner))
    given = {"selected": theirs.phone_number_id, "query": "", "step": "confirm", "confirmation": "0"}
    response = client_in.post(client_in.path("lists/phone-numbers/bulk/release/"), given)
    assert "0 rows are selected" in response.content.decode()
    assert not Job.objects.exists()
    assert PhoneNumber.objects.filter(pk=theirs.pk).exists()


def test_results_of_a_job_go_with_it(caller, client_in):
    number = factories.make_simulator_number(caller)
    client_in.post(
        client_in.path("lists/phone-numbers/bulk/protect/"),
        {"selected": number.phone_number_id, "query": "", "step": "confirm"},
    )
    run_due_jobs(5)
    assert JobResult.objects.count() == 1
    Job.objects.all().delete()
    assert not JobResult.objects.exists()


def test_query_of_a_selection_is_read_like_the_page(caller, many):
    from console.bulk import Selection

    spec = find("opted-out-numbers")
    data = QueryDict("all=1&arg=many&query=f%3Dend-user-opted-out%3A%253D%3Atrue")
    assert Selection.posted(spec, caller, data).count() == 30
