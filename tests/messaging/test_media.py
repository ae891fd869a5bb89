"""Media in built-in storage: buckets, files, what of them is kept and what goes."""

from typing import Any

import pytest
from django.core.files.storage import default_storage

from messaging.errors import Conflict, Denied, Invalid, NotFound
from messaging.models import Activity, MediaBucket, MediaContent, MediaFile
from messaging.operations.media import (
    SIZE_EXCEEDED,
    TYPE_UNSUPPORTED,
    Upload,
    create_media_bucket,
    delete_media_bucket,
    delete_media_file,
    describe_media_files,
    judge,
    put_media_file,
    storage_of,
)
from messaging.operations.reset import reset_account
from messaging.reference import media_types
from tests import factories
from tests.media_samples import OTHERS, SAMPLES, png

pytestmark = pytest.mark.django_db(transaction=True)


def stored(row: MediaContent) -> bool:
    return default_storage.exists(row.stored)


@pytest.mark.parametrize("name", ["ab", "Pictures", "a_b", "-ab", "ab-", "a..b", "a" * 64, "", "a/b"])
def test_refuses_what_cannot_be_a_bucket(caller: Any, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        create_media_bucket(caller, bucket_name=name)
    assert "bucket_name" in refused.value.fields


def test_a_bucket_is_of_one_account(caller: Any, other_owner: Any) -> None:
    create_media_bucket(caller, bucket_name="pictures")
    with pytest.raises(Conflict) as refused:
        create_media_bucket(caller, bucket_name="pictures")
    assert refused.value.reason == "RESOURCE_ALREADY_EXISTS"
    other = factories.make_caller(other_owner)
    assert create_media_bucket(other, bucket_name="pictures").owner_id == other.owner_id
    with pytest.raises(NotFound):
        put_media_file(
            factories.make_caller(factories.make_owner(region="us-west-2")),
            bucket_name="pictures",
            key="a.png",
            upload=Upload(png()),
        )


def test_a_bucket_goes_only_when_it_is_empty(caller: Any) -> None:
    row = factories.make_media_file(caller, png())
    with pytest.raises(Conflict) as refused:
        delete_media_bucket(caller, bucket_name="pictures")
    assert refused.value.reason == "RESOURCE_NOT_EMPTY"
    delete_media_file(caller, file_id=row.file_id)
    delete_media_bucket(caller, bucket_name="pictures")
    assert not MediaBucket.objects.exists()


def test_the_type_of_a_file_is_that_of_its_bytes(caller: Any) -> None:
    row = factories.make_media_file(caller, OTHERS["image/svg+xml"], key="innocent.png")
    assert (row.content.content_type, row.url) == ("image/svg+xml", "s3://pictures/innocent.png")
    assert judge(row.content.content_type, row.content.size) == TYPE_UNSUPPORTED


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_file_may_be_as_large_as_its_type_allows(kind: str) -> None:
    most = media_types()[kind]
    assert judge(kind, most) == ""
    assert judge(kind, most + 1) == SIZE_EXCEEDED


def test_the_same_bytes_are_kept_once_and_go_with_the_last_file(caller: Any) -> None:
    first = factories.make_media_file(caller, png(), key="a.png")
    second = factories.make_media_file(caller, png(), key="b.png")
    assert first.content == second.content
    delete_media_file(caller, file_id=first.file_id)
    assert stored(second.content)
    delete_media_file(caller, file_id=second.file_id)
    assert not MediaContent.objects.exists()
    assert not stored(second.content)


def test_a_file_is_replaced_under_its_key(caller: Any) -> None:
    before = factories.make_media_file(caller, png())
    after = factories.make_media_file(caller, SAMPLES["image/gif"])
    assert after.file_id == before.file_id
    assert after.content.content_type == "image/gif"
    assert not stored(before.content)
    assert list(describe_media_files(caller)) == [after]
    assert (storage_of(caller).files, storage_of(caller).used) == (1, len(SAMPLES["image/gif"]))


@pytest.mark.parametrize("key", ["", "a" * 1025, "é" * 513, "a\nb", "a\x7f"])
def test_refuses_what_cannot_be_a_key(caller: Any, key: str) -> None:
    create_media_bucket(caller, bucket_name="pictures")
    with pytest.raises(Invalid) as refused:
        put_media_file(caller, bucket_name="pictures", key=key, upload=Upload(png()))
    assert "key" in refused.value.fields


def test_refuses_files_that_are_empty_or_too_large_and_full_storage(caller: Any, settings: Any) -> None:
    size = len(png())
    settings.SWITCHBOARD_MEDIA_MAX_BYTES, settings.SWITCHBOARD_MEDIA_QUOTA_BYTES = size, 2 * size
    for data, reason in ((b"", "INVALID_PARAMETER"), (png() + b"\0", "MAXIMUM_SIZE_EXCEEDED")):
        with pytest.raises(Invalid) as refused:
            factories.make_media_file(caller, data)
        assert (refused.value.reason, list(refused.value.fields)) == (reason, ["file"])
    factories.make_media_file(caller, png(), key="1")
    factories.make_media_file(caller, png(), key="2")
    with pytest.raises(Invalid, match="storage is full"):
        factories.make_media_file(caller, png(), key="3")
    factories.make_media_file(caller, SAMPLES["image/gif"], key="2")  # what is replaced makes room


def test_bytes_stay_out_of_the_log(caller: Any) -> None:
    factories.make_media_file(caller, png())
    entry = Activity.objects.get(operation="PutMediaFile")
    assert entry.resource == "s3://pictures/picture.png"
    assert entry.parameters == {"bucket_name": "pictures", "key": "picture.png", "upload": f"({len(png())} bytes)"}


def test_viewers_may_look_but_not_change(caller: Any, caller_as: Any) -> None:
    row = factories.make_media_file(caller, png())
    viewer = caller_as("VIEWER")
    assert [found.file_id for found in describe_media_files(viewer)] == [row.file_id]
    for refused in (
        lambda: create_media_bucket(viewer, bucket_name="other"),
        lambda: factories.make_media_file(viewer, png()),
        lambda: delete_media_file(viewer, file_id=row.file_id),
    ):
        with pytest.raises(Denied):
            refused()


def test_files_of_another_account_are_not_there(caller: Any, other_owner: Any) -> None:
    row = factories.make_media_file(caller, png())
    other = factories.make_caller(other_owner)
    assert not describe_media_files(other).exists()
    with pytest.raises(NotFound):
        delete_media_file(other, file_id=row.file_id)


def test_a_reset_deletes_files_of_buckets_and_messages(caller: Any, clock: Any, run_work: Any) -> None:
    row = factories.make_media_file(caller, png())
    factories.send_media(caller, row.url)
    run_work()
    assert row.content.carried.count() == 1
    reset_account(caller)
    assert not MediaFile.objects.exists()
    assert not MediaContent.objects.exists()
    assert not stored(row.content)
