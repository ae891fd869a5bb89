"""Whether the process lives and is ready for work, as JSON for probes. No session, open to all."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from messaging.models import WorkerBeat

WORKER_SEEN = timedelta(seconds=30)
OK = "ok"
log = logging.getLogger("console.health")

_migrated = False


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": OK}, headers={"Cache-Control": "no-store"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every check says ok; 503 with what each check says otherwise."""
    checks: dict[str, str] = {}
    for name, check in CHECKS.items():
        if name != "database" and checks["database"] != OK:
            checks[name] = "not checked: no database"
            continue
        try:
            checks[name] = check()
        except DatabaseError as error:
            log.warning("readyz: %s failed: %s", name, error)
            checks[name] = "failed: the database refused"
    ready = all(said == OK for said in checks.values())
    body = {"status": OK if ready else "unavailable", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return OK


def migrations() -> str:
    """Once applied they stay applied: a process asks until the answer is yes."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            return f"failed: {len(waiting)} migrations are not applied (manage.py migrate)"
        _migrated = True
    return OK


def worker() -> str:
    """A worker notes every few seconds, in wall time, that it is there."""
    seen = WorkerBeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    if seen is None:
        return "failed: no worker has ever been seen"
    age = datetime.now(UTC) - seen
    return OK if age <= WORKER_SEEN else f"failed: the last worker was seen {int(age.total_seconds())} seconds ago"


CHECKS: dict[str, Callable[[], str]] = {"database": database, "migrations": migrations, "worker": worker}

healthz.open_to_all = readyz.open_to_all = True  # type: ignore[attr-defined]
# console.middleware.HealthMiddleware answers these paths first; the names are for whoever wants to link them.
urlpatterns = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
