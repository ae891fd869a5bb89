"""Measurements that need Django in the process; each runs in `manage.py shell` of an installation and prints JSON."""

import json
import random
import statistics
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import perf_counter
from types import SimpleNamespace
from typing import Any

from tests.benchmarks.measure import CONTROL, QUICK, ROUNDS, interleaved
from tests.installation import ACCOUNT, REGION, Installation

BATCH, BATCHES = 500, 4 if QUICK else 10
BACKLOG = 20_000 if QUICK else 100_000
LARGE, EXPORTED = "eu-west-1", 20_000 if QUICK else 100_000
INDEXES = (
    "message_id",
    "owner_id, message_id",
    "owner_id, destination_phone_number, message_id",
    "owner_id, status, message_id",
)
TABLES = 20 if QUICK else 100
MARK = "figures "


def measured(here: Installation, function: str) -> Any:
    """What a function of this module returned in a process of the installation."""
    program = (
        "import json; from tests.benchmarks import inside; "
        f"print('{MARK}' + json.dumps(inside.{function}(), default=str))"
    )
    printed = here.manage("shell", "-v", "0", "-c", program)
    line = next(line for line in printed.splitlines() if line.startswith(MARK))
    return json.loads(line.removeprefix(MARK))


def wire_lines() -> list[dict[str, Any]]:
    """Row 6, as its own module measures it."""
    from dataclasses import asdict

    from tests.benchmarks import wire_in_process

    return [asdict(result) for results in wire_in_process.results() for result in results]


def opt_out_imports() -> dict[str, Any]:
    """Row 12, as its own module measures it."""
    from tests.benchmarks import imports

    return imports.measure()


def carrier_steps() -> dict[str, list[float]]:
    """Steps a second from a backlog, events written; floor: an UPDATE of 500 due rows, committed (13)."""
    from django.db import connection

    from messaging.operations.carriage import advance_due_messages
    from messaging.transactions import write_transaction
    from tests.benchmarks.seed import seed

    assert 2 * (ROUNDS + 1) * BATCH * BATCHES <= BACKLOG  # the control takes from the same rows as the floor
    seed(REGION, BACKLOG, due=True)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE benchmark_due AS SELECT * FROM messaging_message")
        # The indexes that the real table has, since a step changes three of them.
        for number, columns in enumerate(INDEXES):
            cursor.execute(f"CREATE INDEX benchmark_due_{number} ON benchmark_due ({columns})")
        cursor.execute("CREATE INDEX benchmark_due_at ON benchmark_due (due_at) WHERE due_at IS NOT NULL")
        cursor.execute("ANALYZE")

    def ours() -> float:
        began = perf_counter()
        done = sum(advance_due_messages(BATCH) for _batch in range(BATCHES))
        assert done == BATCH * BATCHES
        return done / (perf_counter() - began)

    def floor() -> float:
        began = perf_counter()
        for _batch in range(BATCHES):
            with write_transaction(), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE benchmark_due SET status = 'PENDING', due_at = NULL WHERE message_id IN "
                    f"(SELECT message_id FROM benchmark_due WHERE due_at IS NOT NULL ORDER BY due_at LIMIT {BATCH})"
                )
                assert cursor.rowcount == BATCH
        return BATCH * BATCHES / (perf_counter() - began)

    return interleaved({"ours": ours, "floor": floor, CONTROL: floor})


def table() -> dict[str, list[float]]:
    """Fifty rows of eight cells, in milliseconds, no query; floor: a plain template loop (9)."""
    from django.template import Context, Template

    from console.tables import Column, Table
    from messaging.operations.accounts import regional_account
    from tests.factories import make_caller

    names = [f"column_{number}" for number in range(8)]
    rows = [SimpleNamespace(pk=row, **{name: f"value {row} of {name}" for name in names}) for row in range(50)]
    ours = Table([Column(name, name) for name in names])
    cells = "".join(f"<td>{{{{ row.{name} }}}}</td>" for name in names)
    plain = Template(f"<tbody>{{% for row in rows %}}<tr>{cells}</tr>{{% endfor %}}</tbody>")
    caller = make_caller(regional_account(ACCOUNT, REGION))

    def timed(call: Callable[[], object]) -> Callable[[], float]:
        def run() -> float:
            began = perf_counter()
            for _ in range(TABLES):
                call()
            return (perf_counter() - began) / TABLES * 1000

        return run

    floor = timed(lambda: plain.render(Context({"rows": rows})))
    return interleaved({"ours": timed(lambda: ours.body(caller, rows)), "floor": floor, CONTROL: floor})


