"""Fixtures that drive a real Chromium against the live server.

Whatever the page complains about (a violated content-security policy, an error in a script, a missing file, a server
error) fails the test that opened it. Wait for what the page shows (`expect(locator)`), never for time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from messaging.models import RegionalAccount
from messaging.permissions import Role
from tests import chromium, factories

FRAME = (".topbar", ".sidenav")  # around every page and the same on all: looked at by test_every_page and test_kit_axe
HEIGHTS = {1280: 800, 390: 844, 320: 640}
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (violation) =>
  console.error(`content-security policy: ${violation.violatedDirective} ${violation.blockedURI} ${violation.sample}`));
"""
LOADED_PARTS = {"stylesheet", "script", "image", "font"}


@dataclass
class Complaints:
    """What the pages of one test complained about."""

    found: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        # An answer with status 4xx is a refusal the test looks at itself; parts of pages are judged in `answer`.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.found.append(f"console: {message.text}")

    def answer(self, response: Response) -> None:
        part = response.request.resource_type in LOADED_PARTS
        if response.status >= 500 or (part and response.status >= 400):
            self.found.append(f"{response.status} {response.url}")

    def watch(self, page: Page) -> None:
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))
        page.on("response", self.answer)


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    try:
        with chromium.running() as browser:
            yield browser
    except chromium.NoChromium as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails the test at its end when a page complained; a test that provokes one clears `complaints.found`."""
    collected = Complaints()
    yield collected
    assert not collected.found, "The browser complained:\n" + "\n".join(collected.found)


@pytest.fixture
def console_url(live_server: Any, owner: RegionalAccount) -> Callable[[str], str]:
    """console_url("pools/") is the live server's address of a console page."""
    return lambda rest="": f"{live_server.url}/{owner.account_id}/{owner.region}/{rest}"


@pytest.fixture
def open_page(
    live_server: Any, owner: RegionalAccount, chromium_browser: Browser, complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """open_page(role=…, javascript=…, theme="light" or "dark", width=…) is a tab of a fresh browser profile.

    role=None opens it as a stranger. The profile's base URL is the live server.
    """
    contexts: list[BrowserContext] = []

    def open_tab(
        role: str | None = Role.ADMINISTRATOR, *, javascript: bool = True, theme: str = "light", width: int = 1280
    ) -> Page:
        context = chromium_browser.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            locale="en-US",
            timezone_id="UTC",
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.add_init_script(REPORT_VIOLATIONS)
        if role is not None:
            context.add_cookies([_session_cookie(owner, role, live_server.url)])  # type: ignore[list-item]
        tab = context.new_page()
        complaints.watch(tab)
        return tab

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A tab 1280 pixels wide, light, with JavaScript, signed in as an administrator."""
    return open_page()


def axe_findings(tab: Page, *rules: str, without: Sequence[str] = ()) -> list[str]:
    """What axe finds on the page, by all its rules or by some: one line each with rule, place, what is wrong.

    Elements that the selectors of `without` name are passed over, and what is in them.
    """
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    if not tab.evaluate("'axe' in window"):  # half a megabyte: once for each document
        tab.evaluate(AXE_SCRIPT)
    where = {"include": [["html"]], "exclude": [[selector] for selector in without]}
    found = tab.evaluate(
        "([where, options]) => axe.run(where, options).then((results) => results.violations)", [where, options]
    )
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))} – {violation['help']}"
        for violation in found
        for node in violation["nodes"]
    ]


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """axe(page) fails the test with everything axe finds on the page."""

    def check(tab: Page) -> None:
        found = axe_findings(tab)
        assert not found, f"{tab.url}\n" + "\n".join(found)

    return check


def scrolls_sideways(tab: Page) -> bool:
    """Whether the page as a whole is wider than its window."""
    return bool(tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def faults(tab: Page, *, without: Sequence[str] = ()) -> list[str]:
    """What is wrong with the page as it stands: by all of axe's rules wide and light, then narrow and dark.

    It is loaded once, and is wide and light again afterwards. Elements that the selectors of `without` name are passed
    over by axe, see axe_findings().
    """
    found = []
    for theme, width in (("light", 1280), ("dark", 320)):
        _show(tab, theme, width)
        found += [f"{tab.url}, {theme} at {width} pixels: {finding}" for finding in axe_findings(tab, without=without)]
    if scrolls_sideways(tab):
        found.append(f"{tab.url} scrolls sideways")
    _show(tab, "light", 1280)
    return found


# What moved by itself after it was painted, from the beginning of a page on.
WATCH_MOVES = """
window.moves = new PerformanceObserver((list) => moves.seen.push(...list.getEntries()));
moves.seen = [];
moves.observe({ type: "layout-shift", buffered: true });
"""


def moved(tab: Page) -> list[str]:
    """The elements that moved up or down while the page loaded. The script WATCH_MOVES must have been added before.

    Columns may still find their width: the rows of a long table are painted while others are on their way.
    """
    found: list[str] = tab.evaluate(
        """() => [...moves.seen, ...moves.takeRecords()].flatMap(({ sources }) => sources)
        .filter(({ previousRect: before, currentRect: now }) => Math.abs(now.top - before.top) >= 1)
        .map(({ node }) => (node?.closest?.("*") ?? node?.parentElement)?.outerHTML.slice(0, 90) ?? "something")"""
    )
    return found


def _show(tab: Page, theme: str, width: int) -> None:
    tab.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    tab.set_viewport_size({"width": width, "height": HEIGHTS[width]})


def _session_cookie(owner: RegionalAccount, role: str, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(factories.make_member(owner, role))
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }
