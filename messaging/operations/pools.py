"""Pools of origination identities. Rules: behaviour_rules.json, pool.*"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource, Text
from messaging.identifiers import new_id
from messaging.models import PhoneNumber, Pool, SenderId
from messaging.operations import quotas
from messaging.operations.identities import phone_number_named, pool_named
from messaging.operations.keywords import add_required_keywords, copy_keywords, same_keywords
from messaging.operations.opt_out_lists import default_list
from messaging.operations.origination_settings import checked_two_way, owned_list
from messaging.operations.registry import operation
from messaging.operations.sender_ids import needs_registration, sender_id_named
from messaging.operations.tags import forget_tags, write_tags

# What a pool takes over from its first number, and its numbers from it.
INHERITED = (
    "two_way_enabled",
    "two_way_channel_arn",
    "two_way_channel_role",
    "self_managed_opt_outs_enabled",
    "opt_out_list",
)


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
    first = _originator(caller, origination_identity, iso_country_code)
    quotas.need_account_room(caller, "POOLS")
    _check_free(first)
    if message_type not in _message_types(first):
        raise Conflict(
            _("%(identity)s sends %(theirs)s messages, the pool would send %(ours)s ones.")
            % {"identity": _shown(first), "theirs": ", ".join(_message_types(first)), "ours": message_type},
            reason="MESSAGE_TYPE_MISMATCH",
            resource=Resource(first.RESOURCE_TYPE, first.name),
            fields={"message_type": _("Choose the message type of the first originator.")},
        )
    pool = Pool(
        owner_id=caller.owner_id,
        pool_id=new_id("pool"),
        message_type=message_type,
        deletion_protection_enabled=deletion_protection_enabled,
    )
    if isinstance(first, PhoneNumber):
        for name in INHERITED:
            setattr(pool, name, getattr(first, name))
        pool.save()
        copy_keywords(first, pool)
    else:
        pool.opt_out_list = default_list(caller)
        pool.save()
        add_required_keywords(pool)
    _join(pool, first)
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
    if two_way_enabled and pool.sender_ids.exists():
        raise Invalid(
            _("The pool has sender IDs, and sender IDs cannot receive."),
            reason="TWO_WAY_NOT_ENABLED",
            fields={"two_way_enabled": _("Take the sender IDs out of the pool first.")},
        )
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
    pool.phone_numbers.update(**{name: getattr(pool, name) for name in INHERITED})
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
    """Put a phone number or sender ID into a pool whose settings it has. Source: AssociateOriginationIdentity.

    A sender ID is named with its country. Raises NotFound; Invalid COUNTRY_CODE_MISMATCH, MISSING_PARAMETER; Conflict
    with the reason of the setting that differs; OverQuota ORIGINATION_IDENTITIES_PER_POOL.
    """
    return associate(caller, pool_id=pool_id, identity=_originator(caller, origination_identity, iso_country_code))


def associate(caller: Caller, *, pool_id: str, identity: PhoneNumber | SenderId) -> PoolMember:
    """The same for an identity already found."""
    pool = _owned(caller, pool_id)
    about = Resource(identity.RESOURCE_TYPE, identity.name)
    if _is_in(pool, identity):
        raise Conflict(
            _("%(identity)s is in this pool already.") % {"identity": _shown(identity)},
            reason="RESOURCE_ALREADY_ASSOCIATED",
            resource=about,
        )
    _check_free(identity)
    quotas.need_room(caller, quotas.IDENTITIES_PER_POOL, lambda: size(pool))
    for reason, message in mismatches(identity, pool):
        raise Conflict(
            message,
            reason=reason,
            resource=about,
            next_step=_("Make the settings of the originator and the pool alike first."),
        )
    _join(pool, identity)
    return _member(pool, identity)


@operation()
def disassociate_origination_identity(
    caller: Caller, *, pool_id: str, origination_identity: str, iso_country_code: str | None = None
) -> PoolMember:
    """Take an originator out of a pool; a number keeps the pool's settings. Source: DisassociateOriginationIdentity.

    Raises NotFound; Conflict PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL, LAST_PHONE_NUMBER.
    """
    identity = _originator(caller, origination_identity, iso_country_code)  # locked before the pool, as to associate it
    pool = _owned(caller, pool_id)
    about = Resource(identity.RESOURCE_TYPE, identity.name)
    if not _is_in(pool, identity):
        raise Conflict(
            _("%(identity)s is not in this pool.") % {"identity": _shown(identity)},
            reason="PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL",
            resource=about,
        )
    if size(pool) == 1:
        raise Conflict(
            _("%(identity)s is the last originator of this pool and cannot be removed.")
            % {"identity": _shown(identity)},
            reason="LAST_PHONE_NUMBER",
            resource=about,
            next_step=_("Add another originator first, or delete the pool."),
        )
    if isinstance(identity, PhoneNumber):
        identity.pool = None
        identity.save(update_fields=["pool"])
    else:
        pool.sender_ids.remove(identity)
    return _member(pool, identity)


def size(pool: Pool) -> int:
    """How many originators are in a pool."""
    return pool.phone_numbers.count() + pool.sender_ids.count()


def mismatches(identity: PhoneNumber | SenderId, pool: Pool) -> list[tuple[str, Text]]:
    """(reason, what differs) for every setting in which an originator differs from a pool to join (pool.match)."""
    found: list[tuple[str, Text]] = []
    if pool.message_type not in _message_types(identity):
        found.append(("MESSAGE_TYPE_MISMATCH", _("The originator and the pool have different message types.")))
    if isinstance(identity, SenderId):
        if pool.two_way_enabled:
            found.append(("TWO_WAY_CONFIG_MISMATCH", _("The pool is two-way, and sender IDs cannot receive.")))
        return found
    first = pool.phone_numbers.order_by("id").first()
    two_way = ("two_way_enabled", "two_way_channel_arn", "two_way_channel_role")
    if any(getattr(identity, name) != getattr(pool, name) for name in two_way):
        found.append(("TWO_WAY_CONFIG_MISMATCH", _("The number and the pool have different two-way settings.")))
    if identity.self_managed_opt_outs_enabled != pool.self_managed_opt_outs_enabled:
        found.append(("SELF_MANAGED_OPT_OUTS_MISMATCH", _("Only one of number and pool has self-managed opt-outs.")))
    if identity.opt_out_list_id != pool.opt_out_list_id:
        found.append(("OPT_OUT_LIST_MISMATCH", _("The number and the pool use different opt-out lists.")))
    if first and set(first.number_capabilities) != set(identity.number_capabilities):
        found.append(("NUMBER_CAPABILITIES_MISMATCH", _("The number and the pool have different capabilities.")))
    if not same_keywords(identity, pool):
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


def _originator(caller: Caller, origination_identity: str, iso_country_code: str | None) -> PhoneNumber | SenderId:
    number = phone_number_named(caller, origination_identity, lock=True)
    if number is None:
        return _sender_id(caller, origination_identity, iso_country_code or "")
    if iso_country_code and iso_country_code != number.iso_country_code:
        raise Invalid(
            _("%(number)s belongs to %(theirs)s, not to %(given)s.")
            % {"number": number.phone_number, "theirs": number.iso_country_code, "given": iso_country_code},
            reason="COUNTRY_CODE_MISMATCH",
            fields={"iso_country_code": _("Leave the country out, or give that of the number.")},
        )
    return number


def _sender_id(caller: Caller, origination_identity: str, iso_country_code: str) -> SenderId:
    if origination_identity.startswith(("phone-", "+")) or ":phone-number/" in origination_identity:
        raise NotFound("phone-number", origination_identity)
    found = sender_id_named(caller, origination_identity, iso_country_code, lock=True)
    if found is not None:
        return found
    elsewhere = SenderId.objects.for_caller(caller).filter(sender_id=origination_identity)
    if not iso_country_code and elsewhere.exists():
        raise Invalid(
            _("The sender ID %(sender_id)s needs its country.") % {"sender_id": origination_identity},
            reason="MISSING_PARAMETER",
            fields={"iso_country_code": _("Give the country of the sender ID.")},
        )
    raise NotFound("sender-id", origination_identity)


def _check_free(identity: PhoneNumber | SenderId) -> None:
    if isinstance(identity, SenderId):
        if needs_registration(identity.iso_country_code) and not identity.registered:
            raise Conflict(
                _("The registration of %(sender_id)s is not complete.") % {"sender_id": identity.sender_id},
                reason="RESOURCE_NOT_ACTIVE",
                resource=Resource("sender-id", identity.name),
            )
        return
    if identity.pool:
        raise Conflict(
            _("%(number)s is in a pool; a phone number can be in one pool only.") % {"number": identity.phone_number},
            reason="PHONE_NUMBER_ASSOCIATED_TO_POOL",
            resource=Resource("pool", identity.pool.pool_id),
            next_step=_("Take it out of that pool first, or choose another number."),
        )
    if identity.status != PhoneNumber.Status.ACTIVE:
        raise Conflict(
            _("%(number)s is not active yet.") % {"number": identity.phone_number},
            reason="RESOURCE_NOT_ACTIVE",
            resource=Resource("phone-number", identity.phone_number_id),
        )


def _join(pool: Pool, identity: PhoneNumber | SenderId) -> None:
    if isinstance(identity, PhoneNumber):
        identity.pool = pool
        identity.save(update_fields=["pool"])
    else:
        pool.sender_ids.add(identity)


def _is_in(pool: Pool, identity: PhoneNumber | SenderId) -> bool:
    if isinstance(identity, PhoneNumber):
        return identity.pool_id == pool.pk
    return pool.sender_ids.filter(pk=identity.pk).exists()


def _message_types(identity: PhoneNumber | SenderId) -> list[str]:
    return [identity.message_type] if isinstance(identity, PhoneNumber) else identity.message_types


def _shown(identity: PhoneNumber | SenderId) -> str:
    return identity.phone_number if isinstance(identity, PhoneNumber) else identity.sender_id


def _member(pool: Pool, identity: PhoneNumber | SenderId) -> PoolMember:
    own = identity.phone_number_id if isinstance(identity, PhoneNumber) else identity.sender_id
    return PoolMember(pool.arn, pool.pool_id, identity.arn, own, identity.iso_country_code)
