"""The Celery application of a production installation: `celery -A console worker -B`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")

SWEEP_SECONDS = 1.0

app = Celery("console")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["messaging"])
app.conf.beat_schedule = {
    # expires: a sweep that waited longer than the next one is not worth doing.
    "sweep": {"task": "messaging.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": 5 * SWEEP_SECONDS}},
}
