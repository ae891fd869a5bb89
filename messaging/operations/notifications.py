"""Notifications: telling the members of an account what happened, and noting who has read it.

Whoever has something to tell calls notify() inside the transaction of what it tells about.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from messaging import clock
from messaging.caller import Caller
from messaging.models import Notification, NotificationRead, NotificationReader
from messaging.operations.registry import operation
from messaging.transactions import write_transaction

KEPT = 500  # notifications of an account in a Region; the oldest go first


def notify(
    owner_id: int,
    *,
    kind: str,
    title: str,
    values: dict[str, str | int] | None = None,
    severity: str = Notification.Severity.INFO,
    link: Sequence[str] = (),
    recipient: str = "",
    subject: str = "",
) -> Notification | None:
    """Tell every member of an account in a Region, or one actor, that something happened. Needs no permission.

    owner_id is RegionalAccount.pk (caller.owner_id). kind is one of Notification.Kind. title is marked with
    gettext_noop, never translated, and takes values by name: “The job “%(title)s” has ended.” link is a page's URL name
    and what it takes after account and Region: ("job-detail", job.job_id). recipient is an actor (“user:ana”), blank
    for all. subject makes it once for all: a second one of the same kind and subject is not made, which returns None.
    """
    assert not isinstance(title, Promise), "a title is kept as it is in the source and translated for each reader"
    said: dict[str, Any] = {
        "severity": Notification.Severity(severity),
        "title": title,
        "values": values or {},
        "link": [str(part) for part in link],
        "recipient": recipient,
        "created_timestamp": clock.now(),
    }
    key = {"owner_id": owner_id, "kind": Notification.Kind(kind), "subject": subject}
    assert Notification(**key, **said).words, "a notification says something"  # a value that is missing shows here
    with write_transaction():
        if subject:
            row, made = Notification.objects.get_or_create(**key, defaults=said)
        else:
            row, made = Notification.objects.create(**key, **said), True
        if made:
            _drop_old(owner_id)
    return row if made else None


def _drop_old(owner_id: int) -> None:
    mine = Notification.objects.filter(owner_id=owner_id)
    last = mine.order_by("-pk").values_list("pk", flat=True)[KEPT : KEPT + 1].first()
    if last is not None:
        mine.filter(pk__lte=last).delete()


def for_reader(owner_id: int | OuterRef, actor: str) -> QuerySet[Any]:
    """The notifications that an actor may read, each with `is_read`."""
    through = NotificationReader.objects.filter(owner_id=OuterRef("owner_id"), actor=actor).values("read_through")
    read = NotificationRead.objects.filter(notification_id=OuterRef("pk"), actor=actor)
    rows: QuerySet[Notification] = Notification.objects.filter(owner_id=owner_id)
    return rows.filter(Q(recipient="") | Q(recipient=actor)).annotate(
        is_read=Q(pk__lte=Coalesce(Subquery(through), Value(0), output_field=BigIntegerField())) | Exists(read)
    )


def unread_of(owner_id: int | OuterRef, actor: str) -> Subquery:
    """How many notifications an actor has not read, as a part of another query; null for none."""
    unread = for_reader(owner_id, actor).filter(is_read=False).order_by()
    return Subquery(unread.values("owner_id").annotate(unread=Count("pk")).values("unread"))


def unread_count(caller: Caller) -> int:
    """How many notifications the caller has not read: one query."""
    return for_reader(caller.owner_id, caller.actor).filter(is_read=False).count()


@operation(logged=False, changes_settings=False)
def mark_notifications_read(caller: Caller, *, notification_ids: Iterable[int]) -> int:
    """Note that the caller has read these; returns how many of them were unread. Those of others are left alone."""
    unread = list(
        for_reader(caller.owner_id, caller.actor)
        .filter(pk__in=list(notification_ids), is_read=False)
        .values_list("pk", flat=True)
    )
    NotificationRead.objects.bulk_create(
        [NotificationRead(notification_id=pk, actor=caller.actor) for pk in unread], ignore_conflicts=True
    )
    return len(unread)


@operation(logged=False, changes_settings=False)
def mark_all_notifications_read(caller: Caller, *, through: int) -> None:
    """Note that the caller has read all up to one (its id), so that what came in meanwhile stays unread."""
    reader, _made = NotificationReader.objects.get_or_create(owner_id=caller.owner_id, actor=caller.actor)
    NotificationReader.objects.filter(pk=reader.pk, read_through__lt=through).update(read_through=through)
    passed = NotificationRead.objects.filter(actor=caller.actor, notification__owner_id=caller.owner_id)
    passed.filter(notification_id__lte=through).delete()
