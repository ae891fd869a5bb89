"""Importing a file of opted-out numbers (12): rows a second, memory, and the look-up of a send before and after.

The functions below the first run in `manage.py shell` of an installation (tests.benchmarks.inside.measured).
"""

import random
import resource
from collections.abc import Iterator
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks.measure import CONTROL, QUICK, Result, at_least, at_most, compared, interleaved
from tests.installation import ACCOUNT, REGION, USER, Installation

ROWS = 20_000 if QUICK else 100_000
WHOLE = 100_000 if QUICK else 1_000_000
FEW = 1_000
LOOK_UPS, PAGES, PASSES = 2_000, 10, 9


def run(database_url: str = "") -> Iterator[list[Result]]:
    from tests.benchmarks import inside

    kind = "PostgreSQL" if database_url else "SQLite"
    with Installation(database_url=database_url) as here:
        here.prepare()
        found = inside.measured(here, "opt_out_imports")
    whole = found["whole"]
    note = (
        f"{whole['rows']:,} rows in one file: check {whole['check']:.1f} s, import {whole['import']:.1f} s, "
        f"{whole['memory']:.1f} MiB more resident memory."
    )
    yield [
        compared(
            "12", f"import of {ROWS:,} opted-out numbers, {kind}", "executemany of the same numbers", found["import"],
            unit="rows a second", must=at_least(0.3 if not database_url else 0.5), reach=at_least(0.6), note=note,
        ),
        compared(
            "12", f"check and import of {ROWS:,} opted-out numbers, {kind}", "executemany of the same numbers",
            found["both"], unit="rows a second",
        ),
        compared(
            "12", f"look-up on the page of a list of {whole['rows']:,}, {kind}", f"of a list of {FEW:,}", found["page"],
            unit="ms", passes=PASSES, must=at_most(1.2), reach=at_most(1.15),
        ),
        compared(
            "12", f"look-up of a send on a list of {whole['rows']:,}, {kind}", f"on a list of {FEW:,}",
            found["look_up"], unit="µs", passes=PASSES,
            note="A send takes some hundred times as long: between them lie the caches of the processor.",
        ),
    ]  # fmt: skip


def measure() -> dict[str, Any]:
    """Every figure of this module, from one process."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    from messaging.bulk import insert_rows
    from messaging.caller import Caller, Door
    from messaging.clock import now
    from messaging.models import OptedOutNumber
    from messaging.operations import quotas
    from messaging.operations.accounts import regional_account
    from messaging.operations.opt_out_lists import create_opt_out_list, is_opted_out
    from messaging.permissions import Role
    from messaging.transactions import write_transaction

    dice = random.Random(1)
    owner = regional_account(ACCOUNT, REGION)
    owner.quotas = {**owner.quotas, quotas.OPT_OUT_LISTS.id: 1_000}  # every round has lists of its own
    owner.save(update_fields=["quotas"])
    caller = Caller(owner.pk, owner.account_id, owner.region, "user:benchmark", Role.ADMINISTRATOR, Door.PAGE)
    took: dict[str, float] = {}
    made = iter(range(1_000_000))

    def imported(count: int) -> Any:
        row = create_opt_out_list(caller, opt_out_list_name=f"list-{next(made)}")
        took["check"], took["import"] = _through(caller, row.name, count)
        return row

    def ours() -> float:
        imported(ROWS)
        return ROWS / took["import"]

    def both() -> float:
        imported(ROWS)
        return ROWS / (took["check"] + took["import"])

    def floor() -> float:
        row = create_opt_out_list(caller, opt_out_list_name=f"list-{next(made)}")
        at = now()
        rows = [(row.pk, number, at, False, "", "") for number in _numbers(ROWS)]
        fields = (
            "opt_out_list", "opted_out_number", "opted_out_timestamp", "end_user_opted_out", "actor", "reason",
        )  # fmt: skip
        began = perf_counter()
        for start in range(0, ROWS, 5_000):
            with write_transaction():
                insert_rows(OptedOutNumber, fields, rows[start : start + 5_000])
        return ROWS / (perf_counter() - began)

    few, before = imported(FEW), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large = imported(WHOLE)
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    whole = {"rows": WHOLE, "memory": memory, **took}
    assert OptedOutNumber.objects.filter(opt_out_list=large).count() == WHOLE
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def looking(key: int, count: int) -> float:
        numbers = _numbers(count)[:: max(1, count // LOOK_UPS)][:LOOK_UPS]
        began = perf_counter()
        for number in numbers:
            is_opted_out(key, number)
        return (perf_counter() - began) / len(numbers) * 1_000_000

    look_up = interleaved(
        {
            "ours": lambda: looking(large.pk, WHOLE),
            "floor": lambda: looking(few.pk, FEW),
            CONTROL: lambda: looking(few.pk, FEW),
        },
        passes=PASSES,
    )
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(get_user_model().objects.get(username=USER))

    fragment = {"HX-Request": "true", "HX-Target": "answer"}

    def on_page(name: str, count: int) -> float:
        numbers = [_numbers(1, start)[0] for start in dice.sample(range(count), PAGES)]
        began = perf_counter()
        for number in numbers:
            path = f"/{ACCOUNT}/{REGION}/opt-out-lists/{name}/?{urlencode({'number': number})}"
            assert b"is on this list" in browser.get(path, headers=fragment).content
        return (perf_counter() - began) / PAGES * 1000

    page = interleaved(
        {
            "ours": lambda: on_page(large.name, WHOLE),
            "floor": lambda: on_page(few.name, FEW),
            CONTROL: lambda: on_page(few.name, FEW),
        },
        passes=PASSES,
    )
    rates = interleaved({"ours": ours, "both": both, "floor": floor, CONTROL: floor})
    return {
        "whole": whole,
        "import": {name: rates[name] for name in ("ours", "floor", CONTROL)},
        "both": {"ours": rates["both"], "floor": rates["floor"]},
        "look_up": look_up,
        "page": page,
    }


def _numbers(count: int, start: int = 0) -> list[str]:
    """Different numbers in no order."""
    return [f"+1{2_000_000_000 + (at * 7_919_777) % 7_999_999_993}" for at in range(start, start + count)]


def _through(caller: Any, name: str, count: int) -> tuple[float, float]:
    """Seconds of the check and of the import of a file with so many numbers, by the jobs a worker runs."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from messaging.operations.jobs import run_due_jobs
    from messaging.operations.opt_out_imports import (
        check_opt_out_import,
        import_opted_out_numbers,
        upload_opt_out_import,
    )

    stored = default_storage.save("imports/uploads/benchmark.csv", ContentFile(b""))
    with default_storage.open(stored, "wb") as file:
        for start in range(0, count, 10_000):
            file.write("".join(f"{number}\n" for number in _numbers(min(10_000, count - start), start)).encode())
    row = upload_opt_out_import(
        caller, opt_out_list_name=name, stored=stored, file_name="numbers.csv", size=default_storage.size(stored)
    )
    began = perf_counter()
    check_opt_out_import(caller, import_id=row.import_id, column=0, has_head=False)
    while run_due_jobs():
        pass
    checked = perf_counter()
    import_opted_out_numbers(caller, import_id=row.import_id)
    while run_due_jobs():
        pass
    ended = perf_counter()
    row.refresh_from_db()
    assert (row.status, row.added) == ("DONE", count)
    return checked - began, ended - checked
