"""Message feedback: whether the recipient did what the message was for, as the sender's application says.

A send that asks for feedback is RECEIVED or FAILED once the application has said so, and FAILED after an hour of
silence. Source: PutMessageFeedback in the service model.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Invalid, NotFound, Resource
from messaging.models import Message
from messaging.operations.registry import operation
from messaging.transactions import write_transaction

RECEIVED, FAILED = "RECEIVED", "FAILED"
PATIENCE = timedelta(hours=1)  # the service model: “an hour after the message feedback record is set to FAILED”
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Feedback:
    """What PutMessageFeedback answers."""

    message_id: str
    message_feedback_status: str

    @property
    def arn(self) -> str:
        return self.message_id


@operation(logged=False, changes_settings=False)
def put_message_feedback(caller: Caller, *, message_id: str, message_feedback_status: str) -> Feedback:
    """Say whether a message was RECEIVED or FAILED; said again, the last word holds. Source: PutMessageFeedback.

    Raises NotFound; Invalid INVALID_REQUEST for a message that was sent without feedback.
    """
    found = Message.objects.for_caller(caller).filter(pk=_key(message_id))
    enabled = found.values_list("message_feedback_enabled", flat=True).first()
    if enabled is None:
        raise NotFound(Message.RESOURCE_TYPE, message_id)
    if not enabled:
        raise Invalid(
            _("The message “%(id)s” was sent without message feedback.") % {"id": message_id},
            reason="INVALID_REQUEST",
            resource=Resource(Message.RESOURCE_TYPE, message_id),
            fields={"message_id": _("Only messages that were sent with message feedback take it.")},
            next_step=_("Turn message feedback on for the send, or as the default of its configuration set."),
        )
    found.update(message_feedback_status=message_feedback_status, message_feedback_at=clock.now())
    return Feedback(message_id, message_feedback_status)


def awaited() -> QuerySet[Message]:
    """Messages of all accounts that nothing has been said of yet; an index holds just these."""
    rows: QuerySet[Message] = Message.objects.filter(message_feedback_enabled=True, message_feedback_status="")
    return rows


def next_silence() -> datetime | None:
    """When the next message's hour is over, if any waits for feedback. One query."""
    first = awaited().order_by("created_timestamp").values_list("created_timestamp", flat=True).first()
    return first + PATIENCE if first else None


def fail_silent_messages(limit: int = BATCH) -> int:
    """Set the feedback of messages whose hour is over to FAILED; return how many those were. Idle, one query."""
    over = awaited().filter(created_timestamp__lte=clock.now() - PATIENCE)
    if not over.order_by().exists():
        return 0
    with write_transaction():
        keys = list(over.order_by("created_timestamp").values_list("pk", flat=True)[:limit])
        return (
            awaited()
            .filter(pk__in=keys)
            .update(message_feedback_status=FAILED, message_feedback_at=F("created_timestamp") + PATIENCE)
        )


def _key(message_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(message_id)
    except ValueError as error:
        raise NotFound(Message.RESOURCE_TYPE, message_id) from error
