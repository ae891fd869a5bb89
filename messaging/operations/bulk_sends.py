"""Bulk sends: make, change, start, pause, go on, stop, delete. Checking them is bulk_send_checks.py, sending them
bulk_send_runs.py, and what becomes of their messages comes back by bulk_send_outcomes.py.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging import clock, wakeups
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, Resource
from messaging.identifiers import new_id
from messaging.models import BulkSend, BulkSendRow
from messaging.operations import number_files
from messaging.operations.checks.body import MAX_CONTEXT
from messaging.operations.checks.money import units_of
from messaging.operations.jobs import OPEN
from messaging.operations.registry import operation
from messaging.reference import message_statuses
from messaging.text import limits, placeholders

Status, State = BulkSend.Status, BulkSendRow.State

# Sending again later can help with these (event_types.json, retry_later).
RETRIABLE = tuple(row.status for row in message_statuses() if row.retry_later and "SMS" in row.channels)
STOPPED_AT_ONCE = 5_000  # rows in one transaction: everybody's changes wait for it
MOST_TRIES, LONGEST_WAIT_SECONDS, MOST_GROWTH = 10, 86_400, 10
NEXT: Mapping[str, tuple[str, ...]] = {  # what may be done in which status
    "change": (Status.DRAFT, Status.CHECKING, Status.CHECKED),
    "start": (Status.CHECKED,),
    "pause": (Status.SCHEDULED, Status.RUNNING),
    "resume": (Status.PAUSED,),
    "stop": (Status.SCHEDULED, Status.RUNNING, Status.PAUSED),
    "delete": (Status.DRAFT, Status.CHECKING, Status.CHECKED, Status.STOPPED, Status.DONE),
}


@operation(changes_settings=False)
def create_bulk_send(
    caller: Caller, *, bulk_send_name: str, stored: str, file_name: str, size: int, message_body: str, **options: Any
) -> BulkSend:
    """Take note of an uploaded file and of the text for its numbers; nothing is read yet but the file's beginning.

    stored is its name in the default storage, size its bytes; options are the other settings of update_bulk_send.
    Raises Invalid for an empty file or what update_bulk_send refuses.
    """
    found, columns = number_files.upload(caller, stored=stored, file_name=file_name, size=size)
    row = BulkSend(
        bulk_send_id=new_id("bulk"),
        columns=found.columns,
        role=caller.role,
        retry_statuses=list(RETRIABLE),
        **columns,
    )
    _set(row, bulk_send_name=bulk_send_name, message_body=message_body, **options)
    row.save()
    return row


@operation(changes_settings=False)
def update_bulk_send(
    caller: Caller,
    *,
    bulk_send_id: str,
    bulk_send_name: str,
    message_body: str,
    origination_identity: str = "",
    message_type: str = "",
    configuration_set_name: str = "",
    protect_configuration_id: str = "",
    keyword: str = "",
    max_price: str = "",
    time_to_live: int | None = None,
    context: Mapping[str, str] | None = None,
    duplicates_go: bool = False,
    retry_statuses: Sequence[str] | None = None,
    max_tries: int = 3,
    first_wait_seconds: int = 300,
    wait_growth: int = 3,
) -> BulkSend:
    """Change the text and the options before anything is sent; what was checked has to be checked again.

    max_tries counts the first; the n-th wait before another try is first_wait_seconds times wait_growth to the n-1.
    Raises NotFound; Conflict once it has started or while its check runs; Invalid.
    """
    row = locked(caller, bulk_send_id, "change")
    if retry_statuses is None:
        retry_statuses = row.retry_statuses
    _set(
        row,
        bulk_send_name=bulk_send_name,
        message_body=message_body,
        origination_identity=origination_identity,
        message_type=message_type,
        configuration_set_name=configuration_set_name,
        protect_configuration_id=protect_configuration_id,
        keyword=keyword,
        max_price=max_price,
        time_to_live=time_to_live,
        context=context,
        duplicates_go=duplicates_go,
        retry_statuses=retry_statuses,
        max_tries=max_tries,
        first_wait_seconds=first_wait_seconds,
        wait_growth=wait_growth,
    )
    forget_check(row)
    row.save()
    return row


def _set(row: BulkSend, **settings: Any) -> None:
    """Set what was asked for, None for what stays as it is. Raises Invalid."""
    for name, value in settings.items():
        if value is not None or name == "time_to_live":
            setattr(row, name, value)
    wrong: dict[str, Any] = {}
    if not row.bulk_send_name.strip() or len(row.bulk_send_name) > 100:
        wrong["bulk_send_name"] = _("Write a name of at most 100 characters.")
    broken = placeholders.parsed(row.message_body).broken
    if limits.shape_breach(row.message_body):
        wrong["message_body"] = _("Write 1 to %(allowed)s characters.") % {"allowed": limits.BODY_MAX}
    elif broken:
        wrong["message_body"] = _("“%(text)s” is no placeholder: write {{column}} or {{column|otherwise}}.") % {
            "text": broken
        }
    if row.max_price:
        units_of(row.max_price)
    if len(row.context) > MAX_CONTEXT:
        wrong["context"] = _("Leave some keys out.")
    if set(row.retry_statuses) - set(RETRIABLE):
        wrong["retry_statuses"] = _("Sending again helps with these only: %(statuses)s.") % {
            "statuses": ", ".join(RETRIABLE)
        }
    for name, most in (
        ("max_tries", MOST_TRIES),
        ("first_wait_seconds", LONGEST_WAIT_SECONDS),
        ("wait_growth", MOST_GROWTH),
    ):
        if not 1 <= getattr(row, name) <= most:
            wrong[name] = _("Write a number from 1 to %(most)s.") % {"most": most}
    if wrong:
        raise Invalid(_("The bulk send cannot be like this."), fields=wrong)


def forget_check(row: BulkSend) -> None:
    """Drop what a check has found; the caller saves the row."""
    BulkSendRow.objects.filter(bulk_send=row).delete()
    row.status, row.check_job = Status.DRAFT, None
    row.rows = row.ready = row.parts = row.price = 0
    row.rates = {}


def locked(caller: Caller, bulk_send_id: str, action: str) -> BulkSend:
    """The caller's bulk send, locked, in a status that allows the action. Raises NotFound, Conflict."""
    rows = BulkSend.objects.select_related("check_job", "owner")
    row: BulkSend = rows.named(caller, bulk_send_id, lock=True)
    about = Resource("bulk-send", row.bulk_send_id)
    if row.status not in NEXT[action]:
        raise Conflict(
            _("This bulk send is %(status)s.") % {"status": row.get_status_display().lower()},
            resource=about,
            next_step=_("Reload the page to see what can be done now."),
        )
    if row.status in NEXT["change"] and row.check_job is not None and row.check_job.status in OPEN:
        raise Conflict(
            _("Its check is running."),
            reason="RESOURCE_NOT_ACTIVE",
            resource=about,
            next_step=_("Wait until it ends, or cancel its job."),
        )
    return row


