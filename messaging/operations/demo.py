"""A believable account for looking around: resources of every kind, made by the operations that people use.

Everything follows from a seed, so two demos of one size are alike. Numbers are of ranges that numbering plans reserve
for fiction. The messages themselves stand in demo_messages.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Refusal
from messaging.models import Activity, HandsetBehaviour, Message, NumberType, PhoneNumber, RegionalAccount, Tier
from messaging.operations.accounts import set_account_tier
from messaging.operations.carriage import advance_due_messages
from messaging.operations.configuration_sets import create_configuration_set, set_default_message_type
from messaging.operations.event_destinations import create_event_destination
from messaging.operations.handsets import put_handset_behaviour
from messaging.operations.inbound import receive_inbound_message
from messaging.operations.keywords import put_keyword
from messaging.operations.opt_out_lists import create_opt_out_list, put_opted_out_number
from messaging.operations.phone_numbers import (
    provision_phone_number,
    release_phone_number,
    request_phone_number,
    update_phone_number,
)
from messaging.operations.pools import associate_origination_identity, create_pool, delete_pool
from messaging.operations.protect_configurations import ACCOUNT_DEFAULT
from messaging.operations.protect_rules import (
    put_protect_configuration_rule_set_number_override,
    set_up_protect_configuration,
)
from messaging.operations.tags import tag_resource
from messaging.transactions import write_transaction

DAYS = 30
SPEND_LIMIT = 5_000_000_000  # 50,000 USD, so that a demo of any size fits
MARKETING_LIST = "Marketing"
SETS = ("one-time-codes", "order-updates", "marketing")
CONVERSATIONS = (
    "STOP",
    "HELP",
    "Thanks!",
    "JOIN please",
    "Is my order on its way?",
    "STOP",
    "START",
    "Help me, please",
)
OPTED_OUT = 40

# number type, country, number, capabilities, message type, monthly price in 0.00001 USD, name
NUMBERS: tuple[tuple[str, str, str, tuple[str, ...], str, int, str], ...] = (
    (NumberType.TOLL_FREE, "US", "+18885550142", ("SMS", "MMS", "VOICE"), "TRANSACTIONAL", 200_000, "Support line"),
    (NumberType.TEN_DLC, "US", "+12065550167", ("SMS", "MMS"), "TRANSACTIONAL", 100_000, "Order updates 1"),
    (NumberType.TEN_DLC, "US", "+12065550168", ("SMS", "MMS"), "TRANSACTIONAL", 100_000, "Order updates 2"),
    (NumberType.TEN_DLC, "US", "+14255550117", ("SMS",), "PROMOTIONAL", 100_000, "Offers"),
    (NumberType.SHORT_CODE, "US", "555010", ("SMS", "MMS"), "TRANSACTIONAL", 99_500_000, "One-time codes"),
    (NumberType.LONG_CODE, "GB", "+447700900123", ("SMS",), "TRANSACTIONAL", 100_000, "United Kingdom"),
    (NumberType.LONG_CODE, "CA", "+16135550143", ("SMS", "VOICE"), "TRANSACTIONAL", 100_000, "Canada"),
    (NumberType.LONG_CODE, "AU", "+61491570156", ("SMS",), "TRANSACTIONAL", 650_000, "Australia"),
)


BLOCKED = ("AF", "AZ", "BD", "BY", "DZ", "KG", "KZ", "LK", "LY", "MM", "NP", "PK", "RU", "TJ", "TM", "UZ", "YE", "ZW")
WATCHED = ("ID", "NG", "PH")


@dataclass(frozen=True, slots=True)
class Stage:
    """The account's originators by name, its two simulator numbers, and the pools' ids by name."""

    numbers: dict[str, PhoneNumber]
    pools: dict[str, str]


def is_filled(caller: Caller) -> bool:
    """Whether the account already has messages; a demo is never put on top of somebody's own."""
    return Message.objects.for_caller(caller).exists()


