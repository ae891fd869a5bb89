"""Protect configurations and what they are tied to. Their rules stand in protect_rules.py. Rules: protect.*, set.*"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource
from messaging.identifiers import new_id
from messaging.models import ConfigurationSet, ProtectConfiguration
from messaging.operations import quotas
from messaging.operations.configuration_sets import named_set
from messaging.operations.registry import operation
from messaging.operations.tags import forget_tags, write_tags

ACCOUNT_DEFAULT, CONFIGURATION_SETS, NOTHING = "ACCOUNT_DEFAULT", "CONFIGURATION_SETS", "NONE"


@dataclass(frozen=True, slots=True)
class ProtectAssociation:
    """A protect configuration with the configuration set that it belongs to or did belong to, as the API answers it."""

    configuration_set_arn: str
    configuration_set_name: str
    protect_configuration_arn: str
    protect_configuration_id: str

    @property
    def arn(self) -> str:
        return self.protect_configuration_arn


@dataclass(frozen=True, slots=True)
class AccountDefault:
    """The account default protect configuration that was set or dropped, as the API answers it."""

    default_protect_configuration_arn: str
    default_protect_configuration_id: str

    @property
    def arn(self) -> str:
        return self.default_protect_configuration_arn


@dataclass(frozen=True, slots=True)
class Replaced:
    """What an association would put an end to: the account default before, and sets that have another configuration.

    released are the sets and the default that this configuration itself would lose.
    """

    default: ProtectConfiguration | None
    sets: tuple[ConfigurationSet, ...]
    released: tuple[ConfigurationSet, ...]
    released_default: bool

    def __bool__(self) -> bool:
        return bool(self.default or self.sets or self.released or self.released_default)


def named_protect(caller: Caller, protect_configuration_id: str, *, lock: bool = False) -> ProtectConfiguration:
    """The caller's protect configuration by id or ARN. Raises NotFound."""
    rows = ProtectConfiguration.objects.select_related("owner")
    found: ProtectConfiguration = rows.named(caller, protect_configuration_id, lock=lock)
    return found


def default_protect(caller: Caller) -> ProtectConfiguration | None:
    """The account default, or None."""
    rows = ProtectConfiguration.objects.for_caller(caller).select_related("owner")
    found: ProtectConfiguration | None = rows.filter(account_default=True).first()
    return found


def sets_of(caller: Caller, row: ProtectConfiguration) -> list[ConfigurationSet]:
    """The configuration sets that a protect configuration belongs to, by name."""
    rows = ConfigurationSet.objects.for_caller(caller).select_related("owner")
    return list(rows.filter(protect_configuration_id=row.protect_configuration_id).order_by("configuration_set_name"))


@operation()
def create_protect_configuration(
    caller: Caller, *, deletion_protection_enabled: bool = False, tags: Sequence[Mapping[str, str]] = ()
) -> ProtectConfiguration:
    """Make a configuration that allows every country on every channel. Source: CreateProtectConfiguration.

    Its name is the tag Name. Raises OverQuota PROTECT_CONFIGURATIONS_PER_ACCOUNT, Invalid (tags).
    """
    quotas.need_room(
        caller, quotas.PROTECT_CONFIGURATIONS, lambda: ProtectConfiguration.objects.for_caller(caller).count()
    )
    row = ProtectConfiguration.objects.create(
        owner_id=caller.owner_id,
        protect_configuration_id=new_id("protect"),
        deletion_protection_enabled=deletion_protection_enabled,
    )
    write_tags(caller, row.arn, tags)
    return row


@operation()
def update_protect_configuration(
    caller: Caller, *, protect_configuration_id: str, deletion_protection_enabled: bool | None = None
) -> ProtectConfiguration:
    """Turn deletion protection on or off. Source: UpdateProtectConfiguration. Raises NotFound."""
    row = named_protect(caller, protect_configuration_id, lock=True)
    if deletion_protection_enabled is not None:
        row.deletion_protection_enabled = deletion_protection_enabled
        row.save(update_fields=["deletion_protection_enabled"])
    return row


@operation()
def delete_protect_configuration(caller: Caller, *, protect_configuration_id: str) -> ProtectConfiguration:
    """Delete a configuration with its rules and return it as it was. Source: DeleteProtectConfiguration.

    Raises NotFound; Conflict DELETION_PROTECTION_ENABLED, PROTECT_CONFIGURATION_IS_ACCOUNT_DEFAULT,
    PROTECT_CONFIGURATION_ASSOCIATED_WITH_CONFIGURATION_SET.
    """
    row = named_protect(caller, protect_configuration_id, lock=True)
    about = Resource("protect-configuration", row.protect_configuration_id)
    if row.deletion_protection_enabled:
        raise Conflict(
            _("Deletion protection is on for this protect configuration."),
            reason="DELETION_PROTECTION_ENABLED",
            resource=about,
            next_step=_("Turn deletion protection off first."),
        )
    if row.account_default:
        raise Conflict(
            _("This protect configuration is the account default."),
            reason="PROTECT_CONFIGURATION_IS_ACCOUNT_DEFAULT",
            resource=about,
            next_step=_("Choose another account default, or none, first."),
        )
    used = sets_of(caller, row)
    if used:
        raise Conflict(
            _("This protect configuration belongs to configuration sets: %(sets)s.")
            % {"sets": ", ".join(found.configuration_set_name for found in used[:5])},
            reason="PROTECT_CONFIGURATION_ASSOCIATED_WITH_CONFIGURATION_SET",
            resource=about,
            next_step=_("Remove the association first."),
        )
    forget_tags(caller, row.arn)
    ProtectConfiguration.objects.filter(pk=row.pk).delete()
    return row


