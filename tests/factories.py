"""Rows for tests, made by calling operations, with defaults that make sense."""

import itertools
import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Min

from console.models import AccessKey, Membership
from messaging import work
from messaging.caller import Caller, Door
from messaging.clock import FrozenClock
from messaging.models import Account, Job, MediaBucket, Message, OutboxEntry, PhoneNumber, RegionalAccount, Tier
from messaging.operations.accounts import account_named, regional_account
from messaging.operations.configuration_sets import create_configuration_set
from messaging.operations.event_destinations import create_event_destination
from messaging.operations.media import Upload, create_media_bucket, put_media_file
from messaging.operations.media_sending import send_media_message
from messaging.operations.opt_out_lists import create_opt_out_list, put_opted_out_number
from messaging.operations.phone_numbers import provision_phone_number, request_phone_number
from messaging.operations.pools import create_pool
from messaging.operations.protect_configurations import create_protect_configuration
from messaging.operations.sender_ids import request_sender_id
from messaging.operations.sending import send_text_message
from messaging.operations.verified_numbers import create_verified_destination_number
from messaging.operations.voice_messages import send_voice_message
from messaging.permissions import Role
from messaging.secrets import encrypt

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
REGION = "us-east-1"
SUCCESS = "+14254147755"  # documented simulator destination: delivered
FAILURE = "+14254147167"  # documented simulator destination: blocked
HANDSET = "+12065550142"
SPEND_LIMIT = 100_000_000  # 1,000 USD: no test meets the limit by accident

_count = itertools.count(1)


def make_owner(account_id: str = ACCOUNT, region: str = REGION, **changes: Any) -> RegionalAccount:
    """An account in a Region, in production and with spend limits out of the way unless `changes` say otherwise."""
    account_named(account_id, f"Account {account_id[-4:]}")
    owner = regional_account(account_id, region)
    limits = dict.fromkeys(("text_spend_limit", "media_spend_limit", "voice_spend_limit"), SPEND_LIMIT)
    values = {"tier": Tier.PRODUCTION, "voice_tier": Tier.PRODUCTION, **limits, **changes}
    RegionalAccount.objects.filter(pk=owner.pk).update(**values)
    owner.refresh_from_db()
    return owner


def make_caller(
    owner: RegionalAccount, role: str = Role.ADMINISTRATOR, door: Door = Door.PAGE, **changes: Any
) -> Caller:
    """Somebody with a role in the account, coming through a door."""
    values = {"actor": "user:tester", "role": Role(role), "door": door, **changes}
    return Caller(owner.pk, owner.account_id, owner.region, **values)


def make_user(username: str = "", password: str = "correct horse battery") -> Any:
    """A person who may sign in but belongs to no account yet."""
    return get_user_model().objects.create_user(username or f"person-{next(_count)}", password=password)


def make_member(owner: RegionalAccount, role: str = Role.ADMINISTRATOR, username: str = "") -> Any:
    """A person with a role in the account."""
    user = make_user(username)
    Membership.objects.create(user=user, account=Account.objects.get(pk=owner.account_id), role=Role(role))
    return user


@dataclass(frozen=True, slots=True)
class Key:
    """An access key as a program holds it."""

    access_key_id: str
    secret_access_key: str
    row: AccessKey


def make_access_key(owner: RegionalAccount, role: str = Role.ADMINISTRATOR, **changes: Any) -> Key:
    """An enabled access key of the account whose secret the test knows."""
    secret = secrets.token_urlsafe(30)
    row = AccessKey.objects.create(
        access_key_id=f"AKIATEST{next(_count):012d}",
        secret_encrypted=encrypt(secret),
        account_id=owner.account_id,
        role=Role(role),
        **changes,
    )
    return Key(row.access_key_id, secret, row)


def make_simulator_number(caller: Caller, **changes: Any) -> Any:
    """A US simulator number, ACTIVE at once."""
    values = {
        "iso_country_code": "US",
        "message_type": "TRANSACTIONAL",
        "number_capabilities": ["SMS"],
        "number_type": "SIMULATOR",
        **changes,
    }
    return request_phone_number(caller, **values)


def make_number(caller: Caller, phone_number: str = "+18885550147", **changes: Any) -> Any:
    """A number that reaches any handset of the US, ACTIVE at once: toll-free, with SMS."""
    values = {
        "iso_country_code": "US",
        "message_type": "TRANSACTIONAL",
        "number_type": "TOLL_FREE",
        "capabilities": ["SMS"],
        **changes,
    }
    return provision_phone_number(caller, phone_number=phone_number, **values)


def make_pool(caller: Caller, **changes: Any) -> Any:
    """A pool of one fresh simulator number, or of the origination_identity given."""
    if "origination_identity" not in changes:
        changes["origination_identity"] = make_simulator_number(caller).phone_number_id
    return create_pool(caller, **{"iso_country_code": "US", "message_type": "TRANSACTIONAL", **changes})


