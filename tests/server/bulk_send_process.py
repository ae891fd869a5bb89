"""What test_bulk_send_under_kill.py runs in processes of its own: `python -m tests.server.bulk_send_process <what>`."""

import json
import os
import random
import signal
import sys
import threading

import django

django.setup()

from messaging import work  # noqa: E402
from messaging.models import BulkSend, BulkSendRow, Message, PhoneNumber  # noqa: E402
from messaging.operations.accounts import regional_account  # noqa: E402
from messaging.operations.bulk_send_runs import Run  # noqa: E402
from messaging.operations.bulk_sends import start_bulk_send  # noqa: E402
from messaging.operations.clock import set_clock_rate  # noqa: E402
from messaging.operations.handsets import put_handset_behaviour  # noqa: E402
from tests import factories  # noqa: E402
from tests.installation import ACCOUNT, REGION  # noqa: E402
from tests.messaging.bulk_sends import checked, lines, number_of_type  # noqa: E402


def make(count: str) -> None:
    """A pool of two short codes sends to so many numbers, of which some fail at first."""
    me = factories.make_caller(factories.make_owner(ACCOUNT, REGION, text_spend_limit=10**12))
    numbers = [number_of_type(me, "SHORT_CODE") for _number in range(2)]
    pool = factories.make_pool(me)
    PhoneNumber.objects.filter(pk__in=[number.pk for number in numbers]).update(pool=pool)
    weights = [{"outcome": "UNREACHABLE", "weight": 1}, {"outcome": "DELIVERED", "weight": 1}]
    put_handset_behaviour(me, scope="PREFIX", match="+120655500", outcomes=weights)
    row = checked(me, lines(int(count)), origination_identity=pool.pool_id, first_wait_seconds=60, wait_growth=1)
    start_bulk_send(me, bulk_send_id=row.bulk_send_id)


def doomed(seed: str) -> None:
    """Work, and die by SIGKILL at any moment of the half second after the first slice."""
    slice_of, chance, dying = Run.slice, random.Random(seed), threading.Event()

    def slice(self: Run, now: object) -> int:
        looked = slice_of(self, now)  # type: ignore[arg-type]
        if not dying.is_set():
            dying.set()
            threading.Timer(chance.uniform(0, 0.5), os.kill, (os.getpid(), signal.SIGKILL)).start()
        return looked

    Run.slice = slice  # type: ignore[assignment,method-assign]
    work.run_forever(threading.Event())


def hurry() -> None:
    """Let time run at 60 ×."""
    set_clock_rate(factories.make_caller(regional_account(ACCOUNT, REGION)), rate=60)


def state() -> None:
    """Everything that the test compares, as JSON."""
    rows = BulkSendRow.objects.order_by("number")
    said = {
        "status": BulkSend.objects.get().status,
        "rows": [
            [row.state, row.tries, [*row.earlier_message_ids, *([str(row.message_id)] if row.message_id else [])]]
            for row in rows
        ],
        "messages": [str(key) for key in Message.objects.values_list("pk", flat=True)],
        "final": Message.objects.filter(is_final=True).count(),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    {"make": make, "doomed": doomed, "hurry": hurry, "state": state}[sys.argv[1]](*sys.argv[2:])
