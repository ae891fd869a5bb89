"""The messaging tables, one module per resource."""

from messaging.models.accounts import Account, RegionalAccount, RequestRate, SimulatedTime, Spend, Tier
from messaging.models.activity import Activity
from messaging.models.alarms import Alarm, AlarmChange, AlarmDatapoint
from messaging.models.base import Owned, OwnedQuerySet
from messaging.models.bulk_sends import BulkSend, BulkSendRow
from messaging.models.charges import Charge, ChargeKind, MonthlyCharge
from messaging.models.configuration_sets import ConfigurationSet, EventDestination, MatchingEventType
from messaging.models.connections import ServiceConnection
from messaging.models.deactivation_reports import DeactivatedNumber, DeactivationReport
from messaging.models.handsets import Handset, HandsetBehaviour
from messaging.models.jobs import Job, JobResult, WorkerBeat
from messaging.models.keywords import Keyword
from messaging.models.media import MediaBucket, MediaContent, MediaFile, MessageMedia
from messaging.models.message_templates import MessageTemplate
from messaging.models.messages import Channel, InboundMessage, Message, MessageEvent
from messaging.models.notifications import Notification, NotificationRead, NotificationReader
from messaging.models.opt_out_lists import (
    DEFAULT_LIST,
    OptedOutNumber,
    OptOutImport,
    OptOutList,
    OptOutRemoval,
    StagedNumber,
)
from messaging.models.outbox import DeliveryAttempt, LogRecord, OutboxEntry, TopicSubscription
from messaging.models.phone_numbers import NumberType, PhoneNumber, ReleasedNumber
from messaging.models.pools import MessageType, Pool
from messaging.models.protect_configurations import CountryRule, NumberOverride, ProtectConfiguration, ProtectStatus
from messaging.models.rate_cards import RateCard, RatePrice
from messaging.models.sender_ids import SenderId
from messaging.models.statistics import Statistic, StatisticProgress
from messaging.models.tags import Tag
from messaging.models.throughput import CampaignRates, Meter
from messaging.models.usage import UsageDay, UsageProgress
from messaging.models.verified_numbers import VerifiedDestinationNumber

__all__ = [
    "DEFAULT_LIST",
    "Account",
    "Activity",
    "Alarm",
    "AlarmChange",
    "AlarmDatapoint",
    "BulkSend",
    "BulkSendRow",
    "CampaignRates",
    "Channel",
    "Charge",
    "ChargeKind",
    "ConfigurationSet",
    "CountryRule",
    "DeactivatedNumber",
    "DeactivationReport",
    "DeliveryAttempt",
    "EventDestination",
    "Handset",
    "HandsetBehaviour",
    "InboundMessage",
    "Job",
    "JobResult",
    "Keyword",
    "LogRecord",
    "MatchingEventType",
    "MediaBucket",
    "MediaContent",
    "MediaFile",
    "Message",
    "MessageEvent",
    "MessageMedia",
    "MessageTemplate",
    "MessageType",
    "MonthlyCharge",
    "Meter",
    "Notification",
    "NotificationRead",
    "NotificationReader",
    "NumberOverride",
    "NumberType",
    "OptOutImport",
    "OptOutList",
    "OptOutRemoval",
    "OptedOutNumber",
    "OutboxEntry",
    "Owned",
    "OwnedQuerySet",
    "PhoneNumber",
    "Pool",
    "RateCard",
    "RatePrice",
    "ProtectConfiguration",
    "ProtectStatus",
    "RegionalAccount",
    "ReleasedNumber",
    "RequestRate",
    "SenderId",
    "ServiceConnection",
    "SimulatedTime",
    "Spend",
    "StagedNumber",
    "Statistic",
    "StatisticProgress",
    "Tag",
    "Tier",
    "TopicSubscription",
    "UsageDay",
    "UsageProgress",
    "VerifiedDestinationNumber",
    "WorkerBeat",
]