def set_the_stage(caller: Caller, start: datetime) -> Stage:
    """Numbers, pools, sets, lists, keywords and behaviours, made at the start of the demo's month."""
    with clock.using(clock.FrozenClock(start)):
        set_account_tier(caller, tier=Tier.PRODUCTION)
        RegionalAccount.objects.filter(pk=caller.owner_id).update(text_spend_limit=SPEND_LIMIT)
        numbers = _numbers(caller)
        pools = _pools(caller, numbers)
        for number in numbers.values():
            number.refresh_from_db()
        _sets(caller)
        _lists(caller)
        _behaviours(caller)
        _protection(caller)
        tag_resource(caller, resource_arn=numbers["Order updates 1"].arn, tags=[{"key": "team", "value": "shop"}])
    return Stage(numbers, pools)


def _numbers(caller: Caller) -> dict[str, PhoneNumber]:
    made: dict[str, PhoneNumber] = {}
    for number_type, country, number, capabilities, message_type, price, name in NUMBERS:
        with write_transaction():
            made[name] = provision_phone_number(
                caller,
                phone_number=number,
                iso_country_code=country,
                message_type=message_type,
                number_type=number_type,
                capabilities=capabilities,
                monthly_leasing_units=price,
            )
        tag_resource(caller, resource_arn=made[name].arn, tags=[{"key": "Name", "value": name}])
    for name in ("Simulator 1", "Simulator 2"):
        made[name] = request_phone_number(
            caller,
            iso_country_code="US",
            message_type="TRANSACTIONAL",
            number_capabilities=["SMS", "MMS"],
            number_type=NumberType.SIMULATOR,
            tags=[{"key": "Name", "value": name}],
        )
    put_keyword(
        caller,
        origination_identity=made["Offers"].phone_number_id,
        keyword="JOIN",
        keyword_message="Welcome to ExampleCorp offers. 2 msgs/month. Reply HELP for help, STOP to cancel.",
        keyword_action="OPT_IN",
    )
    update_phone_number(
        caller, phone_number_id=made["One-time codes"].phone_number_id, deletion_protection_enabled=True
    )
    return made


def _protection(caller: Caller) -> None:
    """The shop writes to a few countries: those that pump traffic are blocked, some are watched."""
    rules = dict.fromkeys(BLOCKED, "BLOCK") | dict.fromkeys(WATCHED, "MONITOR") | {"VN": "FILTER"}
    row = set_up_protect_configuration(
        caller,
        tags=[{"key": "Name", "value": "Our markets"}],
        country_rules={"SMS": rules, "VOICE": dict.fromkeys(BLOCKED, "BLOCK")},
        association=ACCOUNT_DEFAULT,
    )
    put_protect_configuration_rule_set_number_override(
        caller,
        protect_configuration_id=row.protect_configuration_id,
        destination_phone_number="+998901234567",
        action="ALLOW",
    )


def _pools(caller: Caller, numbers: dict[str, PhoneNumber]) -> dict[str, str]:
    pools = {}
    for name, members in {
        "Orders": ("Order updates 1", "Order updates 2"),
        "Tests": ("Simulator 1", "Simulator 2"),
    }.items():
        first, *others = (numbers[member].phone_number_id for member in members)
        pool = create_pool(
            caller,
            origination_identity=first,
            iso_country_code="US",
            message_type="TRANSACTIONAL",
            deletion_protection_enabled=name == "Orders",
            tags=[{"key": "Name", "value": name}],
        )
        for other in others:
            associate_origination_identity(
                caller, pool_id=pool.pool_id, origination_identity=other, iso_country_code="US"
            )
        pools[name] = pool.pool_id
    return pools


def _sets(caller: Caller) -> None:
    def target(service: str, resource: str) -> str:
        return f"arn:aws:{service}:{caller.region}:{caller.account_id}:{resource}"

    role = f"arn:aws:iam::{caller.account_id}:role/sms-events"
    codes, orders, marketing = SETS
    for name in SETS:
        create_configuration_set(caller, configuration_set_name=name)
    set_default_message_type(caller, configuration_set_name=marketing, message_type="PROMOTIONAL")
    logs = {"iam_role_arn": role, "log_group_arn": target("logs", "log-group:sms-events")}
    stream = {"iam_role_arn": role, "delivery_stream_arn": target("firehose", "deliverystream/sms-events")}
    topic = {"topic_arn": target("sns", "sms-failures")}
    failures = ["TEXT_BLOCKED", "TEXT_CARRIER_BLOCKED", "TEXT_SPAM", "TEXT_INVALID", "TEXT_UNREACHABLE", "TEXT_UNKNOWN"]
    plans: tuple[tuple[str, str, Sequence[str], dict[str, Any]], ...] = (
        (codes, "everything", ["ALL"], {"cloud_watch_logs_destination": logs}),
        (orders, "texts", ["TEXT_ALL"], {"cloud_watch_logs_destination": logs}),
        (orders, "failures", failures, {"sns_destination": topic}),
        (marketing, "archive", ["TEXT_ALL"], {"kinesis_firehose_destination": stream}),
    )
    for name, destination, types, where in plans:
        create_event_destination(
            caller, configuration_set_name=name, event_destination_name=destination, matching_event_types=types, **where
        )


