"""An emulator of log groups, delivery streams and topics, started in this process, and what has arrived in it.

`emulator` is a fixture: import it by name. Nothing leaves the machine, and the credentials are nobody's.
"""

import json
import logging
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from messaging.caller import Caller
from messaging.operations.connections import put_connection

KEY, SECRET = "AKIAEMULATOR", "only for the emulator"
REGION = "us-east-1"
GROUP, STREAM, TOPIC = "sms", "sms", "sms"
BUCKET, QUEUE = "events", "events"


class Emulator:
    """The three services at one URL, with a log group, a stream into a bucket, and a topic with a queue behind it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client("logs").create_log_group(logGroupName=GROUP)
        self.client("s3").create_bucket(Bucket=BUCKET)
        self.client("firehose").create_delivery_stream(
            DeliveryStreamName=STREAM,
            ExtendedS3DestinationConfiguration={
                "RoleARN": "arn:aws:iam::123456789012:role/events",
                "BucketARN": f"arn:aws:s3:::{BUCKET}",
            },
        )
        self.topic_arn = self.client("sns").create_topic(Name=TOPIC)["TopicArn"]
        self.queue = self.client("sqs").create_queue(QueueName=QUEUE)["QueueUrl"]
        arn = self.client("sqs").get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])
        self.client("sns").subscribe(TopicArn=self.topic_arn, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )

    def connect(self, caller: Caller, *services: str) -> None:
        """Let services of the account be these."""
        for service in services or ("LOGS", "FIREHOSE", "SNS"):
            put_connection(caller, service=service, endpoint_url=self.url, access_key_id=KEY, secret_access_key=SECRET)

    def logged(self) -> list[dict[str, Any]]:
        """The events of the log group."""
        found = self.client("logs").filter_log_events(logGroupName=GROUP, limit=10_000)["events"]
        return [json.loads(event["message"]) for event in found]

    def streamed(self) -> list[dict[str, Any]]:
        """The lines of the stream's objects."""
        s3 = self.client("s3")
        keys = [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())]
        texts = [s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode() for key in keys]
        return [json.loads(line) for text in texts for line in text.splitlines()]

    def published(self) -> list[tuple[str, dict[str, Any]]]:
        """(event id, record) of what the topic has handed to its queue since the last look."""
        sqs, found = self.client("sqs"), []
        while got := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for one in got:
                body = json.loads(one["Body"])
                found.append((body["MessageAttributes"]["eventId"]["Value"], json.loads(body["Message"])))
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=one["ReceiptHandle"])
        return found


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield Emulator(f"http://{host}:{port}")
    finally:
        reset = urllib.request.Request(f"http://{host}:{port}/moto-api/reset", method="POST")
        urllib.request.urlopen(reset, timeout=5).close()
        server.stop()
