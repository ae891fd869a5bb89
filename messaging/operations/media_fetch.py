"""Fetching the files of MMS messages when they are about to be carried, and what stops them.

A file is looked for in the built-in buckets of the message's account and Region first, then in the connected ones. What
is wrong with it ends the message, after it was accepted, as MEDIA_FILE_INACCESSIBLE, MEDIA_FILE_TYPE_UNSUPPORTED or
MEDIA_FILE_SIZE_EXCEEDED. Sources: event_types.json; behaviour_rules.json, send.media_bucket.
"""

import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.files.storage import default_storage

from messaging import clock, connected
from messaging.models import MediaContent, MediaFile, Message, MessageMedia, RegionalAccount, ServiceConnection
from messaging.operations.connections import endpoints_of
from messaging.operations.media import INACCESSIBLE, SIZE_EXCEEDED, judge, keep
from messaging.reference import media_types
from messaging.text.media_types import detect
from messaging.transactions import write_transaction

AT_ONCE = 8  # files of connected buckets that a batch fetches: all together, well within the lease of its messages
PATIENCE = timedelta(minutes=1)  # so long a bucket that does not answer is asked again
REST_SECONDS = 15.0  # and so long (simulated) it is left alone in between: whoever waits for it carries nothing else
S3 = ServiceConnection.Service.S3.value

Place = tuple[int, str]  # the account in its Region, and the URL


class Fetched(NamedTuple):
    """What came of one URL: content and where it was, or the status that it brings a message to; neither: not yet."""

    status: str = ""
    content: MediaContent | None = None
    source: str = ""

    @property
    def postponed(self) -> bool:
        return not self.status and self.content is None


class Carriable(NamedTuple):
    """The media of messages that are about to be carried, by message; failed and postponed ones have none."""

    failed: dict[uuid.UUID, str]
    postponed: frozenset[uuid.UUID]
    media: list[tuple[uuid.UUID, int, str, Fetched]]


_resting: dict[connected.Endpoint, float] = {}  # until when (time.monotonic) those that were too slow are left alone
NOTHING = Carriable({}, frozenset(), [])


def fetch_for(rows: Sequence[Any], at: datetime) -> Carriable:
    """The media of rows that are MMS messages. Two queries when there are any; none without."""
    if not rows:
        return NOTHING
    wanted = Message.objects.filter(pk__in=[row.message_id for row in rows]).values_list(
        "message_id", "owner_id", "media_urls"
    )
    named = [(key, owner, urls) for key, owner, urls in wanted if urls]
    created = {row.message_id: row.created_timestamp for row in rows}
    found = fetched({(owner, url) for _key, owner, urls in named for url in urls})
    failed: dict[uuid.UUID, str] = {}
    postponed: set[uuid.UUID] = set()
    media = []
    for key, owner, urls in named:
        results = [(position, url, found[owner, url]) for position, url in enumerate(urls)]
        statuses = [result.status for _position, _url, result in results if result.status]
        if statuses:
            failed[key] = statuses[0]
        elif any(result.postponed for _position, _url, result in results):
            if at - created[key] < PATIENCE:
                postponed.add(key)
            else:
                failed[key] = INACCESSIBLE
        else:
            media += [(key, position, url, result) for position, url, result in results]
    return Carriable(failed, frozenset(postponed), media)


def write_carried(carriable: Carriable) -> None:
    """Note which files messages carry, in the caller's transaction; those that are gone since are left out."""
    contents = {result.content.pk for _key, _position, _url, result in carriable.media if result.content}
    if not contents:
        return
    kept = set(MediaContent.objects.select_for_update().filter(pk__in=contents).values_list("pk", flat=True))
    MessageMedia.objects.bulk_create(
        MessageMedia(
            message_id=key, position=position, file_name=file_name(url), source=result.source, content=result.content
        )
        for key, position, url, result in carriable.media
        if result.content and result.content.pk in kept
    )


def split_url(url: str) -> tuple[str, str]:
    """The bucket and the key of an s3:// URL."""
    bucket, _slash, key = url.removeprefix("s3://").partition("/")
    return bucket, key


def file_name(url: str) -> str:
    """What the handset calls the file: the last part of its key."""
    return url.rstrip("/").rpartition("/")[2]


def built_in(places: Collection[Place]) -> dict[Place, MediaFile]:
    """The files of built-in buckets among the places. One query."""
    split = {place: split_url(place[1]) for place in places}
    rows = MediaFile.objects.select_related("bucket", "content").filter(
        owner_id__in={owner for owner, _url in places},
        bucket__bucket_name__in={bucket for bucket, _key in split.values()},
        key__in={key for _bucket, key in split.values()},
    )
    found = {(row.owner_id, row.bucket.bucket_name, row.key): row for row in rows}
    return {place: found[place[0], *split[place]] for place in places if (place[0], *split[place]) in found}


def fetched(places: Collection[Place]) -> dict[Place, Fetched]:
    """What comes of each place; what is not in a built-in bucket is asked of the connected ones, outside of locks."""
    files = built_in(places)
    answers = {place: _of_built_in(row.content) for place, row in files.items()}
    elsewhere = [place for place in places if place not in files]
    if not elsewhere:
        return answers
    owners = RegionalAccount.objects.filter(pk__in={owner for owner, _url in elsewhere})
    endpoints = {owner: endpoint for (owner, service), endpoint in endpoints_of(owners).items() if service == S3}
    answers |= {place: Fetched(INACCESSIBLE) for place in elsewhere if place[0] not in endpoints}
    asked = sorted(place for place in elsewhere if place[0] in endpoints)
    answers |= dict.fromkeys(asked[AT_ONCE:], Fetched())
    return answers | _of_connected(asked[:AT_ONCE], endpoints)


def _of_built_in(content: MediaContent) -> Fetched:
    if not default_storage.exists(content.stored):
        return Fetched(INACCESSIBLE)
    status = judge(content.content_type, content.size)
    return Fetched(status) if status else Fetched("", content, MessageMedia.Source.BUILT_IN)


def _of_connected(places: Sequence[Place], endpoints: Mapping[int, connected.Endpoint]) -> dict[Place, Fetched]:
    """Fetch all at once; then keep what can be carried, each in a transaction of its own, harmless to repeat."""
    most = max(media_types().values())

    def ask(place: Place) -> connected.Object | None:
        bucket, key = split_url(place[1])
        return connected.read_object(endpoints[place[0]], bucket, key, most=most)

    def answer(place: Place) -> tuple[Place, connected.Object | None, bool]:
        endpoint = endpoints[place[0]]
        if time.monotonic() < _resting.get(endpoint, 0.0):
            return place, None, False
        try:
            return place, ask(place), True
        except connected.Refused as refused:
            if refused.slow:
                _resting[endpoint] = time.monotonic() + REST_SECONDS / clock.current().rate
            return place, None, False

    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(answer, places))
    found: dict[Place, Fetched] = {}
    for place, taken, answered in results:
        found[place] = _kept(place[0], taken) if answered else Fetched()
    return found


def _kept(owner_id: int, taken: connected.Object | None) -> Fetched:
    if taken is None:
        return Fetched(INACCESSIBLE)
    # What is too large is cut off after `most`: enough to tell its type, and too much in any case.
    status = judge(detect(taken.data), taken.size)
    if taken.size > len(taken.data) and not status:
        status = SIZE_EXCEEDED
    if status:
        return Fetched(status)
    with write_transaction():
        return Fetched("", keep(owner_id, taken.data), MessageMedia.Source.CONNECTED)
