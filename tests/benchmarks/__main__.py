"""`make bench`: every goal of performance that can be measured here, as ratios to floors of the same run.

    python -m tests.benchmarks [sends] [pages] [work] [imports] [parts] [wire]     all of them by default
    QUICK=1                                                              three short rounds: a look, no verdict
    ROWS=10000000                                                        pages over so many messages, not 1,000,000

With DATABASE_URL on PostgreSQL, sends, pages and carrier steps are measured there too. Loopback only.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator

from tests.benchmarks import imports, parts, sends, wire_in_process, work
from tests.benchmarks import pages as list_pages
from tests.benchmarks.measure import QUICK, ROUNDS, Result, lines

Group = Callable[[str], Iterator[list[Result]]]
GROUPS: dict[str, Group] = {
    "sends": sends.run,
    "work": work.run,
    "imports": imports.run,
    "pages": list_pages.run,
    "parts": lambda database_url: iter(()) if database_url else parts.results(),
    "wire": lambda database_url: iter(()) if database_url else wire_in_process.results(),
}


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(GROUPS)
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(GROUPS)}.", file=sys.stderr)
        return 2
    database = os.environ.get("DATABASE_URL", "")
    databases = ["", database] if database.startswith("postgres") else [""]
    print(f"{ROUNDS} rounds, interleaved in random order{', quick' if QUICK else ''}; {os.cpu_count()} cores.")
    print("A ratio stands as median (lowest–highest round); the control is the floor against itself.\n")
    missed, began = 0, time.monotonic()
    for name in wanted or list(GROUPS):
        for url in databases:
            for results in GROUPS[name](url):
                for result in results:
                    print("\n".join(lines(result)), flush=True)
                    missed += bool(result.must) and result.must.verdict(result.ratios) == "missed"
    print(f"\n{missed} musts missed; {time.monotonic() - began:.0f} s.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
