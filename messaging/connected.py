"""Services outside this installation: logs, delivery streams and topics of the same API that events are handed to, and
buckets that media is read from.

Requests go through botocore's clients of these services, signed with the credentials of a connection, in batches as
large as each service takes. Nothing is repeated here: what fails waits in the outbox.
"""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import botocore.session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    ReadTimeoutError,
)

from messaging import outbound

LOGS, FIREHOSE, SNS, S3 = "LOGS", "FIREHOSE", "SNS", "S3"
CLIENTS = {LOGS: "logs", FIREHOSE: "firehose", SNS: "sns", S3: "s3"}
LOG_STREAM = "switchboard"
# (records, bytes) that one request takes: PutLogEvents with 26 bytes beside each event, PutRecordBatch, PublishBatch.
LIMITS = {LOGS: (10_000, 1_048_576), FIREHOSE: (500, 4_194_304), SNS: (10, 262_144)}
BESIDE = {LOGS: 26, FIREHOSE: 0, SNS: 200}  # bytes of a record beside its text: what the service adds or we send along
DETAIL_LENGTH = 400

_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How a service is reached. An empty url is the provider's own of the Region."""

    service: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    url: str = ""


class Record(NamedTuple):
    """An event that is handed over: its id, which repeats keep, its type and its text."""

    event_id: str
    event_type: str
    text: str


class Object(NamedTuple):
    """A file in a bucket: its size in bytes, and its content, cut off where the reader wanted no more."""

    size: int
    data: bytes


class Refused(Exception):
    """The other side did not take a request; the text says why. slow: it did not answer in time."""

    def __init__(self, detail: str, *, slow: bool = False) -> None:
        super().__init__(detail[:DETAIL_LENGTH])
        self.slow = slow


def text_of(service: str, event_id: str, payload: dict[str, Any]) -> str:
    """What stands in a record: the documented JSON; logs and streams, which have no other place, with the eventId."""
    record = payload if service == SNS else {**payload, "eventId": event_id}
    return json.dumps(record, ensure_ascii=False) + ("\n" if service == FIREHOSE else "")


def batches(service: str, records: Sequence[Record]) -> Iterator[list[Record]]:
    """The records in as few requests as the service allows, in their order."""
    most, room = LIMITS[service]
    batch: list[Record] = []
    used = 0
    for record in records:
        size = len(record.text.encode()) + BESIDE[service]
        if batch and (len(batch) == most or used + size > room):
            yield batch
            batch, used = [], 0
        batch.append(record)
        used += size
    if batch:
        yield batch


def hand_over(endpoint: Endpoint, target_arn: str, batch: Sequence[Record]) -> list[str]:
    """One request with a batch; for each record why it was not taken, or nothing. Raises Refused for the whole."""
    return _asked(endpoint, lambda client: _HANDED_OVER[endpoint.service](client, target_arn, batch))


def test(endpoint: Endpoint) -> str:
    """Ask the service something that changes nothing, and say what it answered. Raises Refused."""
    answer = _asked(endpoint, _TESTED[endpoint.service])
    return f"{CLIENTS[endpoint.service]}: HTTP {answer['ResponseMetadata']['HTTPStatusCode']}"


def read_object(endpoint: Endpoint, bucket: str, key: str, *, most: int) -> Object | None:
    """The first `most` bytes of a file, or None when it is not there, may not be read or is not in this Region.

    Raises Refused when the service does not answer, or answers that something is wrong on its own side.
    """

    def ask(client: Any) -> Object | None:
        try:
            if _region_of(client, bucket) not in ("", endpoint.region):
                return None
            answer = client.get_object(Bucket=bucket, Key=key)
            with contextlib.closing(answer["Body"]) as body:
                return Object(answer["ContentLength"], body.read(most))
        except ClientError as error:
            if error.response["ResponseMetadata"].get("HTTPStatusCode", 500) >= 500:
                raise
            return None
        except OSError as error:
            raise Refused(f"{type(error).__name__}: {error}") from error

    found: Object | None = _asked(endpoint, ask)
    return found


def _region_of(client: Any, bucket: str) -> str:
    """The Region of a bucket as the service tells even those who may not read it; empty when it does not tell."""
    try:
        answer = client.head_bucket(Bucket=bucket)
    except ClientError as error:
        answer = error.response
    headers: dict[str, str] = answer["ResponseMetadata"].get("HTTPHeaders", {})
    return headers.get("x-amz-bucket-region", "")


