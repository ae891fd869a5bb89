"""Pages over HTTP: the lists of messages and events at two sizes (7, 8), the part preview (11), the export (15)."""

import http.client
import os
import re
import statistics
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from time import perf_counter
from urllib.parse import quote, urlencode

from tests.benchmarks import inside
from tests.benchmarks.measure import CONTROL, QUICK, Result, at_least, at_most, compared, interleaved
from tests.installation import ACCOUNT, USER, Installation

FEW, MANY = 1_000, int(os.environ.get("ROWS") or (50_000 if QUICK else 1_000_000))
SMALL, LARGE = "us-east-1", inside.LARGE
REQUESTS, PASSES = (10, 1) if QUICK else (5, 7)
CSRF, ADMIN = "b" * 32, "admin"
SIGN_IN = f"""
from django.contrib.auth import get_user_model
from django.test import Client
client = Client()
client.force_login(get_user_model().objects.get(username="{USER}"))
print("session", client.cookies["switchboard_session"].value)
"""


def session_of(here: Installation) -> str:
    """The cookie of a signed-in session of the installation's administrator."""
    found = re.search(r"^session (\S+)$", here.manage("shell", "-v", "0", "-c", SIGN_IN), re.MULTILINE)
    assert found
    return found[1]


class Browser:
    """One kept connection with the administrator's cookies."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.headers = {
            "Cookie": f"switchboard_session={session}; switchboard_csrf={CSRF}",
            "Accept-Encoding": "identity",
        }

    def fetch(self, path: str, form: dict[str, str] | None = None) -> bytes:
        """The body of a page that answers 200."""
        headers = dict(self.headers)
        if form is None:
            self.connection.request("GET", path, headers=headers)
        else:
            headers |= {"X-CSRFToken": CSRF, "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
            self.connection.request("POST", path, urlencode(form), headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, f"{path}: {answer.status} {body[:300]!r}"
        return body

    def timed(self, path: str, form: dict[str, str] | None = None) -> Callable[[], float]:
        """The median of some requests, in milliseconds."""

        def run() -> float:
            times = []
            for _ in range(REQUESTS):
                began = perf_counter()
                self.fetch(path, form)
                times.append((perf_counter() - began) * 1000)
            return statistics.median(times)

        return run


def _deep() -> str:
    """A cursor fifteen days back, as the pager writes it."""
    at = datetime.now(UTC) - timedelta(days=15)
    key = uuid.UUID(int=int(at.timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62)
    return quote(f"{key}~{key}")


def lists(ours: Browser, floor: Browser) -> Iterator[list[Result]]:
    """Rows 7 and 8."""
    shared = {"first page": "", "deep": f"&after={_deep()}", "prefix search": "&q=%2B12065"}
    variants = {
        "messages": {**shared, "token filter": "&f=" + quote("status:=:BLOCKED")},
        "events": {
            **shared,
            "token filter": "&f=" + quote("event-type:=:TEXT_BLOCKED"),
            "filter through the message": "&f=" + quote("iso-country-code:=:US") + "&f=" + quote("final:=:true"),
        },
    }
    for page, name, query in [(page, *variant) for page, named in variants.items() for variant in named.items()]:
        figures = interleaved(
            {
                "ours": ours.timed(f"/{ACCOUNT}/{LARGE}/{page}/?size=50{query}"),
                "floor": ours.timed(f"/{ACCOUNT}/{SMALL}/{page}/?size=50{query}"),
                CONTROL: ours.timed(f"/{ACCOUNT}/{SMALL}/{page}/?size=50{query}"),
            },
            passes=PASSES,
        )
        yield [
            compared(
                "7", f"{page}, {name}, {MANY:,} messages", f"{FEW:,} messages", figures, unit="ms",
                passes=PASSES, must=at_most(1.2 if MANY <= 1_000_000 else 1.5), reach=at_most(1.15),
            )
        ]  # fmt: skip
    figures = interleaved(
        {
            "ours": ours.timed(f"/{ACCOUNT}/{LARGE}/messages/?size=50"),
            "floor": floor.timed(f"/{LARGE}/"),
            CONTROL: floor.timed(f"/{LARGE}/"),
            ADMIN: floor.timed("/admin/messaging/message/"),
        },
        passes=PASSES,
    )
    yield [
        compared(
            "8", f"messages, first page, {MANY:,} rows", "plain keyset page", figures, unit="ms",
            passes=PASSES, must=at_most(2.0), reach=at_most(1.3),
        ),
        compared(
            "8", f"messages, first page, {MANY:,} rows", "plain Django admin changelist", figures, unit="ms",
            floor=ADMIN, passes=PASSES, must=at_most(0.5), reach=at_most(0.25),
        ),
    ]  # fmt: skip


def preview(ours: Browser, floor: Browser) -> list[Result]:
    """Row 11."""
    form = {"message_body": "Your parcel arrives on Monday. " * 49, "csrfmiddlewaretoken": CSRF}
    figures = interleaved(
        {
            "ours": ours.timed(f"/{ACCOUNT}/{SMALL}/message-parts/", form),
            "floor": floor.timed("/bare/", form),
            CONTROL: floor.timed("/bare/", form),
        },
        passes=PASSES,
    )
    return [
        compared(
            "11", "part preview round trip, 1,519 characters", "bare view, default middleware, same form", figures,
            unit="ms", passes=PASSES, must=at_most(3), reach=at_most(1.7),
        )
    ]  # fmt: skip


def run(database_url: str = "") -> Iterator[list[Result]]:
    with Installation(database_url=database_url) as here:
        here.prepare()
        session = session_of(here)
        for region, count in ((SMALL, FEW), (LARGE, MANY)):
            here.manage("shell", "-v", "0", "-c", f"from tests.benchmarks.seed import seed; seed('{region}', {count})")
        yield [
            compared(
                "15", f"CSV export, {inside.EXPORTED:,} of {MANY:,} rows", "raw cursor to a socket",
                inside.measured(here, "export"), unit="rows a second", must=at_least(0.2), reach=at_least(0.5),
            )
        ]  # fmt: skip
        here.serve()
        settings = {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.pages_floor_settings"}
        here.environment |= settings
        address = here.serve("floor", "tests.benchmarks.floor_wsgi:application")
        ours, floor = Browser(here.port, session), Browser(int(address.rsplit(":", 1)[1]), session)
        yield from lists(ours, floor)
        yield preview(ours, floor)
