"""Pools of origination identities. Rules: behaviour_rules.json, pool.*"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource, Text
from messaging.identifiers import new_id
from messaging.models import PhoneNumber, Pool
from messaging.operations import quotas
from messaging.operations.identities import phone_number_named, pool_named
from messaging.operations.keywords import copy_keywords, same_keywords
from messaging.operations.origination_settings import checked_two_way, owned_list
from messaging.operations.registry import operation
from messaging.operations.tags import forget_tags, write_tags


@dataclass(frozen=True, slots=True)
class PoolMember:
    """An origination identity of a pool, as the API answers it."""

    pool_arn: str
    pool_id: str
    origination_identity_arn: str
    origination_identity: str
    iso_country_code: str

    @property
    def arn(self) -> str:
        return self.pool_arn


@operation()
def create_pool(
    caller: Caller,
    *,
    origination_identity: str,
    message_type: str,
    iso_country_code: str | None = None,
    deletion_protection_enabled: bool = False,
    tags: Sequence[Mapping[str, str]] = (),
) -> Pool:
    """Make a pool that takes over the settings of its first originator. Source: CreatePool.

    Raises NotFound; Invalid COUNTRY_CODE_MISMATCH; Conflict PHONE_NUMBER_ASSOCIATED_TO_POOL, RESOURCE_NOT_ACTIVE,
    MESSAGE_TYPE_MISMATCH; OverQuota POOLS_PER_ACCOUNT.
    """
    quotas.need_account_room(caller, "POOLS")
    number = _originator(caller, origination_identity, iso_country_code)
    _check_free(number)
    if number.message_type != message_type:
        raise Conflict(
            _("%(number)s sends %(theirs)s messages, the pool would send %(ours)s ones.")
            % {"number": number.phone_number, "theirs": number.message_type, "ours": message_type},
            reason="MESSAGE_TYPE_MISMATCH",
            resource=Resource("phone-number", number.phone_number_id),
            fields={"message_type": _("Choose the message type of the first originator.")},
        )
    pool = Pool.objects.create(
        owner_id=caller.owner_id,
        pool_id=new_id("pool"),
        message_type=message_type,
        two_way_enabled=number.two_way_enabled,
        two_way_channel_arn=number.two_way_channel_arn,
        two_way_channel_role=number.two_way_channel_role,
        self_managed_opt_outs_enabled=number.self_managed_opt_outs_enabled,
        opt_out_list=number.opt_out_list,
        deletion_protection_enabled=deletion_protection_enabled,
    )
    copy_keywords(number, pool)
    number.pool = pool
    number.save(update_fields=["pool"])
    write_tags(caller, pool.arn, tags)
    return pool


@operation()
def update_pool(
    caller: Caller,
    *,
    pool_id: str,
    two_way_enabled: bool | None = None,
    two_way_channel_arn: str | None = None,
    two_way_channel_role: str | None = None,
    self_managed_opt_outs_enabled: bool | None = None,
    opt_out_list_name: str | None = None,
    shared_routes_enabled: bool | None = None,
    deletion_protection_enabled: bool | None = None,
) -> Pool:
    """Change what is given of a pool's settings, on its phone numbers too. Source: UpdatePool.

    Raises NotFound; Conflict RESOURCE_NOT_ACTIVE; Invalid (two-way).
    """
    pool = _owned(caller, pool_id)
    checked_two_way(
        pool,
        two_way_enabled=two_way_enabled,
        two_way_channel_arn=two_way_channel_arn,
        two_way_channel_role=two_way_channel_role,
        self_managed_opt_outs_enabled=self_managed_opt_outs_enabled,
    )
    if opt_out_list_name is not None:
        pool.opt_out_list = owned_list(caller, opt_out_list_name)
    if shared_routes_enabled is not None:
        pool.shared_routes_enabled = shared_routes_enabled
    if deletion_protection_enabled is not None:
        pool.deletion_protection_enabled = deletion_protection_enabled
    pool.save()
    # A number in a pool has the pool's settings; should it leave, it keeps them.
    pool.phone_numbers.update(
        two_way_enabled=pool.two_way_enabled,
        two_way_channel_arn=pool.two_way_channel_arn,
        two_way_channel_role=pool.two_way_channel_role,
        self_managed_opt_outs_enabled=pool.self_managed_opt_outs_enabled,
        opt_out_list=pool.opt_out_list,
    )
    return pool


@operation()
def delete_pool(caller: Caller, *, pool_id: str) -> Pool:
    """Delete a pool and return it with status DELETING; its originators stay in the account. Source: DeletePool.

    Raises NotFound; Conflict RESOURCE_NOT_ACTIVE, DELETION_PROTECTION_ENABLED.
    """
    pool = _owned(caller, pool_id)
    if pool.deletion_protection_enabled:
        raise Conflict(
            _("Deletion protection is on for this pool."),
            reason="DELETION_PROTECTION_ENABLED",
            resource=Resource("pool", pool.pool_id),
            next_step=_("Turn deletion protection off first."),
        )
    forget_tags(caller, pool.arn)
    Pool.objects.filter(pk=pool.pk).delete()
    pool.status = Pool.Status.DELETING
    return pool


@operation()
def associate_origination_identity(
    caller: Caller, *, pool_id: str, origination_identity: str, iso_country_code: str | None = None
) -> PoolMember:
    """Put a phone number into a pool whose settings it has. Source: AssociateOriginationIdentity.

    Raises NotFound; Invalid COUNTRY_CODE_MISMATCH; Conflict with the reason of the setting that differs;
    OverQuota ORIGINATION_IDENTITIES_PER_POOL.
    """
    return associate(caller, pool_id=pool_id, number=_originator(caller, origination_identity, iso_country_code))


def associate(caller: Caller, *, pool_id: str, number: PhoneNumber) -> PoolMember:
    """The same for a number already found."""
    pool = _owned(caller, pool_id)
    if number.pool_id == pool.pk:
        raise Conflict(
            _("%(number)s is in this pool already.") % {"number": number.phone_number},
            reason="RESOURCE_ALREADY_ASSOCIATED",
            resource=Resource("phone-number", number.phone_number_id),
        )
    _check_free(number)
    quotas.need_room(caller, quotas.IDENTITIES_PER_POOL, pool.phone_numbers.count)
    for reason, message in mismatches(number, pool):
        raise Conflict(
            message,
            reason=reason,
            resource=Resource("phone-number", number.phone_number_id),
            next_step=_("Make the settings of the number and the pool alike first."),
        )
    number.pool = pool
    number.save(update_fields=["pool"])
    return _member(pool, number)


@operation()
def disassociate_origination_identity(
    caller: Caller, *, pool_id: str, origination_identity: str, iso_country_code: str | None = None
) -> PoolMember:
    """Take a phone number out of a pool; it keeps the pool's settings. Source: DisassociateOriginationIdentity.

    Raises NotFound; Conflict PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL, LAST_PHONE_NUMBER.
    """
    pool = _owned(caller, pool_id)
    number = _originator(caller, origination_identity, iso_country_code)
    if number.pool_id != pool.pk:
        raise Conflict(
            _("%(number)s is not in this pool.") % {"number": number.phone_number},
            reason="PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL",
            resource=Resource("phone-number", number.phone_number_id),
        )
    if pool.phone_numbers.count() == 1:
        raise Conflict(
            _("%(number)s is the last originator of this pool and cannot be removed.")
            % {"number": number.phone_number},
            reason="LAST_PHONE_NUMBER",
            resource=Resource("phone-number", number.phone_number_id),
            next_step=_("Add another originator first, or delete the pool."),
        )
    number.pool = None
    number.save(update_fields=["pool"])
    return _member(pool, number)


def mismatches(number: PhoneNumber, pool: Pool) -> list[tuple[str, Text]]:
    """(reason, what differs) for every setting in which a number differs from a pool it would join (pool.match)."""
    first = pool.phone_numbers.order_by("id").first()
    two_way = ("two_way_enabled", "two_way_channel_arn", "two_way_channel_role")
    found: list[tuple[str, Text]] = []
    if number.message_type != pool.message_type:
        found.append(("MESSAGE_TYPE_MISMATCH", _("The number and the pool have different message types.")))
    if any(getattr(number, name) != getattr(pool, name) for name in two_way):
        found.append(("TWO_WAY_CONFIG_MISMATCH", _("The number and the pool have different two-way settings.")))
    if number.self_managed_opt_outs_enabled != pool.self_managed_opt_outs_enabled:
        found.append(("SELF_MANAGED_OPT_OUTS_MISMATCH", _("Only one of number and pool has self-managed opt-outs.")))
    if number.opt_out_list_id != pool.opt_out_list_id:  # type: ignore[attr-defined]
        found.append(("OPT_OUT_LIST_MISMATCH", _("The number and the pool use different opt-out lists.")))
    if first and set(first.number_capabilities) != set(number.number_capabilities):
        found.append(("NUMBER_CAPABILITIES_MISMATCH", _("The number and the pool have different capabilities.")))
    if not same_keywords(number, pool):
        found.append(("KEYWORD_MISMATCH", _("The number and the pool have different keywords.")))
    return found


def _owned(caller: Caller, pool_id: str) -> Pool:
    pool = pool_named(caller, pool_id, lock=True)
    if pool is None:
        raise NotFound("pool", pool_id)
    if pool.status != Pool.Status.ACTIVE:
        raise Conflict(
            _("The pool is not active."), reason="RESOURCE_NOT_ACTIVE", resource=Resource("pool", pool.pool_id)
        )
    return pool


def _originator(caller: Caller, origination_identity: str, iso_country_code: str | None) -> PhoneNumber:
    number = phone_number_named(caller, origination_identity, lock=True)
    if number is None:
        raise NotFound("phone-number", origination_identity)
    if iso_country_code and iso_country_code != number.iso_country_code:
        raise Invalid(
            _("%(number)s belongs to %(theirs)s, not to %(given)s.")
            % {"number": number.phone_number, "theirs": number.iso_country_code, "given": iso_country_code},
            reason="COUNTRY_CODE_MISMATCH",
            fields={"iso_country_code": _("Leave the country out, or give that of the number.")},
        )
    return number


def _check_free(number: PhoneNumber) -> None:
    if number.pool:
        raise Conflict(
            _("%(number)s is in a pool; a phone number can be in one pool only.") % {"number": number.phone_number},
            reason="PHONE_NUMBER_ASSOCIATED_TO_POOL",
            resource=Resource("pool", number.pool.pool_id),
            next_step=_("Take it out of that pool first, or choose another number."),
        )
    if number.status != PhoneNumber.Status.ACTIVE:
        raise Conflict(
            _("%(number)s is not active yet.") % {"number": number.phone_number},
            reason="RESOURCE_NOT_ACTIVE",
            resource=Resource("phone-number", number.phone_number_id),
        )


def _member(pool: Pool, number: PhoneNumber) -> PoolMember:
    return PoolMember(pool.arn, pool.pool_id, number.arn, number.phone_number_id, number.iso_country_code)
