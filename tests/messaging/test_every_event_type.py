"""Every event type is made on purpose, and its record is the documented one wherever events go: in a log group, in a
delivery stream's file, at a topic, each built in and connected.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from messaging import connected, streams
from messaging.models import LogRecord, MessageEvent, OutboxEntry
from messaging.operations.event_destinations import create_event_destinations
from messaging.operations.outbox import subscribe_endpoint
from messaging.operations.protect_configurations import ACCOUNT_DEFAULT
from messaging.operations.protect_rules import set_up_protect_configuration
from messaging.reference import event_types
from tests import factories
from tests.emulator import Emulator, emulator
from tests.media_samples import HTML, grown, png
from tests.messaging.test_outbox import Listener

__all__ = ["emulator"]

pytestmark = pytest.mark.django_db

TABLE = json.loads((Path(__file__).parent.parent / "data" / "event_records.json").read_text())
PRODUCED: dict[str, dict[str, str]] = TABLE["produced"]
NAME = "sms"  # of the set, and so of the log group, the stream and the topic
ROLE = "arn:aws:iam::123456789012:role/events"
IN_GUIDE = 37  # its 41 types without the four that stand for several
PYTHON: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
}
Record = dict[str, Any]
Arrived = dict[str, dict[str, Record]]  # where: event id -> record


def test_every_type_is_listed() -> None:
    single = {name for name, row in event_types().items() if row.message_status or name.endswith("_BLOCKED")}
    assert len(single) == IN_GUIDE + 2  # TEXT_SENT and TEXT_PROTECT_BLOCKED stand in the service model only
    assert set(PRODUCED) | set(TABLE["not_yet"]) == single
    assert not set(PRODUCED) & set(TABLE["not_yet"])


@pytest.fixture(autouse=True)
def _data_directory(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    yield
    connected._client.cache_clear()


@pytest.fixture
def everything(caller: Any, clock: Any, deliver_all: Callable[[], int]) -> Callable[[], None]:
    """everything() sends what makes each type, one message for each way, and lets it all happen."""
    factories.make_configuration_set(caller, NAME)
    set_up_protect_configuration(caller, country_rules={"SMS": {"US": "FILTER"}}, association=ACCOUNT_DEFAULT)
    create_event_destinations(caller, configuration_set_name=NAME, matching_event_types=["ALL"], iam_role_arn=ROLE)
    number = factories.make_number(
        caller, phone_number="+12065550167", number_type="TEN_DLC", capabilities=["SMS", "MMS"]
    ).phone_number_id
    voice = factories.make_voice_number(caller).phone_number_id
    factories.make_media_file(caller, HTML, key="page.html")
    factories.make_media_file(caller, grown(png(), 2 * 1024 * 1024 + 1), key="large.png")

    def send(channel: str, ending: str = "0142", file: str = "") -> None:
        given: dict[str, Any] = {"configuration_set_name": NAME, "context": {"order": "№ 7"}}
        destination = f"+1206555{ending}"
        if channel == "VOICE":
            factories.call(caller, destination, origination_identity=voice, **given)
        elif channel == "MMS":
            url = f"s3://pictures/{file}" if file else ""
            factories.send_media(caller, url, destination, origination_identity=number, **given)
        else:
            factories.send(caller, destination, origination_identity=number, **given)

    def run() -> None:
        for way in sorted({tuple(sorted(way.items())) for way in PRODUCED.values()}):
            send(**dict(way))
            clock.advance(seconds=10)
        deliver_all()

    return run


def check(arrived: Arrived) -> None:
    """Each place has every event that there was, with the documented members, in order and of their types."""
    entries = {str(entry.event_id): entry.payload for entry in OutboxEntry.objects.all()}
    happened = set(MessageEvent.objects.values_list("event_type", flat=True))
    assert set(PRODUCED) - happened == set(), "types that nothing has made"
    assert not set(TABLE["not_yet"]) & happened, "these can be made by now: say how"
    for place, records in arrived.items():
        assert set(records) == set(entries), place
        for event_id, record in records.items():
            assert record == entries[event_id], place
            conforms(record)


def conforms(record: Record) -> None:
    row = event_types()[record["eventType"]]
    documented = dict(TABLE["records"][row.channel])
    assert list(record)[: len(documented)] == list(documented), record["eventType"]
    newer = {name: TABLE["newer"][name] for name in list(record)[len(documented) :]}
    for name, kind in {**documented, **newer}.items():
        value = record[name]
        assert isinstance(value, PYTHON[kind]), (record["eventType"], name, value)
        assert kind == "boolean" or not isinstance(value, bool), (record["eventType"], name, value)
    assert record["messageStatus"] == (row.message_status or "PROTECT_BLOCKED")
    assert row.final is None or record["isFinal"] is row.final, record["eventType"]
    assert record["context"] == {"order": "№ 7"}


def test_built_in(caller: Any, everything: Callable[[], None]) -> None:
    listener = Listener()
    try:
        subscribe_endpoint(caller, topic_arn=f"arn:aws:sns:us-east-1:123456789012:{NAME}", endpoint=listener.url)
        everything()
    finally:
        listener.server.shutdown()
        listener.server.server_close()
    lines = [
        json.loads(line)
        for file in streams.files(caller.account_id, caller.region, NAME)
        for line in file.path.read_text(encoding="utf-8").splitlines()
    ]
    check(
        {
            "log group": {str(row.event_id): row.record for row in LogRecord.objects.all()},
            "delivery stream": {line.pop("eventId"): line for line in lines},
            "topic": {body["MessageId"]: json.loads(body["Message"]) for _headers, body in listener.got},
        }
    )


def test_connected(caller: Any, everything: Callable[[], None], emulator: Emulator) -> None:
    emulator.connect(caller)
    everything()
    check(
        {
            "log group": {record.pop("eventId"): record for record in emulator.logged()},
            "delivery stream": {record.pop("eventId"): record for record in emulator.streamed()},
            "topic": dict(emulator.published()),
        }
    )
    assert not LogRecord.objects.exists()
