"""What the approval of a support case does, in each Region that it asks for. Source: support_cases.json, on_approval.

Everything happens inside the decision's transaction, as the service itself: a refusal of any step undoes all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid
from messaging.models import NumberType, PhoneNumber, RegionalAccount, SenderId, Tier
from messaging.operations import offers, quotas
from messaging.operations.accounts import regional_account
from messaging.operations.identities import phone_number_named
from messaging.operations.keywords import put_keyword
from messaging.operations.message_templates import CHINA, INDIA, register_message_template
from messaging.operations.phone_numbers import free_number, provision_phone_number
from messaging.operations.registry import settings_changed
from messaging.operations.sender_ids import request_sender_id, sender_id_named
from messaging.operations.spend_limits import set_account_spend_limit
from registrations.models import SupportCase
from registrations.operations.associations import create_registration_association
from registrations.support_flows import flows

MOST_NUMBERS = 25  # as many as the default quota of numbers
PROMOTIONAL_WORDS = ("Promotional",)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One request of a case, with what its fields say."""

    case: SupportCase
    answers: dict[str, str]
    quota: str
    new_value: int

    @property
    def message_type(self) -> str:
        """The kind of messages asked for, as the API names them."""
        return "PROMOTIONAL" if self.quota.startswith(PROMOTIONAL_WORDS) else "TRANSACTIONAL"


Grant = Callable[[Caller, Wanted], list[str]]


def grant(case: SupportCase) -> list[dict[str, str]]:
    """Do what a case asks for; returns {"region", "change", "about"} for each change. Raises the refusals of a step."""
    change = flows()[case.flow].grant
    if not change:
        return []
    done = []
    for asked in case.requests or [{"region": case.owner.region, "quota": "", "new_value": 1}]:
        owner = regional_account(case.owner.account_id, asked["region"])
        wanted = Wanted(case, case.answers, asked["quota"], int(asked["new_value"] or 1))
        for about in GRANTS[change](Caller.system(owner), wanted):
            done.append({"region": owner.region, "change": change, "about": about})
        settings_changed([owner.pk])
    return done