def export() -> dict[str, list[float]]:
    """Rows a second of a list as CSV into a socket; floor: a raw cursor's rows through csv into a socket (15)."""
    import csv
    import io
    import itertools
    import socket
    import threading

    from django.db import connection

    from console.exports import csv_rows, read_through, reading
    from console.listing import order_of
    from console.views.messages import MESSAGES
    from messaging.operations.accounts import regional_account
    from tests.factories import make_caller

    caller = make_caller(regional_account(ACCOUNT, LARGE))
    columns, (_sort, ordering) = MESSAGES.chosen([]), order_of(MESSAGES, "")
    names = "message_id, created_timestamp, status, destination_phone_number, origination_identity, parts, price"

    def ours() -> Iterable[str]:
        read = reading(columns, MESSAGES.rows(caller), ordering)
        return csv_rows(read, itertools.islice(read_through(read, ordering), EXPORTED))

    def floor() -> Iterable[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {names} FROM messaging_message WHERE owner_id = %s ORDER BY message_id DESC LIMIT {EXPORTED}",
                [caller.owner_id],
            )
            while rows := cursor.fetchmany(200):
                buffer = io.StringIO()
                csv.writer(buffer).writerows(rows)
                yield buffer.getvalue()

    def sent(pieces: Callable[[], Iterable[str]]) -> Callable[[], float]:
        def run() -> float:
            here, there = socket.socketpair()

            def drain() -> None:
                while there.recv(65_536):
                    pass

            reader = threading.Thread(target=drain)
            reader.start()
            began = perf_counter()
            with here:  # closed whatever happens: the reader ends with it
                for piece in pieces():
                    here.sendall(piece.encode())
            reader.join()
            there.close()
            return EXPORTED / (perf_counter() - began)

        return run

    return interleaved({"ours": sent(ours), "floor": sent(floor), CONTROL: sent(floor)})


def first_steps() -> list[float]:
    """For each message carried so far: milliseconds from accepted to the first step of the carrier."""
    from messaging.models import MessageEvent

    events = MessageEvent.objects.filter(sequence__lte=1).order_by("message_id", "sequence")
    at: dict[Any, list[datetime]] = {}
    for event in events:
        at.setdefault(event.message_id, []).append(event.occurred_at)
    return [(pair[1] - pair[0]) / timedelta(milliseconds=1) for pair in at.values() if len(pair) == 2]


def broker_delays(count: int) -> list[float]:
    """Milliseconds that the in-memory broker, polling every 0.05 s, leaves an idle consumer waiting (floor of 14)."""
    import threading
    import time

    from kombu import Connection

    found: list[float] = []
    with Connection("memory://", transport_options={"polling_interval": 0.05}) as broker:
        queue, dice = broker.SimpleQueue("benchmark"), random.Random(1)

        def put() -> None:
            with Connection("memory://", transport_options={"polling_interval": 0.05}) as other:
                sender = other.SimpleQueue("benchmark")
                for _ in range(count):
                    time.sleep(dice.uniform(0.1, 0.2))
                    sender.put(str(perf_counter()))

        thread = threading.Thread(target=put)
        thread.start()
        for _ in range(count):
            message = queue.get(block=True, timeout=30)
            found.append((perf_counter() - float(message.payload)) * 1000)
            message.ack()
        thread.join()
    return found


def medians(values: list[float], groups: int) -> list[float]:
    """The median of each of so many equal groups."""
    size = len(values) // groups
    return [statistics.median(values[at * size : (at + 1) * size]) for at in range(groups)]
