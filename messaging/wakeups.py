"""“There is work”: said after a commit, heard by a Celery worker. The embedded worker looks by itself.

A wake-up carries nothing but the hint, so one that is lost costs at most the wait until the next sweep, and one that is
already on its way is enough for everybody: a mark in the cache keeps a busy minute from queueing a task per message.
"""

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

ON_ITS_WAY = "switchboard-look"
LATER = "switchboard-look-later"
MARK_SECONDS = 5  # a task that was lost on the way stops others for so long at most


def wake_after_commit() -> None:
    """Ask a worker to look as soon as this transaction is committed."""
    if not settings.EMBEDDED:  # then nobody listens, and a hook costs every send
        transaction.on_commit(wake)


def wake() -> None:
    """Ask a worker to look now; it never fails the caller's request."""
    if settings.EMBEDDED or not cache.add(ON_ITS_WAY, 1, MARK_SECONDS):
        return
    from messaging.tasks import look_now

    look_now.delay()


def wake_in(seconds: float) -> None:
    """Ask a worker to look again after so many seconds of wall time."""
    if settings.EMBEDDED or not cache.add(LATER, 1, MARK_SECONDS):
        return
    from messaging.tasks import look_now

    look_now.apply_async(countdown=seconds)


def woken() -> None:
    """The task has begun: what is committed from here on needs another wake-up."""
    cache.delete_many([ON_ITS_WAY, LATER])
