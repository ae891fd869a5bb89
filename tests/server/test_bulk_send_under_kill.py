"""A bulk send whose workers are killed with SIGKILL again and again: every row is sent, none of them twice.

Runs on SQLite, and on PostgreSQL where DATABASE_URL names one.
"""

import json
import os
import signal
import sys
from collections import Counter

import pytest

from tests.installation import ROOT, Installation

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("bulk-send-under-kill")]

MODULE = "tests.server.bulk_send_process"
ROWS, ROUNDS, WORKERS = 3_000, 4, 2
DATABASE_URL = os.environ.get("DATABASE_URL", "")


def ask(here: Installation, *arguments: str) -> str:
    return here.ask(MODULE, *arguments)


def test_killed_workers_neither_double_nor_lose_a_message() -> None:
    with Installation(database_url=DATABASE_URL if DATABASE_URL.startswith("postgres") else "") as here:
        here.prepare()
        ask(here, "make", str(ROWS))
        seen = 0
        for death in range(ROUNDS):
            names = [f"doomed-{death}-{number}" for number in range(WORKERS)]
            for name in names:
                here.start_module(name, MODULE, "doomed", name)
            for name in names:
                assert here.processes.pop(name).wait(timeout=60) == -signal.SIGKILL, here.log(name)
            state = json.loads(ask(here, "state"))
            known = [key for _state, _tries, keys in state["rows"] for key in keys]
            assert sorted(known) == sorted(state["messages"]), f"after round {death}"
            assert seen <= len(known) < ROWS
            seen = len(known)
        assert seen, "the workers died half-way"
        ask(here, "hurry")
        here.start("worker", sys.executable, str(ROOT / "manage.py"), "worker")
        here.wait_for(lambda: json.loads(ask(here, "state"))["status"] == "DONE", "worker", seconds=180)
        state = json.loads(ask(here, "state"))

    known = Counter(key for _state, _tries, keys in state["rows"] for key in keys)
    assert set(known) == set(state["messages"]) and set(known.values()) == {1}
    assert len(state["rows"]) == ROWS
    assert all(len(keys) == tries >= 1 for _state, tries, keys in state["rows"])
    assert {one for one, _tries, _keys in state["rows"]} <= {"DELIVERED", "FAILED"}
    assert state["final"] == len(state["messages"]) > ROWS  # some were tried again
