"""Probes: the process answers, and says which part is not ready."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from console.views import health
from messaging.models import WorkerBeat

pytestmark = pytest.mark.django_db


def beat(age_seconds: float = 0) -> None:
    WorkerBeat.objects.create(name="test", seen_at=datetime.now(UTC) - timedelta(seconds=age_seconds))


def test_healthz_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/healthz", headers={"Host": "10.1.2.3"})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "Set-Cookie" not in response.headers


def test_readyz_when_all_is_well() -> None:
    beat()
    response = Client().get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": {"database": "ok", "migrations": "ok", "worker": "ok"}}
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("age", "said"), [(None, "no worker"), (120, "120 seconds ago")])
def test_readyz_without_a_worker(age: float | None, said: str) -> None:
    if age is not None:
        beat(age)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert said in response.json()["checks"]["worker"]
    assert response.json()["checks"]["database"] == "ok"


def test_readyz_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> str:
        raise DatabaseError("secret host name refused")

    monkeypatch.setitem(health.CHECKS, "database", down)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"].startswith("failed")
    assert "secret host name" not in response.content.decode()


def test_readyz_with_waiting_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    beat()
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_args: [("one", False), ("two", False)])
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert "2 migrations" in response.json()["checks"]["migrations"]