@operation(changes_settings=False)
def start_bulk_send(caller: Caller, *, bulk_send_id: str, scheduled_at: datetime | None = None) -> BulkSend:
    """Let the checked rows go, now or from an instant of simulated time on. They go with the caller's role.

    Raises NotFound; Conflict before the check or when it has started; Invalid when no row would go.
    """
    caller.require("SendTextMessage")
    row = locked(caller, bulk_send_id, "start")
    if not row.ready:
        raise Invalid(
            _("No row of the file can be sent."), next_step=_("See why the rows are left out, and check again.")
        )
    now = clock.now()
    later = scheduled_at is not None and scheduled_at > now
    row.status = Status.SCHEDULED if later else Status.RUNNING
    row.scheduled_at = scheduled_at if later else None
    row.due_at, row.started_at = (row.scheduled_at, None) if later else (now, now)
    row.actor, row.role, row.lanes = caller.actor, caller.role, {}
    row.save()
    wakeups.wake_after_commit()
    return row


@operation(changes_settings=False)
def pause_bulk_send(caller: Caller, *, bulk_send_id: str) -> BulkSend:
    """Send nothing more until it is resumed; what has been sent goes on. Raises NotFound, Conflict."""
    row = locked(caller, bulk_send_id, "pause")
    row.status, row.due_at, row.paused_because = Status.PAUSED, None, ""
    row.save(update_fields=["status", "due_at", "paused_because"])
    return row


@operation(changes_settings=False)
def resume_bulk_send(caller: Caller, *, bulk_send_id: str) -> BulkSend:
    """Go on where it paused; one that was scheduled waits for its time again. Raises NotFound, Conflict."""
    caller.require("SendTextMessage")
    row = locked(caller, bulk_send_id, "resume")
    now = clock.now()
    waits = row.started_at is None and row.scheduled_at is not None and row.scheduled_at > now
    row.status = Status.SCHEDULED if waits else Status.RUNNING
    row.due_at = row.scheduled_at if waits else now
    row.started_at = row.started_at or (None if waits else now)
    row.paused_because, row.lanes = "", {}
    row.save(update_fields=["status", "due_at", "started_at", "paused_because", "lanes"])
    wakeups.wake_after_commit()
    return row


@operation(changes_settings=False)
def stop_bulk_send(caller: Caller, *, bulk_send_id: str) -> BulkSend:
    """End it for good: what is not sent yet never is, nor tried again. Raises NotFound, Conflict.

    Of a long file the worker marks the rest of the rows, some at a time.
    """
    row = locked(caller, bulk_send_id, "stop")
    now = clock.now()
    row.status, row.paused_because, row.finished_at = Status.STOPPED, "", now
    row.due_at = now if stop_rows(row) else None
    row.save(update_fields=["status", "due_at", "paused_because", "finished_at"])
    if row.due_at:
        wakeups.wake_after_commit()
    return row


def stop_rows(row: BulkSend) -> bool:
    """Stop some of the rows that are open, and return whether others may be left, for the worker."""
    open_rows = BulkSendRow.objects.filter(bulk_send=row, state__in=[State.READY, State.WAITING])
    keys = list(open_rows.values_list("pk", flat=True)[:STOPPED_AT_ONCE])
    BulkSendRow.objects.filter(pk__in=keys).update(state=State.STOPPED, due_at=None)
    return len(keys) == STOPPED_AT_ONCE


@operation(changes_settings=False)
def delete_bulk_send(caller: Caller, *, bulk_send_id: str) -> BulkSend:
    """Forget a bulk send with its rows and its file; its messages stay. Raises NotFound; Conflict while it works."""
    row = locked(caller, bulk_send_id, "delete")
    BulkSendRow.objects.filter(bulk_send=row).delete()
    BulkSend.objects.filter(pk=row.pk).delete()
    number_files.forget(row)
    return row