def make_sender_id(caller: Caller, name: str = "", country: str = "GB", **changes: Any) -> Any:
    """A sender ID of a country that asks for no registration unless `country` is one that does."""
    return request_sender_id(caller, sender_id=name or f"SHOP{next(_count)}", iso_country_code=country, **changes)


def make_verified_number(caller: Caller, number: str = HANDSET, *, verified: bool = True) -> Any:
    """A destination number of the account, verified without a code unless told otherwise."""
    row = create_verified_destination_number(caller, destination_phone_number=number)
    if verified:
        row.status = row.Status.VERIFIED
        row.save(update_fields=["status"])
    return row


def make_configuration_set(caller: Caller, name: str = "", **changes: Any) -> Any:
    return create_configuration_set(caller, configuration_set_name=name or f"set-{next(_count)}", **changes)


def make_log_destination(caller: Caller, configuration_set_name: str = "events") -> Any:
    """A configuration set whose events all go to the log group “sms”."""
    make_configuration_set(caller, configuration_set_name)
    return create_event_destination(
        caller,
        configuration_set_name=configuration_set_name,
        event_destination_name="logs",
        matching_event_types=["ALL"],
        cloud_watch_logs_destination={
            "iam_role_arn": f"arn:aws:iam::{ACCOUNT}:role/events",
            "log_group_arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:sms",
        },
    )


def make_protect_configuration(caller: Caller, name: str = "", **changes: Any) -> Any:
    """A protect configuration that allows everything, with a tag Name when it is given one."""
    tags = [{"key": "Name", "value": name}] if name else []
    return create_protect_configuration(caller, tags=tags, **changes)


def make_opt_out_list(caller: Caller, name: str = "", numbers: tuple[str, ...] = (), **changes: Any) -> Any:
    """An opt-out list that holds `numbers`."""
    made = create_opt_out_list(caller, opt_out_list_name=name or f"list-{next(_count)}", **changes)
    for number in numbers:
        put_opted_out_number(caller, opt_out_list_name=made.opt_out_list_name, opted_out_number=number)
    return made


def send(caller: Caller, destination: str = SUCCESS, body: str = "Your code is 123456.", **changes: Any) -> Any:
    """What send_text_message returns; from a fresh simulator number unless origination_identity is given."""
    if "origination_identity" not in changes:
        changes["origination_identity"] = make_simulator_number(caller).phone_number_id
    return send_text_message(caller, destination_phone_number=destination, message_body=body, **changes)


def deliver_all(clock: FrozenClock) -> int:
    """Let all due work happen, moving the clock to whatever is due next, until nothing is; return how many rows."""
    total = 0
    while True:
        total += work.run_until_idle()
        planned = [
            model._default_manager.filter(due_at__gt=clock.now()).aggregate(next=Min("due_at"))["next"]
            for model in (Message, OutboxEntry, Job)
        ]
        later = [instant for instant in planned if instant is not None]
        if not later:
            return total
        clock.instant = min(later)


def make_media_number(caller: Caller, **changes: Any) -> Any:
    """A US simulator number that carries MMS."""
    return make_simulator_number(caller, number_capabilities=["SMS", "MMS"], **changes)


def make_media_file(caller: Caller, data: bytes, key: str = "picture.png", bucket: str = "pictures") -> Any:
    """A file in a built-in bucket, which is made when it is not there."""
    if not MediaBucket.objects.for_caller(caller).filter(bucket_name=bucket).exists():
        create_media_bucket(caller, bucket_name=bucket)
    return put_media_file(caller, bucket_name=bucket, key=key, upload=Upload(data))


def send_media(caller: Caller, url: str = "", destination: str = SUCCESS, body: str = "Look.", **changes: Any) -> Any:
    """What send_media_message returns; from a fresh simulator number unless origination_identity is given."""
    if "origination_identity" not in changes:
        changes["origination_identity"] = make_media_number(caller).phone_number_id
    urls = [url] if url else []
    return send_media_message(
        caller, destination_phone_number=destination, message_body=body, media_urls=urls, **changes
    )


def make_voice_number(caller: Caller, **changes: Any) -> Any:
    """A number that calls: a Canadian long code with voice, active at once as the simulator's clerk would make it."""
    row = request_phone_number(
        caller,
        **{
            "iso_country_code": "CA",
            "message_type": "TRANSACTIONAL",
            "number_capabilities": ["VOICE"],
            "number_type": "LONG_CODE",
            **changes,
        },
    )
    PhoneNumber.objects.filter(pk=row.pk).update(status=PhoneNumber.Status.ACTIVE, due_at=None)
    row.refresh_from_db()
    return row


def call(caller: Caller, destination: str = HANDSET, body: str = "Your table is ready.", **changes: Any) -> Any:
    """What send_voice_message returns; from a fresh number with voice unless origination_identity is given."""
    if "origination_identity" not in changes:
        changes["origination_identity"] = make_voice_number(caller).phone_number_id
    return send_voice_message(caller, destination_phone_number=destination, message_body=body, **changes)