def _lists(caller: Caller) -> None:
    create_opt_out_list(caller, opt_out_list_name=MARKETING_LIST)
    for count in range(OPTED_OUT):
        put_opted_out_number(caller, opt_out_list_name=MARKETING_LIST, opted_out_number=f"+1503555{100 + count:04d}")


def _behaviours(caller: Caller) -> None:
    scopes = HandsetBehaviour.Scope
    mixed = [{"outcome": "DELIVERED", "weight": 97}, {"outcome": "UNREACHABLE", "weight": 3}]
    put_handset_behaviour(
        caller, scope=scopes.COUNTRY, match="SE", outcomes=mixed, carrier_name="Example Mobil", seed=7
    )
    put_handset_behaviour(
        caller,
        scope=scopes.PREFIX,
        match="+1503555",
        outcomes=[{"outcome": "DELIVERED", "weight": 1}],
        handset_delay_seconds=20,
    )
    put_handset_behaviour(
        caller, scope=scopes.NUMBER, match="+12065550199", outcomes=[{"outcome": "BLOCKED", "weight": 1}]
    )


def hold_conversations(caller: Caller, stage: Stage, handsets: Sequence[str], start: datetime, end: datetime) -> int:
    """Let handsets write in, spread over the month, and carry the replies; return how many wrote."""
    ours = [stage.numbers[name].phone_number for name in ("Order updates 1", "Support line", "Offers")]
    step = (end - start) / (len(handsets) + 1)
    for count, handset in enumerate(handsets):
        frozen = clock.FrozenClock(start + step * (count + 1))
        with clock.using(frozen):
            receive_inbound_message(
                caller,
                origination_number=handset,
                destination_number=ours[count % len(ours)],
                message_body=CONVERSATIONS[count % len(CONVERSATIONS)],
            )
            for _step in range(3):
                advance_due_messages()
                frozen.advance(seconds=1)
    return len(handsets)


def be_refused(caller: Caller, stage: Stage, start: datetime, end: datetime) -> int:
    """A few things that operations refuse, so that the activity log has them; return how many."""
    protected = stage.numbers["One-time codes"].phone_number_id
    tries: tuple[Callable[[], object], ...] = (
        lambda: release_phone_number(caller, phone_number_id=protected),
        lambda: delete_pool(caller, pool_id=stage.pools["Orders"]),
        lambda: create_configuration_set(caller, configuration_set_name=SETS[0]),
        lambda: create_opt_out_list(caller, opt_out_list_name=MARKETING_LIST),
        lambda: release_phone_number(caller, phone_number_id=stage.numbers["Simulator 1"].phone_number_id),
        lambda: put_opted_out_number(caller, opt_out_list_name=MARKETING_LIST, opted_out_number="call me"),
    )
    refused = 0
    for attempt in tries:
        try:
            attempt()
        except Refusal:
            refused += 1
    _spread_activity(caller, start, end)
    return refused


def _spread_activity(caller: Caller, start: datetime, end: datetime) -> None:
    """The log of a demo's making, over the month that it shows instead of over the second it took."""
    rows = list(Activity.objects.for_caller(caller).order_by("id"))
    latest = min(end, datetime.now(UTC) - timedelta(minutes=1))
    step = (latest - start) / (len(rows) + 1)
    for count, row in enumerate(rows):
        row.at = start + step * (count + 1)
    with write_transaction():
        Activity.objects.bulk_update(rows, ["at"], batch_size=200)
