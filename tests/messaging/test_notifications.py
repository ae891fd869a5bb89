"""Notifications: who is told, what is told once, what each has read."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from messaging.caller import Caller
from messaging.models import Notification, NotificationRead, RegionalAccount
from messaging.operations import notifications
from messaging.operations.notifications import (
    for_reader,
    mark_all_notifications_read,
    mark_notifications_read,
    notify,
    unread_count,
)
from tests import factories

Kind = Notification.Kind


def told(caller: Caller, title: Any = "It happened.", **changes: Any) -> Notification:
    made = notify(caller.owner_id, **{"kind": Kind.ACCOUNT, "title": title, **changes})
    assert made is not None
    return made


@pytest.fixture
def ana(caller_as: Callable[..., Caller]) -> Caller:
    return caller_as("VIEWER", actor="user:ana")


@pytest.fixture
def ben(caller_as: Callable[..., Caller]) -> Caller:
    return caller_as("OPERATOR", actor="user:ben")


def test_everybody_is_told_unless_it_is_for_one(ana: Caller, ben: Caller) -> None:
    told(ana)
    told(ana, recipient="user:ben")
    assert (unread_count(ana), unread_count(ben)) == (1, 2)


def test_a_subject_is_told_once_per_kind(caller: Caller) -> None:
    assert notify(caller.owner_id, kind=Kind.SPENDING, title="80 %", subject="SMS 2026-03 80")
    assert notify(caller.owner_id, kind=Kind.SPENDING, title="80 %", subject="SMS 2026-03 80") is None
    assert notify(caller.owner_id, kind=Kind.JOB, title="80 %", subject="SMS 2026-03 80")
    assert Notification.objects.count() == 2


def test_another_account_hears_nothing(caller: Caller, other_owner: RegionalAccount) -> None:
    told(caller)
    assert unread_count(factories.make_caller(other_owner)) == 0


def test_each_member_reads_for_themselves(ana: Caller, ben: Caller) -> None:
    first, second = told(ana), told(ana)
    assert mark_notifications_read(ana, notification_ids=[first.pk, first.pk]) == 1
    assert mark_notifications_read(ana, notification_ids=[first.pk]) == 0
    assert (unread_count(ana), unread_count(ben)) == (1, 2)
    assert list(for_reader(ana.owner_id, ana.actor).filter(is_read=False)) == [second]


def test_nobody_reads_what_is_not_theirs(ana: Caller, other_owner: RegionalAccount) -> None:
    stranger = factories.make_caller(other_owner)
    mine = [told(ana).pk, told(ana, recipient="user:ben").pk]
    assert mark_notifications_read(stranger, notification_ids=mine) == 0
    assert mark_notifications_read(ana, notification_ids=mine) == 1


def test_all_read_leaves_what_came_in_meanwhile(ana: Caller, ben: Caller) -> None:
    shown = [told(ana), told(ana)]
    mark_notifications_read(ana, notification_ids=[shown[0].pk])
    told(ana)
    mark_all_notifications_read(ana, through=shown[-1].pk)
    assert (unread_count(ana), unread_count(ben)) == (1, 3)
    assert not NotificationRead.objects.exists()  # the mark says it all
    mark_all_notifications_read(ana, through=shown[0].pk)
    assert unread_count(ana) == 1


def test_titles_are_read_in_the_readers_language(caller: Caller) -> None:
    row = told(caller, title="%(count)s selected", values={"count": 3})
    row.refresh_from_db()
    assert row.words == "3 selected"
    with translation.override("es"):
        assert row.words not in ("3 selected", "%(count)s selected")


def test_a_title_that_is_translated_already_or_lacks_a_value_fails_at_once(caller: Caller) -> None:
    with pytest.raises(AssertionError, match="translated for each reader"):
        told(caller, title=gettext_lazy("Done"))
    with pytest.raises(KeyError):
        told(caller, title="%(count)s selected", values={"number": 3})
    with pytest.raises(ValueError, match="WEATHER"):
        told(caller, kind="WEATHER")


def test_the_oldest_go(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "KEPT", 5)
    for _ in range(8):
        told(caller)
    assert Notification.objects.count() == 5
