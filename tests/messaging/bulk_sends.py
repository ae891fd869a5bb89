"""What the tests of bulk sends begin with: a file, its check, and a worker that moves the clock to what is due."""

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from messaging import work
from messaging.models import BulkSend, BulkSendRow, Message, PhoneNumber
from messaging.operations.bulk_send_checks import check_bulk_send
from messaging.operations.bulk_send_runs import run_due_bulk_sends
from messaging.operations.bulk_sends import create_bulk_send, start_bulk_send
from messaging.operations.jobs import run_due_jobs
from messaging.operations.registry import settings_changed
from tests import factories


def number_of_type(caller: Any, number_type: str) -> PhoneNumber:
    """A number of any type, without the registration that it would need."""
    number = factories.make_simulator_number(caller)
    PhoneNumber.objects.filter(pk=number.pk).update(number_type=number_type)
    settings_changed([caller.owner_id])
    return PhoneNumber.objects.get(pk=number.pk)


def lines(count: int, first: int = 0) -> str:
    """A file with so many different numbers, each with a name."""
    return "phone,name\n" + "".join(f"+1206{5550000 + first + at},N{at}\n" for at in range(count))


def drafted(caller: Any, text: str, body: str = "Hello {{name}}", **options: Any) -> BulkSend:
    stored = default_storage.save("bulk-sends/test.csv", ContentFile(text.encode()))
    return create_bulk_send(
        caller,
        bulk_send_name="Spring",
        stored=stored,
        file_name="spring.csv",
        size=len(text.encode()),
        message_body=body,
        **options,
    )


def checked(caller: Any, text: str, body: str = "Hello {{name}}", **options: Any) -> BulkSend:
    row = drafted(caller, text, body, **options)
    check_bulk_send(caller, bulk_send_id=row.bulk_send_id, column=row.column, has_head=row.has_head)
    run_due_jobs(1000)
    row.refresh_from_db()
    return row


def started(caller: Any, text: str, body: str = "Hello {{name}}", **options: Any) -> BulkSend:
    row = checked(caller, text, body, **options)
    return start_bulk_send(caller, bulk_send_id=row.bulk_send_id)


def states(row: BulkSend) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in BulkSendRow.objects.filter(bulk_send=row).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def send_all(clock: Any, row: BulkSend, *, carry: bool = False) -> list[datetime]:
    """Let a worker send all rows, the clock standing where the next of them is due; when each was accepted.

    carry=True lets the messages reach their end too.
    """
    for _look in range(100_000):
        while run_due_bulk_sends():
            pass
        if carry:
            work.run_until_idle()
        row.refresh_from_db()
        due = [row.due_at] if row.due_at else []
        if carry:
            due += Message.objects.filter(due_at__isnull=False).values_list("due_at", flat=True)
        elif not row.lanes and not BulkSendRow.objects.filter(bulk_send=row, due_at__isnull=False).exists():
            break
        if not due:
            break
        clock.instant = max(clock.instant, min(due))
    return list(Message.objects.order_by("created_timestamp").values_list("created_timestamp", flat=True))