def _asked(endpoint: Endpoint, ask: Callable[[Any], Any]) -> Any:
    if not endpoint.secret_access_key:
        raise Refused("The stored secret of the connection cannot be read; give it again.")
    try:
        if endpoint.url:
            outbound.resolved(outbound.checked_url(endpoint.url))
        return ask(_client(endpoint))
    except outbound.Undeliverable as error:
        raise Refused(str(error)) from error
    except ClientError as error:
        said = error.response.get("Error", {})
        raise Refused(f"{said.get('Code', 'Error')}: {said.get('Message', '')}") from error
    except (ConnectTimeoutError, ReadTimeoutError) as error:
        raise Refused(f"{type(error).__name__}: {error}", slow=True) from error
    except (BotoCoreError, ValueError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error


@lru_cache(maxsize=64)
def _client(endpoint: Endpoint) -> Any:
    """A client, which threads may share. Loading a service's model costs some ten milliseconds, once."""
    with _making:
        return botocore.session.Session().create_client(
            CLIENTS[endpoint.service],
            region_name=endpoint.region,
            endpoint_url=endpoint.url or None,
            aws_access_key_id=endpoint.access_key_id,
            aws_secret_access_key=endpoint.secret_access_key,
            config=Config(
                connect_timeout=outbound.TIMEOUT_SECONDS,
                read_timeout=outbound.TIMEOUT_SECONDS,
                retries={"total_max_attempts": 1},
                ignore_configured_endpoint_urls=True,
                s3={"addressing_style": "path"} if endpoint.url else {},
            ),
        )


def log_group_name(arn: str) -> str:
    """The name in the ARN of a log group, which may end in “:*”."""
    return arn.partition(":log-group:")[2].removesuffix(":*")


def _to_logs(client: Any, target_arn: str, batch: Sequence[Record]) -> list[str]:
    """Events carry the wall time: the service takes only what is fresh, and the record has its own timestamp."""
    at = round(time.time() * 1000)
    request = {
        "logGroupName": log_group_name(target_arn),
        "logStreamName": LOG_STREAM,
        "logEvents": [{"timestamp": at, "message": record.text} for record in batch],
    }
    try:
        answer = client.put_log_events(**request)
    except client.exceptions.ResourceNotFoundException:
        # The group or our stream in it: a group that is missing refuses the stream too, and says so.
        with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_log_stream(logGroupName=request["logGroupName"], logStreamName=LOG_STREAM)
        answer = client.put_log_events(**request)
    rejected = answer.get("rejectedLogEventsInfo")
    return [f"rejected: {json.dumps(rejected)}"[:DETAIL_LENGTH] if rejected else ""] * len(batch)


def _to_firehose(client: Any, target_arn: str, batch: Sequence[Record]) -> list[str]:
    answer = client.put_record_batch(
        DeliveryStreamName=target_arn.rpartition("/")[2], Records=[{"Data": record.text.encode()} for record in batch]
    )
    return [
        f"{one['ErrorCode']}: {one.get('ErrorMessage', '')}"[:DETAIL_LENGTH] if one.get("ErrorCode") else ""
        for one in answer["RequestResponses"]
    ]


def _to_sns(client: Any, target_arn: str, batch: Sequence[Record]) -> list[str]:
    """The topic gives every message an id of its own; ours goes along as an attribute."""
    answer = client.publish_batch(
        TopicArn=target_arn,
        PublishBatchRequestEntries=[
            {
                "Id": str(number),
                "Message": record.text,
                "MessageAttributes": {
                    "eventId": {"DataType": "String", "StringValue": record.event_id},
                    "eventType": {"DataType": "String", "StringValue": record.event_type},
                },
            }
            for number, record in enumerate(batch)
        ],
    )
    failed = {one["Id"]: f"{one['Code']}: {one.get('Message', '')}"[:DETAIL_LENGTH] for one in answer.get("Failed", ())}
    return [failed.get(str(number), "") for number in range(len(batch))]


_HANDED_OVER: dict[str, Callable[[Any, str, Sequence[Record]], list[str]]] = {
    LOGS: _to_logs,
    FIREHOSE: _to_firehose,
    SNS: _to_sns,
}
_TESTED: dict[str, Callable[[Any], Any]] = {
    LOGS: lambda client: client.describe_log_groups(limit=1),
    FIREHOSE: lambda client: client.list_delivery_streams(Limit=1),
    SNS: lambda client: client.list_topics(),
    S3: lambda client: client.list_buckets(),
}
