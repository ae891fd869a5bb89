"""Phone numbers: request, change, release. Rules: behaviour_rules.json, number.*"""

import random
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource
from messaging.identifiers import new_id
from messaging.models import ChargeKind, NumberType, OptOutList, PhoneNumber, ReleasedNumber
from messaging.operations import offers, quotas
from messaging.operations.charges import begin_monthly_charge, end_monthly_charge
from messaging.operations.identities import phone_number_named, pool_named
from messaging.operations.keywords import add_required_keywords
from messaging.operations.opt_out_lists import default_list
from messaging.operations.origination_settings import checked_two_way, owned_list
from messaging.operations.registered import number_requested, originator_released
from messaging.operations.registry import operation, settings_changed
from messaging.operations.tags import forget_tags, write_tags
from messaging.reference import countries
from messaging.transactions import write_transaction

TOLL_FREE_CODES = ("888", "877", "866", "855", "844", "833")  # country_rules.json, toll_free_prefixes
US_AREA_CODES = tuple(area for area in range(200, 1000) if area // 10 % 10 != 9 and area % 100 != 11)
TRIES = 20


@operation()
def request_phone_number(
    caller: Caller,
    *,
    iso_country_code: str,
    message_type: str,
    number_capabilities: Sequence[str],
    number_type: str,
    opt_out_list_name: str | None = None,
    pool_id: str | None = None,
    registration_id: str | None = None,
    number_preference: Sequence[Mapping[str, Sequence[str]]] = (),
    international_sending_enabled: bool = False,
    deletion_protection_enabled: bool = False,
    tags: Sequence[Mapping[str, str]] = (),
) -> PhoneNumber:
    """Lease a number, optionally straight into a pool. Source: RequestPhoneNumber.

    What there is for a country stands in offers.py. A number with a waiting time is PENDING until the simulator
    activates it, that long after the request in simulated time; one that needs a registration stays PENDING until it
    goes with one that lets it send (registered.py). number_preference names digits of a 10DLC number:
    {"preference_type": ["EndsWith"], "filter": ["0142"]}. Raises Invalid, NotFound; OverQuota
    PHONE_NUMBERS_PER_ACCOUNT; Conflict of AssociateOriginationIdentity.
    """
    offer = _offered(iso_country_code, number_capabilities, number_type)
    if registration_id and not offer.registration:
        raise Invalid(
            _("Numbers of the type %(type)s need no registration.") % {"type": number_type},
            reason="PARAMETERS_CANNOT_BE_USED_TOGETHER",
            fields={"registration_id": _("Leave the registration out.")},
        )
    if number_preference and (number_type, iso_country_code) != (NumberType.TEN_DLC, offers.UNITED_STATES):
        raise Invalid(
            _("Only a 10DLC number can be asked for by its digits."),
            reason="PARAMETERS_CANNOT_BE_USED_TOGETHER",
            fields={"number_preference": _("Leave the preference out.")},
        )
    if pool_id:
        pool_named(caller, pool_id, lock=True)  # before the account's row (quotas.need_room)
    quotas.need_account_room(caller, "PHONE_NUMBERS")
    list_used = owned_list(caller, opt_out_list_name) if opt_out_list_name else default_list(caller)
    waits = timedelta(seconds=offer.lead_seconds)
    row = provision_phone_number(
        caller,
        phone_number=free_number(number_type, iso_country_code, number_preference),
        iso_country_code=iso_country_code,
        message_type=message_type,
        number_type=number_type,
        capabilities=number_capabilities,
        opt_out_list=list_used,
        status=PhoneNumber.Status.PENDING if waits else PhoneNumber.Status.ACTIVE,
        due_at=clock.now() + waits if waits and not offer.registration else None,
        monthly_leasing_units=offer.monthly_leasing_units,
        registration_id=registration_id or "",
        international_sending_enabled=international_sending_enabled,
        deletion_protection_enabled=deletion_protection_enabled,
    )
    if registration_id:
        number_requested(caller, row, registration_id, waits)
    write_tags(caller, row.arn, tags)
    if pool_id:
        from messaging.operations.pools import associate

        associate(caller, pool_id=pool_id, identity=row)
    return row


def provision_phone_number(
    caller: Caller,
    *,
    phone_number: str,
    iso_country_code: str,
    message_type: str,
    number_type: str,
    capabilities: Sequence[str],
    opt_out_list: OptOutList | None = None,
    status: str = PhoneNumber.Status.ACTIVE,
    due_at: datetime | None = None,
    monthly_leasing_units: int = 0,
    registration_id: str = "",
    international_sending_enabled: bool = False,
    deletion_protection_enabled: bool = False,
) -> PhoneNumber:
    """Give the account a number with its HELP and STOP; the caller has checked that it may be had."""
    row = PhoneNumber.objects.create(
        owner_id=caller.owner_id,
        phone_number_id=new_id("phone"),
        phone_number=phone_number,
        status=status,
        iso_country_code=iso_country_code,
        message_type=message_type,
        number_type=number_type,
        sms="SMS" in capabilities,
        mms="MMS" in capabilities,
        voice="VOICE" in capabilities,
        due_at=due_at,
        monthly_leasing_units=monthly_leasing_units,
        registration_id=registration_id,
        opt_out_list=opt_out_list or default_list(caller),
        international_sending_enabled=international_sending_enabled,
        deletion_protection_enabled=deletion_protection_enabled,
    )
    add_required_keywords(row)
    begin_monthly_charge(
        row.owner_id, ChargeKind.PHONE_NUMBER, monthly_leasing_units, row.phone_number_id, country=iso_country_code
    )
    return row


@operation()
def update_phone_number(
    caller: Caller,
    *,
    phone_number_id: str,
    two_way_enabled: bool | None = None,
    two_way_channel_arn: str | None = None,
    two_way_channel_role: str | None = None,
    self_managed_opt_outs_enabled: bool | None = None,
    opt_out_list_name: str | None = None,
    international_sending_enabled: bool | None = None,
    deletion_protection_enabled: bool | None = None,
) -> PhoneNumber:
    """Change what is given of a number's settings. Source: UpdatePhoneNumber.

    Raises NotFound, Invalid (two-way); Conflict PHONE_NUMBER_ASSOCIATED_TO_POOL for what a pool owns.
    """
    row = _owned(caller, phone_number_id)
    shared = (
        two_way_enabled,
        two_way_channel_arn,
        two_way_channel_role,
        self_managed_opt_outs_enabled,
        opt_out_list_name,
    )
    if row.pool and any(value is not None for value in shared):
        raise Conflict(
            _("The phone number is in a pool, and its two-way and opt-out settings are the pool's."),
            reason="PHONE_NUMBER_ASSOCIATED_TO_POOL",
            resource=Resource("pool", row.pool.pool_id),
            next_step=_("Change them on the pool, or take the number out of the pool first."),
        )
    checked_two_way(
        row,
        two_way_enabled=two_way_enabled,
        two_way_channel_arn=two_way_channel_arn,
        two_way_channel_role=two_way_channel_role,
        self_managed_opt_outs_enabled=self_managed_opt_outs_enabled,
    )
    if opt_out_list_name is not None:
        row.opt_out_list = owned_list(caller, opt_out_list_name)
    if international_sending_enabled is not None:
        row.international_sending_enabled = international_sending_enabled
    if deletion_protection_enabled is not None:
        row.deletion_protection_enabled = deletion_protection_enabled
    row.save()
    return row


@operation()
def release_phone_number(caller: Caller, *, phone_number_id: str) -> PhoneNumber:
    """Give a number back for good and return it with status DELETED. Source: ReleasePhoneNumber.

    Raises NotFound; Conflict DELETION_PROTECTION_ENABLED, PHONE_NUMBER_ASSOCIATED_TO_POOL.
    """
    row = _owned(caller, phone_number_id)
    if row.deletion_protection_enabled:
        raise Conflict(
            _("Deletion protection is on for %(number)s.") % {"number": row.phone_number},
            reason="DELETION_PROTECTION_ENABLED",
            resource=Resource("phone-number", row.phone_number_id),
            next_step=_("Turn deletion protection off first."),
        )
    if row.pool:
        raise Conflict(
            _("%(number)s is in a pool.") % {"number": row.phone_number},
            reason="PHONE_NUMBER_ASSOCIATED_TO_POOL",
            resource=Resource("pool", row.pool.pool_id),
            next_step=_("Take it out of the pool first."),
        )
    originator_released(row)
    forget_tags(caller, row.arn)
    end_monthly_charge(row.owner_id, ChargeKind.PHONE_NUMBER, row.phone_number_id)
    ReleasedNumber.objects.get_or_create(phone_number=row.phone_number, defaults={"released_at": clock.now()})
    PhoneNumber.objects.filter(pk=row.pk).delete()
    row.status = PhoneNumber.Status.DELETED
    return row


def activate_due_numbers(limit: int = 100) -> int:
    """Activate numbers whose waiting time is over; returns how many. Sends that remember them as pending look again."""
    due = PhoneNumber.objects.filter(due_at__lte=clock.now())
    if not due.exists():  # an idle look locks nothing
        return 0
    with write_transaction():
        rows = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
        if rows:
            PhoneNumber.objects.filter(pk__in=[row.pk for row in rows]).update(
                status=PhoneNumber.Status.ACTIVE, due_at=None
            )
            settings_changed({row.owner_id for row in rows})
    return len(rows)


def free_number(
    number_type: str, iso_country_code: str, number_preference: Sequence[Mapping[str, Sequence[str]]] = ()
) -> str:
    """A number of the type and country that nobody here has or had, fictitious where the country has such a range.

    number_preference is that of RequestPhoneNumber. Raises Invalid when none is found.
    """
    for number in _suggested(number_type, iso_country_code, number_preference):
        taken = PhoneNumber.objects.filter(phone_number=number).exists()
        if not taken and not ReleasedNumber.objects.filter(phone_number=number).exists():
            return number
    raise Invalid(
        _("No number that fits is free at the moment."),
        reason="OTHER",
        next_step=_("Try again, or ask for another kind of number."),
    )


def _suggested(
    number_type: str, iso_country_code: str, number_preference: Sequence[Mapping[str, Sequence[str]]]
) -> Iterator[str]:
    if number_preference:
        fitting = [number for number in _us_numbers() if all(_fits(number, one) for one in number_preference)]
        yield from random.SystemRandom().sample(fitting, min(len(fitting), 10 * TRIES))
        return
    for _try in range(TRIES):
        yield _made_up(number_type, iso_country_code)
    if number_type == NumberType.TOLL_FREE:  # of the fictitious ones there are 600, and a released one never comes back
        for _try in range(TRIES):
            yield f"+1{secrets.choice(TOLL_FREE_CODES)}555{secrets.randbelow(10_000):04d}"


def _us_numbers() -> Iterator[str]:
    """The numbers that are made up for the US."""
    return (_us_number(area, line) for area in US_AREA_CODES for line in range(100))


def _us_number(area: int, line: int) -> str:
    """555-0100 to 555-0199 of each area code belong to nobody."""
    return f"+1{area}55501{line:02d}"


def _fits(number: str, preference: Mapping[str, Sequence[str]]) -> bool:
    """Whether a number meets one preference; the values of its filter are alternatives, with a country code or not."""
    forms = (number, number[1:], number[2:])
    (kind,) = preference["preference_type"]
    test: Callable[[str], bool] = {
        "StartsWith": lambda value: any(form.startswith(value) for form in forms),
        "EndsWith": number.endswith,
        "Contains": number.__contains__,
        "ExactMatch": forms.__contains__,
    }[kind]
    return any(map(test, preference["filter"]))


def _made_up(number_type: str, iso_country_code: str) -> str:
    if number_type == NumberType.SHORT_CODE:
        return str(secrets.randbelow(90_000) + 10_000)  # 3 to 7 digits by country, 5 or 6 in the US and Canada
    if number_type == NumberType.TOLL_FREE:
        return f"+1{secrets.choice(TOLL_FREE_CODES)}55501{secrets.randbelow(100):02d}"
    if iso_country_code == offers.UNITED_STATES:
        return _us_number(secrets.choice(US_AREA_CODES), secrets.randbelow(100))
    prefix = secrets.choice(countries()[iso_country_code].prefixes)
    rest = max(10 - len(prefix), 7)
    return f"+{prefix}{secrets.randbelow(9 * 10 ** (rest - 1)) + 10 ** (rest - 1)}"


def _owned(caller: Caller, phone_number_id: str) -> PhoneNumber:
    row = phone_number_named(caller, phone_number_id, lock=True)
    if row is None:
        raise NotFound("phone-number", phone_number_id)
    return row


def _offered(iso_country_code: str, capabilities: Sequence[str], number_type: str) -> offers.Offer:
    found = offers.offer(number_type, iso_country_code)
    if found is None:
        raise Invalid(
            _("“%(country)s” is not a country that is served.") % {"country": iso_country_code},
            reason="COUNTRY_NOT_ENABLED",
            fields={"iso_country_code": _("Choose another country.")},
        )
    if not found.requestable:
        raise Invalid(
            found.why_not,
            reason="COUNTRY_NOT_ENABLED",
            fields={"number_type": found.why_not},
            next_step=_("Choose another type of number, or another country."),
        )
    wrong = [capability for capability in capabilities if capability not in found.capabilities]
    if wrong:
        raise Invalid(
            _("Numbers of the type %(type)s carry no %(capability)s in %(country)s.")
            % {"type": number_type, "capability": wrong[0], "country": iso_country_code},
            reason="VOICE_CAPABILITY_NOT_AVAILABLE" if wrong[0] == "VOICE" else "INVALID_PARAMETER",
            fields={"number_capabilities": _("Choose from: %(all)s.") % {"all": ", ".join(found.capabilities)}},
        )
    if "MMS" in capabilities and "SMS" not in capabilities:
        raise Invalid(
            _("A number that carries MMS carries SMS too."),
            fields={"number_capabilities": _("Choose SMS beside MMS.")},
        )
    return found
