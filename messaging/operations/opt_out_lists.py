"""Opt-out lists and the numbers on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from messaging import clock, statements
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource
from messaging.models import DEFAULT_LIST, OptedOutNumber, OptOutList, OptOutRemoval, PhoneNumber, Pool
from messaging.operations import number_files, quotas
from messaging.operations.registry import operation
from messaging.operations.tags import forget_tags, write_tags
from messaging.text import e164

_ON_LIST = f"SELECT 1 FROM {OptedOutNumber._meta.db_table} WHERE opt_out_list_id = %s AND opted_out_number = %s"  # noqa: S608
REMOVAL_INTERVAL = timedelta(days=30)  # DeleteOptedOutNumber in the service model: once in 30 days


def default_list(caller: Caller) -> OptOutList:
    """The list named Default, which every account has."""
    return OptOutList.objects.get(owner_id=caller.owner_id, opt_out_list_name=DEFAULT_LIST)


@operation()
def create_opt_out_list(
    caller: Caller, *, opt_out_list_name: str, tags: Sequence[Mapping[str, str]] = ()
) -> OptOutList:
    """Make an empty list. Source: CreateOptOutList.

    Raises Conflict RESOURCE_ALREADY_EXISTS, OverQuota OPT_OUT_LISTS_PER_ACCOUNT.
    """
    quotas.need_account_room(caller, "OPT_OUT_LISTS")
    if OptOutList.objects.for_caller(caller).filter(opt_out_list_name__iexact=opt_out_list_name).exists():
        raise Conflict(
            _("There is already an opt-out list named “%(name)s”.") % {"name": opt_out_list_name},
            reason="RESOURCE_ALREADY_EXISTS",
            resource=Resource("opt-out-list", opt_out_list_name),
            fields={"opt_out_list_name": _("Choose a name that is not taken.")},
        )
    row = OptOutList.objects.create(owner_id=caller.owner_id, opt_out_list_name=opt_out_list_name)
    write_tags(caller, row.arn, tags)
    return row


@operation()
def delete_opt_out_list(caller: Caller, *, opt_out_list_name: str) -> OptOutList:
    """Delete a list with every number on it and return it as it was. Source: DeleteOptOutList.

    Raises NotFound; Conflict RESOURCE_DELETION_NOT_ALLOWED for the Default list, RESOURCE_NOT_EMPTY while a phone
    number or pool uses it.
    """
    row = OptOutList.objects.named(caller, opt_out_list_name, lock=True)
    if row.is_default:
        raise Conflict(
            _("The opt-out list Default belongs to every account and cannot be deleted."),
            reason="RESOURCE_DELETION_NOT_ALLOWED",
            resource=Resource("opt-out-list", row.name),
        )
    if PhoneNumber.objects.filter(opt_out_list=row).exists() or Pool.objects.filter(opt_out_list=row).exists():
        raise Conflict(
            _("The opt-out list “%(name)s” is in use by a phone number or pool.") % {"name": row.name},
            reason="RESOURCE_NOT_EMPTY",
            resource=Resource("opt-out-list", row.name),
            next_step=_("Move its phone numbers and pools to another list first."),
        )
    for made in row.imports.select_related("check_job"):
        number_files.forget(made, made.check_job)
    forget_tags(caller, row.arn)
    OptOutList.objects.filter(pk=row.pk).delete()
    return row


@operation(changes_settings=False, resource=lambda entry: f"{entry.opt_out_list.arn}#{entry.opted_out_number}")
def put_opted_out_number(
    caller: Caller, *, opt_out_list_name: str, opted_out_number: str, reason: str = ""
) -> OptedOutNumber:
    """Put a number on a list; one that is there stays as it is. Source: PutOptedOutNumber.

    opted_out_number is E.164. Raises NotFound, Invalid.
    """
    row = OptOutList.objects.named(caller, opt_out_list_name)
    number = parsed_number(opted_out_number, "opted_out_number")
    return opt_out(row, number, by_end_user=False, actor=caller.actor, reason=reason)


@operation(changes_settings=False, resource=lambda entry: f"{entry.opt_out_list.arn}#{entry.opted_out_number}")
def delete_opted_out_number(
    caller: Caller, *, opt_out_list_name: str, opted_out_number: str, reason: str = ""
) -> OptedOutNumber:
    """Take a number off a list and return the entry as it was. Source: DeleteOptedOutNumber.

    Raises NotFound; Conflict RESOURCE_DELETION_NOT_ALLOWED within 30 days of the last time. `reason` goes into the
    activity log.
    """
    row = OptOutList.objects.named(caller, opt_out_list_name, lock=True)
    number = parsed_number(opted_out_number, "opted_out_number")
    entry = (
        OptedOutNumber.objects.select_related("opt_out_list__owner")
        .filter(opt_out_list=row, opted_out_number=number)
        .first()
    )
    if entry is None:
        raise NotFound(
            "opted-out-number", number, next_step=_("Look the number up: it may be on another list, or on none.")
        )
    may_leave = removable_from(row, number)
    if may_leave is not None:
        raise Conflict(
            _("%(number)s was taken off this list less than 30 days ago; it can be taken off again from %(date)s.")
            % {"number": number, "date": f"{may_leave:%Y-%m-%d %H:%M} UTC"},
            reason="RESOURCE_DELETION_NOT_ALLOWED",
            resource=Resource("opted-out-number", number),
        )
    opt_in(row, number)
    return entry


def opt_out(row: OptOutList, number: str, *, by_end_user: bool, actor: str, reason: str = "") -> OptedOutNumber:
    """Put a number on a list unless it is there. When the recipient asks, the entry is theirs from then on."""
    entry, created = OptedOutNumber.objects.get_or_create(
        opt_out_list=row,
        opted_out_number=number,
        defaults={
            "opted_out_timestamp": clock.now(),
            "end_user_opted_out": by_end_user,
            "actor": actor,
            "reason": reason,
        },
    )
    if by_end_user and not created and not entry.end_user_opted_out:
        entry.end_user_opted_out = True
        entry.save(update_fields=["end_user_opted_out"])
    entry.opt_out_list = row
    return entry


def is_opted_out(opt_out_list_id: int, number: str) -> bool:
    """Whether a number is on a list: the look-up of every send, so the statement is built once."""
    return statements.first(_ON_LIST, [opt_out_list_id, number]) is not None


def opt_in(row: OptOutList, number: str) -> bool:
    """Take a number off a list and note when. Returns whether it was there."""
    deleted, _rows = OptedOutNumber.objects.filter(opt_out_list=row, opted_out_number=number).delete()
    if deleted:
        OptOutRemoval.objects.update_or_create(
            opt_out_list=row, opted_out_number=number, defaults={"removed_timestamp": clock.now()}
        )
    return bool(deleted)


def removable_from(row: OptOutList, number: str) -> datetime | None:
    """When an operator may take this number off the list again, or None when that is now."""
    last = OptOutRemoval.objects.filter(opt_out_list=row, opted_out_number=number).first()
    return removable_after(last) if last else None


def removable_after(last: OptOutRemoval) -> datetime | None:
    """The same, judged from the note of the last time."""
    again = last.removed_timestamp + REMOVAL_INTERVAL
    return None if again <= clock.now() else again


def parsed_number(number: str, field: str) -> str:
    """E.164 with its plus. Raises Invalid naming the field."""
    try:
        return e164.normalise(number)
    except ValueError as error:
        raise Invalid(
            _("“%(number)s” is not a phone number in E.164 form.") % {"number": number},
            fields={field: _("Write + and the country code and number, digits only, such as +14254147755.")},
        ) from error
