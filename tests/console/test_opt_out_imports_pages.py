"""Importing numbers on pages: upload, columns, check, problems, import."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.models import OptedOutNumber, OptOutImport
from tests import factories

LINES = b"phone\n+14255550101\n+14255550101\nnobody\n+14255550102\n"


@pytest.fixture
def vip(caller):
    return factories.make_opt_out_list(caller, "vip", ("+14255550102",))


@pytest.fixture
def here(client_in, vip):
    return client_in.path("opt-out-lists/vip/imports/")


def upload(client, here, content=LINES):
    return client.post(here, {"file": SimpleUploadedFile("numbers.csv", content)})


def test_the_whole_way_of_a_file(client_in, here, run_work):
    page = upload(client_in, here).url
    body = client_in.get(page).content.decode()
    assert "Columns and sample" in body and "nobody" in body
    assert re.search(r'name="has_head"[^>]*checked', body)
    assert client_in.post(f"{page}check/", {"column": "0", "has_head": "on"}).url == page
    running = client_in.get(page).content.decode()
    assert "hx-trigger" in running and "Check file again" not in running
    run_work()
    shown = client_in.get(page)
    assert [(at, str(kind)) for at, _cell, kind, _why in shown.context["problems"]] == [
        ("3", "Twice in the file"),
        ("4", "Not a number"),
        ("5", "Already on the list"),
    ]
    assert "1 number will be put on the list" in shown.content.decode()
    lines = b"".join(client_in.get(f"{page}problems/").streaming_content).decode().splitlines()
    assert lines[0] == "Row,Cell,Problem,Why" and lines[2].startswith("4,nobody,Not a number,")
    assert len(lines) == 4
    assert OptedOutNumber.objects.count() == 1
    assert client_in.post(f"{page}start/", {"reason": "moved"}).status_code == 303
    run_work()
    assert set(OptedOutNumber.objects.values_list("opted_out_number", flat=True)) == {"+14255550101", "+14255550102"}
    assert "numbers.csv" in client_in.get(here).content.decode()
    progress = client_in.fragment(page, headers={"HX-Target": "progress"}).content.decode()
    assert progress.lstrip().startswith('<section class="panel" id="progress"') and "hx-trigger" not in progress
    assert client_in.post(f"{page}discard/").url == here
    assert not OptOutImport.objects.exists()


def test_wrong_files_are_refused(client_in, here, settings):
    for content in (b"", b"\n \n"):
        assert upload(client_in, here, content).status_code == 422
    settings.SWITCHBOARD_IMPORT_MAX_BYTES = 10
    big = upload(client_in, here)
    assert big.status_code == 422 and "at most 10" in big.content.decode()
    assert client_in.post(here, {}).status_code == 422
    assert not OptOutImport.objects.exists()


def test_a_wrong_column_and_an_early_start_are_refused(client_in, here):
    page = upload(client_in, here).url
    assert client_in.post(f"{page}check/", {"column": "9"}).status_code == 422
    assert client_in.post(f"{page}start/").status_code == 409
    for step in ("check/", "start/", "discard/"):
        assert client_in.get(f"{page}{step}").status_code == 405


def test_who_may(client_in, signed_in, stranger, here, other_owner):
    page = upload(client_in, here).url
    assert stranger.get(page).status_code == 302
    viewer = signed_in("VIEWER")
    assert "Upload file" not in viewer.get(here).content.decode()
    assert "Check file" not in viewer.get(page).content.decode()
    assert upload(viewer, here).status_code == 403
    for step in ("check/", "start/", "discard/"):
        assert viewer.post(f"{page}{step}", {"column": "0"}).status_code == 403
    factories.make_opt_out_list(factories.make_caller(other_owner), "theirs")
    assert client_in.get(client_in.path("opt-out-lists/theirs/imports/")).status_code == 404
    assert client_in.get(page.replace("/vip/", "/Default/")).status_code == 404


def test_import_pages_stay_within_their_queries(client_in, here, run_work, django_assert_max_num_queries):
    page = upload(client_in, here).url
    client_in.post(f"{page}check/", {"column": "0"})
    run_work()
    for path in (here, page, f"{page}?shown=1000"):
        with django_assert_max_num_queries(12):
            assert client_in.get(path).status_code == 200