@operation()
def associate_protect_configuration(
    caller: Caller, *, protect_configuration_id: str, configuration_set_name: str
) -> ProtectAssociation:
    """Tie a configuration to a set in place of the one that the set has. Source: AssociateProtectConfiguration.

    A set has one at most, a configuration may belong to many sets. Raises NotFound.
    """
    row = named_protect(caller, protect_configuration_id, lock=True)
    found = named_set(caller, configuration_set_name, lock=True)
    found.protect_configuration_id = row.protect_configuration_id
    found.save(update_fields=["protect_configuration_id"])
    return _association(row, found)


@operation()
def disassociate_protect_configuration(
    caller: Caller, *, protect_configuration_id: str, configuration_set_name: str
) -> ProtectAssociation:
    """Separate a configuration from a set. Source: DisassociateProtectConfiguration.

    Raises NotFound; Conflict PROTECT_CONFIGURATION_NOT_ASSOCIATED_WITH_CONFIGURATION_SET.
    """
    row = named_protect(caller, protect_configuration_id, lock=True)
    found = named_set(caller, configuration_set_name, lock=True)
    if found.protect_configuration_id != row.protect_configuration_id:
        raise Conflict(
            _("The configuration set “%(name)s” does not have this protect configuration.")
            % {"name": found.configuration_set_name},
            reason="PROTECT_CONFIGURATION_NOT_ASSOCIATED_WITH_CONFIGURATION_SET",
            resource=Resource("protect-configuration", row.protect_configuration_id),
        )
    found.protect_configuration_id = ""
    found.save(update_fields=["protect_configuration_id"])
    return _association(row, found)


@operation()
def set_account_default_protect_configuration(caller: Caller, *, protect_configuration_id: str) -> AccountDefault:
    """Make a configuration the account default in place of the one before. Source: SetAccountDefault….

    Raises NotFound.
    """
    row = named_protect(caller, protect_configuration_id, lock=True)
    ProtectConfiguration.objects.for_caller(caller).filter(account_default=True).exclude(pk=row.pk).update(
        account_default=False
    )
    row.account_default = True
    row.save(update_fields=["account_default"])
    return AccountDefault(row.arn, row.protect_configuration_id)


@operation()
def delete_account_default_protect_configuration(caller: Caller) -> AccountDefault:
    """Have no account default any more. Source: DeleteAccountDefaultProtectConfiguration.

    Raises NotFound when there is none.
    """
    row = default_protect(caller)
    if row is None:
        next_step = _("There is no account default to take away.")
        raise NotFound("protect-configuration", "account default", next_step=next_step)
    ProtectConfiguration.objects.filter(pk=row.pk).update(account_default=False)
    return AccountDefault(row.arn, row.protect_configuration_id)


def replaced_by(
    caller: Caller, row: ProtectConfiguration | None, association: str, configuration_set_names: Sequence[str] = ()
) -> Replaced:
    """What would end if a configuration (None: one that is yet to be made) got this association. Three queries."""
    wanted = set(configuration_set_names) if association == CONFIGURATION_SETS else set()
    own = row.protect_configuration_id if row else ""
    before = default_protect(caller) if association == ACCOUNT_DEFAULT else None
    rows = ConfigurationSet.objects.for_caller(caller).exclude(protect_configuration_id="")
    others = [found for found in rows.order_by("configuration_set_name") if found.protect_configuration_id]
    return Replaced(
        before if before and before.protect_configuration_id != own else None,
        tuple(
            found
            for found in others
            if found.configuration_set_name in wanted and found.protect_configuration_id != own
        ),
        tuple(
            found
            for found in others
            if own and found.protect_configuration_id == own and found.configuration_set_name not in wanted
        ),
        bool(row and row.account_default and association != ACCOUNT_DEFAULT),
    )


@operation(resource=lambda row: row.arn)
def set_protect_configuration_association(
    caller: Caller, *, protect_configuration_id: str, association: str, configuration_set_names: Sequence[str] = ()
) -> ProtectConfiguration:
    """Make a configuration the account default, that of some sets, or that of nothing, and of nothing else.

    association is ACCOUNT_DEFAULT, CONFIGURATION_SETS or NONE. All of it happens or nothing. Raises Invalid, NotFound.
    """
    row = named_protect(caller, protect_configuration_id, lock=True)
    wanted = _wanted(association, configuration_set_names)
    own = row.protect_configuration_id
    for found in sets_of(caller, row):
        if found.configuration_set_name not in wanted:
            disassociate_protect_configuration(
                caller, protect_configuration_id=own, configuration_set_name=found.configuration_set_name
            )
    for name in wanted:
        associate_protect_configuration(caller, protect_configuration_id=own, configuration_set_name=name)
    if association == ACCOUNT_DEFAULT:
        set_account_default_protect_configuration(caller, protect_configuration_id=own)
    elif row.account_default:
        delete_account_default_protect_configuration(caller)
    row.refresh_from_db(fields=["account_default"])
    return row


def _wanted(association: str, configuration_set_names: Sequence[str]) -> list[str]:
    if association not in (ACCOUNT_DEFAULT, CONFIGURATION_SETS, NOTHING):
        raise Invalid(
            _("“%(given)s” is not an association.") % {"given": association},
            fields={"association": _("Choose account default, configuration sets or no association.")},
        )
    if association != CONFIGURATION_SETS:
        return []
    if not configuration_set_names:
        raise Invalid(
            _("No configuration set is chosen."),
            reason="MISSING_PARAMETER",
            fields={"configuration_set_names": _("Choose one or more configuration sets.")},
        )
    return list(configuration_set_names)


def _association(row: ProtectConfiguration, found: ConfigurationSet) -> ProtectAssociation:
    return ProtectAssociation(found.arn, found.configuration_set_name, row.arn, row.protect_configuration_id)
