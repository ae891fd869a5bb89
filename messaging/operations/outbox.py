"""What people do with events on their way: send one again, subscribe to a topic."""

from django.utils.translation import gettext_lazy as _

from messaging import clock, outbound, wakeups
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource
from messaging.identifiers import new_id
from messaging.models import OutboxEntry, TopicSubscription
from messaging.operations.registry import operation

TOPIC_PREFIX = "arn:aws:sns:"


@operation(resource=lambda entry: str(entry.event_id))
def resend_event(caller: Caller, *, entry_id: int) -> OutboxEntry:
    """Send an event to its destination once more, with the same event id; its waits begin anew.

    entry_id is the outbox entry's key. Raises NotFound.
    """
    entry = OutboxEntry.objects.for_caller(caller).select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise NotFound("event", str(entry_id))
    now = clock.now()
    entry.status, entry.attempts, entry.due_at, entry.resent_at = OutboxEntry.Status.WAITING, 0, now, now
    entry.claim = entry.claimed_until = None
    entry.save(update_fields=["status", "attempts", "due_at", "resent_at", "claim", "claimed_until"])
    wakeups.wake_after_commit()
    return entry


@operation(resource=lambda row: row.subscription_arn)
def subscribe_endpoint(caller: Caller, *, topic_arn: str, endpoint: str) -> TopicSubscription:
    """Let an HTTP or HTTPS endpoint get what is published to a topic. Nothing has to be confirmed.

    Raises Invalid for an ARN or URL that cannot be one, or an address that may not be spoken to; Conflict
    RESOURCE_ALREADY_EXISTS.
    """
    if not topic_arn.startswith(TOPIC_PREFIX):
        raise Invalid(
            _("“%(arn)s” is not the ARN of a topic.") % {"arn": topic_arn},
            reason="INVALID_ARN",
            fields={"topic_arn": _("It begins with %(prefix)s.") % {"prefix": TOPIC_PREFIX}},
        )
    try:
        outbound.checked_url(endpoint)
    except outbound.Undeliverable as error:
        raise Invalid(
            _("Events cannot be sent to this endpoint: %(why)s.") % {"why": error},
            fields={"endpoint": _("Give an http or https URL without a user name.")},
        ) from error
    row, created = TopicSubscription.objects.for_caller(caller).get_or_create(
        topic_arn=topic_arn,
        endpoint=endpoint,
        defaults={"owner_id": caller.owner_id, "subscription_id": new_id("subscription")},
    )
    if not created:
        raise Conflict(
            _("The endpoint is already subscribed to this topic."),
            reason="RESOURCE_ALREADY_EXISTS",
            resource=Resource("topic-subscription", row.subscription_id),
        )
    return row


@operation(resource=lambda row: row.subscription_arn)
def unsubscribe_endpoint(caller: Caller, *, subscription_id: str) -> TopicSubscription:
    """End a subscription and return it as it was. Raises NotFound."""
    row = TopicSubscription.objects.for_caller(caller).filter(subscription_id=subscription_id).first()
    if row is None:
        raise NotFound("topic-subscription", subscription_id)
    TopicSubscription.objects.filter(pk=row.pk).delete()
    return row
