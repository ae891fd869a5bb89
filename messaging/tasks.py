"""Celery entry points: a hint to look, and the regular look that finds what no hint told of."""

from celery import shared_task

from messaging import wakeups, work

SOON_SECONDS = 1.0  # later than this, the sweep is soon enough


@shared_task(name="messaging.look_now")
def look_now() -> int:
    """Do what is due, and come back when the next step is."""
    wakeups.woken()
    done = work.run_until_idle()
    wait = work.seconds_to_next()
    if wait is not None and wait < SOON_SECONDS:
        wakeups.wake_in(wait)
    return done


@shared_task(name="messaging.sweep")
def sweep() -> int:
    """The regular look, with the heart-beat that /readyz reads, and what is left behind cleared away."""
    work.beat(work.worker_name())
    work.clear_away()
    return look_now()