def lines(text: str) -> list[str]:
    """The lines of a field that takes one thing on each."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def pairs(text: str) -> list[tuple[str, str]]:
    """“word: text” on each line of a field. Raises Invalid for a line without a colon or an end of it."""
    found = []
    for line in lines(text):
        word, colon, rest = line.partition(":")
        if not colon or not word.strip() or not rest.strip():
            raise Invalid(_("“%(line)s” is not a word, a colon and a text.") % {"line": line[:80]})
        found.append((word.strip(), rest.strip()))
    return found


def _sms_production(caller: Caller, wanted: Wanted) -> list[str]:
    RegionalAccount.objects.filter(pk=caller.owner_id).update(tier=Tier.PRODUCTION)
    return ["SMS, MMS"]


def _voice_production(caller: Caller, wanted: Wanted) -> list[str]:
    # The quotas of voice go by the tier (voice.py), so that they move at once.
    RegionalAccount.objects.filter(pk=caller.owner_id).update(voice_tier=Tier.PRODUCTION)
    return ["VOICE"]


def _spend_limit(caller: Caller, wanted: Wanted) -> list[str]:
    channel = wanted.answers["channel"]
    set_account_spend_limit(caller, channel=channel, monthly_limit=wanted.new_value)
    return [f"{channel} {wanted.new_value} USD"]


def _numbers(caller: Caller, wanted: Wanted, number_type: str) -> list[PhoneNumber]:
    """So many numbers of a type; a short code is not live before its lead time is over, and is paid for at once."""
    country = wanted.answers["iso_country_code"]
    offer = offers.offer(number_type, country)
    if offer is None or not offer.capabilities:
        raise Invalid(
            offer.why_not if offer else _("“%(country)s” is not a country that is served.") % {"country": country},
            reason="COUNTRY_NOT_ENABLED",
        )
    if wanted.new_value > MOST_NUMBERS:
        raise Invalid(_("One request is for at most %(most)s numbers.") % {"most": MOST_NUMBERS})
    lead = timedelta(seconds=offer.lead_seconds)
    found = []
    for _number in range(wanted.new_value):
        quotas.need_account_room(caller, "PHONE_NUMBERS")
        found.append(
            provision_phone_number(
                caller,
                phone_number=free_number(number_type, country),
                iso_country_code=country,
                message_type=wanted.message_type,
                number_type=number_type,
                capabilities=offer.capabilities,
                status=PhoneNumber.Status.PENDING if lead else PhoneNumber.Status.ACTIVE,
                due_at=clock.now() + lead if lead else None,
                monthly_leasing_units=offer.monthly_leasing_units,
            )
        )
    return found


def _short_code(caller: Caller, wanted: Wanted) -> list[str]:
    """The console shows the keywords and replies of the request: they are what the carriers know (short-code-set)."""
    numbers = _numbers(caller, wanted, NumberType.SHORT_CODE)
    for number in numbers:
        identity = number.phone_number_id
        put_keyword(caller, origination_identity=identity, keyword="HELP", keyword_message=wanted.answers["help_reply"])
        put_keyword(
            caller,
            origination_identity=identity,
            keyword="STOP",
            keyword_message=wanted.answers["stop_reply"],
            keyword_action="OPT_OUT",
        )
        for word, reply in pairs(wanted.answers.get("keywords", "")):
            put_keyword(caller, origination_identity=identity, keyword=word, keyword_message=reply)
    return [number.phone_number_id for number in numbers]


def _long_code(caller: Caller, wanted: Wanted) -> list[str]:
    return [number.phone_number_id for number in _numbers(caller, wanted, NumberType.LONG_CODE)]


def _sender_ids(caller: Caller, wanted: Wanted, country: str) -> list[str]:
    """Add the names, or mark those that wait in the account already as registered."""
    found = []
    for name in lines(wanted.answers["sender_ids"]):
        row = sender_id_named(caller, name, country, lock=True) or request_sender_id(
            caller, sender_id=name, iso_country_code=country, message_types=[wanted.message_type]
        )
        SenderId.objects.filter(pk=row.pk).update(registered=True)
        found.append(row.name)
    return found


def _sender_id(caller: Caller, wanted: Wanted) -> list[str]:
    return _sender_ids(caller, wanted, wanted.answers["iso_country_code"])


def _india(caller: Caller, wanted: Wanted) -> list[str]:
    found = _sender_ids(caller, wanted, INDIA)
    for template_id, text in pairs(wanted.answers["registered_templates"]):
        row = register_message_template(
            caller,
            iso_country_code=INDIA,
            entity_id=wanted.answers["entity_id"].strip(),
            template_id=template_id,
            message_template=text,
        )
        found.append(row.message_template_id)
    return found


def _china(caller: Caller, wanted: Wanted) -> list[str]:
    return [
        register_message_template(caller, iso_country_code=CHINA, message_template=text).message_template_id
        for text in lines(wanted.answers["registered_templates"])
    ]


def _ten_dlc(caller: Caller, wanted: Wanted) -> list[str]:
    row = phone_number_named(caller, wanted.answers["phone_number_id"], lock=True)
    if row is None or row.number_type != NumberType.LONG_CODE or row.iso_country_code != offers.UNITED_STATES:
        raise Conflict(
            _("%(number)s is not a long code of the United States.") % {"number": wanted.answers["phone_number_id"]},
            next_step=_("Request a new 10DLC number instead."),
        )
    PhoneNumber.objects.filter(pk=row.pk).update(number_type=NumberType.TEN_DLC)
    create_registration_association(
        caller, registration_id=wanted.answers["registration_id"], resource_id=row.phone_number_id
    )
    return [row.phone_number_id]


def _quota(caller: Caller, wanted: Wanted) -> list[str]:
    owner = RegionalAccount.objects.select_for_update(no_key=True).get(pk=caller.owner_id)  # see quotas.need_room
    owner.quotas = {**owner.quotas, wanted.quota: wanted.new_value}
    owner.save(update_fields=["quotas"])
    return [f"{wanted.quota} {wanted.new_value}"]


GRANTS: dict[str, Grant] = {
    "SMS_PRODUCTION": _sms_production,
    "VOICE_PRODUCTION": _voice_production,
    "SPEND_LIMIT": _spend_limit,
    "SHORT_CODE": _short_code,
    "LONG_CODE": _long_code,
    "SENDER_ID": _sender_id,
    "INDIA_SENDER_ID": _india,
    "CHINA_TEMPLATE": _china,
    "TEN_DLC": _ten_dlc,
    "QUOTA": _quota,
}
