"""Sender IDs: request, change, release. Rules: behaviour_rules.json, sender_id.*; country_rules.json."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource
from messaging.models import ChargeKind, MessageType, SenderId
from messaging.operations import offers, quotas
from messaging.operations.charges import begin_monthly_charge, end_monthly_charge
from messaging.operations.registered import originator_released
from messaging.operations.registry import operation
from messaging.operations.tags import forget_tags, write_tags
from messaging.reference import countries

SHAPE = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9-]{3,11}")
INDIA, INDIAN_LENGTH = "IN", 6  # country_rules.json, india_sender_length


def sender_id_named(caller: Caller, given: str, iso_country_code: str, *, lock: bool = False) -> SenderId | None:
    """The caller's sender ID by name and country, or by ARN, or None."""
    name = SenderId.name_in(caller, given)
    if "/" in name:
        name, _slash, of_arn = name.partition("/")
        if iso_country_code and of_arn != iso_country_code:
            return None
        iso_country_code = of_arn
    rows = SenderId.objects.for_caller(caller).select_related("owner")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(sender_id=name, iso_country_code=iso_country_code).first()


@operation()
def request_sender_id(
    caller: Caller,
    *,
    sender_id: str,
    iso_country_code: str,
    message_types: Sequence[str] = (),
    deletion_protection_enabled: bool = False,
    tags: Sequence[Mapping[str, str]] = (),
) -> SenderId:
    """Put a sender ID of a country into the account. Source: RequestSenderId.

    Where the country asks for registration it cannot send before that is complete. Without message types it is
    transactional. Raises Invalid SENDER_ID_NOT_SUPPORTED, INVALID_PARAMETER; Conflict RESOURCE_ALREADY_EXISTS;
    OverQuota SENDER_IDS_PER_ACCOUNT.
    """
    _check_country(iso_country_code)
    check_shape(sender_id, iso_country_code, message_types)
    quotas.need_account_room(caller, "SENDER_IDS")
    if sender_id_named(caller, sender_id, iso_country_code):
        raise Conflict(
            _("The account has the sender ID %(sender_id)s for %(country)s already.")
            % {"sender_id": sender_id, "country": iso_country_code},
            reason="RESOURCE_ALREADY_EXISTS",
            resource=Resource("sender-id", sender_id),
            fields={"sender_id": _("Choose another sender ID or another country.")},
        )
    found = offers.offer("SENDER_ID", iso_country_code)
    row = SenderId.objects.create(
        owner_id=caller.owner_id,
        sender_id=sender_id,
        iso_country_code=iso_country_code,
        transactional="TRANSACTIONAL" in message_types or not message_types,
        promotional="PROMOTIONAL" in message_types,
        monthly_leasing_units=found.monthly_leasing_units if found else 0,
        deletion_protection_enabled=deletion_protection_enabled,
    )
    write_tags(caller, row.arn, tags)
    begin_monthly_charge(
        row.owner_id, ChargeKind.SENDER_ID, row.monthly_leasing_units, row.name, country=iso_country_code
    )
    return row


@operation()
def update_sender_id(
    caller: Caller, *, sender_id: str, iso_country_code: str, deletion_protection_enabled: bool | None = None
) -> SenderId:
    """Turn deletion protection on or off. Source: UpdateSenderId. Raises NotFound."""
    row = _owned(caller, sender_id, iso_country_code)
    if deletion_protection_enabled is not None:
        row.deletion_protection_enabled = deletion_protection_enabled
        row.save(update_fields=["deletion_protection_enabled"])
    return row


@operation()
def release_sender_id(caller: Caller, *, sender_id: str, iso_country_code: str) -> SenderId:
    """Give a sender ID up and return it as it was. Source: ReleaseSenderId.

    Raises NotFound; Conflict DELETION_PROTECTION_ENABLED, SENDER_ID_ASSOCIATED_TO_POOL.
    """
    row = _owned(caller, sender_id, iso_country_code)
    if row.deletion_protection_enabled:
        raise Conflict(
            _("Deletion protection is on for %(sender_id)s.") % {"sender_id": row.sender_id},
            reason="DELETION_PROTECTION_ENABLED",
            resource=Resource("sender-id", row.sender_id),
            next_step=_("Turn deletion protection off first."),
        )
    pool = row.pools.first()
    if pool is not None:
        raise Conflict(
            _("%(sender_id)s is in a pool.") % {"sender_id": row.sender_id},
            reason="SENDER_ID_ASSOCIATED_TO_POOL",
            resource=Resource("pool", pool.pool_id),
            next_step=_("Take it out of its pools first."),
        )
    originator_released(row)
    forget_tags(caller, row.arn)
    end_monthly_charge(row.owner_id, ChargeKind.SENDER_ID, row.name)
    SenderId.objects.filter(pk=row.pk).delete()
    return row


def needs_registration(iso_country_code: str) -> bool:
    """Whether sender IDs of a country must be registered before they are used."""
    country = countries().get(iso_country_code)
    return country is not None and country.sender_id == "registration_required"


def message_type_of(sender_id: str, country: str) -> str:
    """The one message type that a sender ID of a country can carry by its form, empty where the form says nothing.

    Source: behaviour_rules.json, sender_id.format.
    """
    if country != INDIA:
        return ""
    return MessageType.PROMOTIONAL.value if sender_id.isdigit() else MessageType.TRANSACTIONAL.value


def _owned(caller: Caller, sender_id: str, iso_country_code: str) -> SenderId:
    row = sender_id_named(caller, sender_id, iso_country_code, lock=True)
    if row is None:
        raise NotFound("sender-id", sender_id)
    return row


def _check_country(iso_country_code: str) -> None:
    found = offers.offer("SENDER_ID", iso_country_code)
    if found is None or found.why_not:
        raise Invalid(
            found.why_not
            if found
            else _("“%(country)s” is not a country that is served.") % {"country": iso_country_code},
            reason="SENDER_ID_NOT_SUPPORTED" if found else "COUNTRY_NOT_ENABLED",
            fields={"iso_country_code": _("Choose a country that supports sender IDs.")},
        )


def check_shape(sender_id: str, country: str, message_types: Sequence[str]) -> None:
    """Refuse a name that cannot be a sender ID of a country (ISO code). Raises Invalid INVALID_PARAMETER."""
    if country == INDIA:
        wanted = "[0-9]" if list(message_types) == [MessageType.PROMOTIONAL] else "[A-Za-z]"
        if not re.fullmatch(f"{wanted}{{{INDIAN_LENGTH}}}", sender_id):
            raise Invalid(
                _("Sender IDs for India have 6 characters: letters if transactional, digits if promotional."),
                fields={"sender_id": _("Write 6 letters, or 6 digits for promotional messages.")},
            )
    elif not SHAPE.fullmatch(sender_id):
        raise Invalid(
            _("“%(sender_id)s” cannot be a sender ID.") % {"sender_id": sender_id},
            fields={"sender_id": _("Write 3 to 11 letters, digits or hyphens, with at least one letter.")},
        )
