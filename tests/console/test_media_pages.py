"""Media pages: buckets and files, how they are served, MMS from the test page to the handset."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.models import MediaBucket, MediaFile, Message
from tests import factories
from tests.factories import SUCCESS, make_media_file, make_media_number, send_media
from tests.media_samples import OTHERS, SAMPLES, grown, png

pytestmark = pytest.mark.django_db


def upload(data: bytes, name: str = "photo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/png")


def test_a_file_is_uploaded_listed_shown_and_deleted(client_in: Any, caller: Any) -> None:
    answer = client_in.post(client_in.path("media/upload/"), {"bucket_name": "media", "file": upload(png())})
    row = MediaFile.objects.get()
    assert (answer.status_code, row.url) == (303, "s3://media/photo.png")
    listed = client_in.get(client_in.path("media/")).content.decode()
    assert "photo.png" in listed
    assert "image/png" in listed
    shown = client_in.get(client_in.path(f"media/files/{row.file_id}/")).content.decode()
    assert f"/media/files/{row.file_id}/content/" in shown
    assert "s3://media/photo.png" in shown
    assert client_in.get(client_in.path(f"media/files/{row.file_id}/delete/")).status_code == 200
    assert client_in.post(client_in.path(f"media/files/{row.file_id}/delete/")).status_code == 303
    assert not MediaFile.objects.exists()


def test_the_list_says_what_cannot_be_sent(client_in: Any, caller: Any) -> None:
    make_media_file(caller, OTHERS["text/html"], key="page.png")
    make_media_file(caller, grown(png(), 2 * 1024 * 1024 + 1), key="huge.png")
    listed = client_in.get(client_in.path("media/")).content.decode()
    assert "MEDIA_<wbr>FILE_<wbr>TYPE_<wbr>UNSUPPORTED" in listed
    assert "MEDIA_<wbr>FILE_<wbr>SIZE_<wbr>EXCEEDED" in listed


def test_a_file_that_is_too_large_keeps_the_form(client_in: Any, settings: Any) -> None:
    settings.SWITCHBOARD_MEDIA_MAX_BYTES = 10
    answer = client_in.post(
        client_in.path("media/upload/"), {"bucket_name": "media", "file": upload(png()), "key": "a/b.png"}
    )
    assert answer.status_code == 422
    assert 'value="a/b.png"' in answer.content.decode()


def test_buckets_are_made_and_deleted_when_empty(client_in: Any, caller: Any) -> None:
    assert client_in.post(client_in.path("media/buckets/"), {"bucket_name": "Not a name"}).status_code == 422
    assert client_in.post(client_in.path("media/buckets/"), {"bucket_name": "pictures"}).status_code == 303
    row = make_media_file(caller, png())
    assert "s3://pictures/" in client_in.get(client_in.path("media/buckets/")).content.decode()
    assert client_in.post(client_in.path("media/buckets/pictures/delete/")).status_code == 422
    client_in.post(client_in.path("media/"), {"action": "delete"})  # nothing chosen
    client_in.post(client_in.path(f"media/files/{row.file_id}/delete/"))
    assert client_in.post(client_in.path("media/buckets/pictures/delete/")).status_code == 303
    assert not MediaBucket.objects.exists()


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "text/plain", "application/zip", ""])
def test_what_is_no_media_is_a_download_and_nothing_else(client_in: Any, caller: Any, kind: str) -> None:
    row = make_media_file(caller, OTHERS[kind], key="innocent.png")
    answer = client_in.get(client_in.path(f"media/files/{row.file_id}/content/"))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_media_is_served_in_a_sandbox_and_unsniffed(client_in: Any, caller: Any, kind: str) -> None:
    row = make_media_file(caller, SAMPLES[kind], key='a"b/ü;.html')
    answer = client_in.get(client_in.path(f"media/files/{row.file_id}/content/"))
    headers = answer.headers
    in_place = kind.startswith(("audio/", "video/")) or kind in ("image/gif", "image/jpeg", "image/png")
    assert answer.content == SAMPLES[kind]
    assert headers["Content-Type"] == (kind if in_place else "application/octet-stream")
    assert headers["Content-Disposition"].startswith("inline" if in_place else "attachment")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-3", 206, 0, 3),
        ("bytes=10-", 206, 10, None),
        ("bytes=-4", 206, -4, None),
        ("bytes=5-999999", 206, 5, None),
        ("bytes=999999-", 416, 0, -1),
        ("bytes=-", 200, 0, None),
        ("lines=1-2", 200, 0, None),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(
    client_in: Any, caller: Any, asked: str, status: int, start: int, end: int | None
) -> None:
    data = SAMPLES["video/mp4"]
    row = make_media_file(caller, data, key="film.mp4")
    answer = client_in.get(client_in.path(f"media/files/{row.file_id}/content/"), headers={"range": asked})
    assert answer.status_code == status
    assert answer.content == data[start : None if end is None else end + 1]


def test_files_of_others_and_for_strangers_are_not_there(client_in: Any, stranger: Any, other_owner: Any) -> None:
    row = make_media_file(factories.make_caller(other_owner), png())
    assert client_in.get(client_in.path(f"media/files/{row.file_id}/content/")).status_code == 404
    assert client_in.get(client_in.path(f"media/files/{row.file_id}/")).status_code == 404
    assert stranger.get(stranger.path(f"media/files/{row.file_id}/content/")).status_code in (302, 303, 404)


def test_a_viewer_looks_but_does_not_change(signed_in: Any, caller: Any) -> None:
    row = make_media_file(caller, png())
    viewer = signed_in("VIEWER")
    assert viewer.get(viewer.path("media/")).status_code == 200
    assert viewer.get(viewer.path(f"media/files/{row.file_id}/content/")).status_code == 200
    assert (
        viewer.post(viewer.path("media/upload/"), {"bucket_name": "pictures", "file": upload(png())}).status_code == 403
    )
    assert viewer.post(viewer.path(f"media/files/{row.file_id}/delete/")).status_code == 403
    assert viewer.get(viewer.path("test-send/media/")).status_code == 403


def given(**changes: Any) -> dict[str, Any]:
    return {"destination_phone_number": SUCCESS, "message_body": "Look.", "media_urls": "", **changes}


def test_an_mms_goes_from_the_test_page_to_the_handset(
    client_in: Any, caller: Any, clock: Any, deliver_all: Any
) -> None:
    number = make_media_number(caller).phone_number
    send = given(origination_identity=number, upload=upload(png(), "beach.png"))
    checked = client_in.post(client_in.path("test-send/media/"), {**send, "check": "1"})
    body = checked.content.decode()
    assert checked.status_code == 200
    assert "s3://media/beach.png" in body
    assert "send-media-message" in body
    assert "MediaUrls=[" in body
    assert not Message.objects.exists()
    send = given(origination_identity=number, media_urls="s3://media/beach.png", send="1")
    assert client_in.post(client_in.path("test-send/media/"), send).status_code == 303
    message = Message.objects.get()
    deliver_all()
    picture = f"/messages/{message.message_id}/media/0/"
    assert picture in client_in.get(client_in.path(f"messages/{message.message_id}/")).content.decode()
    handset = client_in.get(client_in.path(f"handsets/{SUCCESS}/")).content.decode()
    assert picture in handset
    assert "beach.png" in handset
    assert client_in.get(client_in.path(f"messages/{message.message_id}/media/0/")).content == png()
    assert client_in.get(client_in.path(f"messages/{message.message_id}/media/1/")).status_code == 404
    again = client_in.get(client_in.path(f"test-send/media/?again={message.message_id}")).content.decode()
    assert 'value="s3://media/beach.png"' in again


def test_an_upload_puts_its_address_into_the_form(client_in: Any, caller: Any) -> None:
    number = make_media_number(caller).phone_number
    send = given(origination_identity=number, upload=upload(OTHERS["text/html"], "page.html"), upload_file="1")
    body = client_in.post(client_in.path("test-send/media/"), send).content.decode()
    assert 'value="s3://media/page.html"' in body
    assert "MEDIA_FILE_TYPE_UNSUPPORTED" in body


def test_a_dry_run_sends_nothing_and_a_refusal_stands_by_its_field(client_in: Any, caller: Any) -> None:
    number = make_media_number(caller).phone_number
    answer = client_in.post(
        client_in.path("test-send/media/"), given(origination_identity=number, dry_run="on", send="1")
    )
    assert "The dry run passed every check" in answer.content.decode()
    answer = client_in.post(
        client_in.path("test-send/media/"),
        given(origination_identity=number, media_urls="https://example.com/a.png", send="1"),
    )
    assert answer.status_code == 422
    assert 'href="#id_media_urls"' in answer.content.decode()
    assert client_in.post(client_in.path("test-send/media/"), given(send="1")).status_code == 422
    assert not Message.objects.exists()


def test_the_length_of_the_text_is_counted_while_it_is_typed(client_in: Any) -> None:
    headers = {"HX-Request": "true", "HX-Target": "body-count"}
    for body, said in (("é" * 1600, "1,600 of 1,600"), ("é" * 1601, "too long")):
        answer = client_in.post(client_in.path("test-send/media/"), {"message_body": body}, headers=headers)
        assert said in answer.content.decode()


def test_messages_are_narrowed_by_channel(client_in: Any, caller: Any) -> None:
    media = send_media(caller, make_media_file(caller, png()).url).message
    text = factories.send(caller).message
    listed = client_in.get(client_in.path("messages/?f=channel:=:MMS")).content.decode()
    assert str(media.message_id) in listed
    assert str(text.message_id) not in listed
