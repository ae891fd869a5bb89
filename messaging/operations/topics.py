"""The topics that an account publishes to: what names them, who listens, what was handed over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Invalid
from messaging.models import Alarm, EventDestination, OutboxEntry, PhoneNumber, Pool, TopicSubscription
from messaging.operations.origination_settings import TOPIC
from messaging.operations.registry import operation

NAME = re.compile(
    r"[A-Za-z0-9_-]{1,256}"
)  # a FIFO topic (“.fifo”) does not fit; behaviour_rules.json, two_way.destination


@dataclass(slots=True)
class Topic:
    """A built-in topic: its ARN, the endpoints that listen, oldest first, and what publishes to it."""

    topic_arn: str
    endpoints: list[TopicSubscription] = field(default_factory=list)
    phone_numbers: list[PhoneNumber] = field(default_factory=list)
    pools: list[Pool] = field(default_factory=list)
    event_destinations: list[EventDestination] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.topic_arn.rpartition(":")[2]

    @property
    def subscriptions(self) -> int:
        return len(self.endpoints)

    @property
    def publishers(self) -> int:
        return len(self.phone_numbers) + len(self.pools) + len(self.event_destinations) + len(self.alarms)


def topic_arn(caller: Caller, name: str) -> str:
    """The ARN of the account's topic with this name. Raises Invalid for what cannot be a name."""
    if not NAME.fullmatch(name):
        raise Invalid(
            _("“%(name)s” cannot be the name of a topic.") % {"name": name},
            reason="INVALID_ARN",
            fields={"topic_name": _("Use 1 to 256 letters, digits, hyphens and underscores.")},
        )
    return f"arn:aws:sns:{caller.region}:{caller.account_id}:{name}"


@operation()
def describe_topics(caller: Caller) -> list[Topic]:
    """The topics that a number, pool, event destination, alarm or subscription names, by ARN. Five queries."""
    found: dict[str, Topic] = {}

    def of(arn: str) -> Topic:
        return found.setdefault(arn, Topic(arn))

    for subscription in TopicSubscription.objects.for_caller(caller).order_by("pk"):
        of(subscription.topic_arn).endpoints.append(subscription)
    for number in PhoneNumber.objects.for_caller(caller).filter(pool=None).exclude(two_way_channel_arn=""):
        if TOPIC.fullmatch(number.two_way_channel_arn):
            of(number.two_way_channel_arn).phone_numbers.append(number)
    for pool in Pool.objects.for_caller(caller).exclude(two_way_channel_arn=""):
        if TOPIC.fullmatch(pool.two_way_channel_arn):
            of(pool.two_way_channel_arn).pools.append(pool)
    destinations = EventDestination.objects.filter(
        configuration_set__owner_id=caller.owner_id, kind=EventDestination.Kind.TOPIC
    ).select_related("configuration_set")
    for destination in destinations:
        of(destination.target_arn).event_destinations.append(destination)
    for alarm in Alarm.objects.for_caller(caller).exclude(topic_arn=""):
        of(alarm.topic_arn).alarms.append(alarm)
    return [found[arn] for arn in sorted(found)]


def deliveries(caller: Caller, arn: str, destinations: Sequence[EventDestination], most: int = 20) -> list[OutboxEntry]:
    """The newest entries on their way to a topic, with every attempt: of two-way messages and of event destinations.

    Two queries: the newest of each kind are found by their own index, and the newest of these are read.
    """
    mine = OutboxEntry.objects.for_caller(caller).order_by("-pk")
    newest = Q(pk__in=mine.filter(topic_arn=arn).values("pk")[:most])
    if destinations:
        newest |= Q(pk__in=mine.filter(event_destination__in=destinations).values("pk")[:most])
    return list(mine.filter(newest).prefetch_related("tries")[:most])
