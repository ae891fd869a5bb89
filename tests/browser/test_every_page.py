"""What must hold on every page that needs no id, found by its URL: a new page is looked at from its first day."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver
from playwright.sync_api import Page

from messaging.caller import Caller
from tests import factories
from tests.browser_fixtures import axe_findings, scrolls_sideways
from tests.client import ConsoleClient

QUERIES = 12
SCOPE = "<account:account>/<slug:region>/"
NOT_PAGES = ("simulator/api/", "table", "export", "undo", "poll", "fragment", "download")


def plain_paths() -> list[str]:
    """Paths below an account and Region that take nothing else."""
    scope = next(
        entry for entry in get_resolver().url_patterns if isinstance(entry, URLResolver) and str(entry.pattern) == SCOPE
    )
    paths = [str(entry.pattern) for entry in scope.url_patterns if not isinstance(entry, URLResolver)]
    return sorted(path for path in paths if "<" not in path and not any(word in path for word in NOT_PAGES))


@pytest.fixture
def furnished(caller: Caller) -> None:
    """Something to show on every list."""
    pool = factories.make_pool(caller)
    number = factories.make_simulator_number(caller)
    factories.make_configuration_set(caller)
    factories.make_opt_out_list(caller, numbers=("+12065550142", "+12065550143"))
    for destination in (factories.SUCCESS, factories.FAILURE):
        factories.send(caller, destination, origination_identity=number.phone_number_id)
    factories.send(caller, "+14254147755", "Привет! " * 40, origination_identity=pool.pool_id)


def pages(client: ConsoleClient) -> list[str]:
    """The plain paths that answer a GET with a page."""
    found = []
    for path in plain_paths():
        answer = client.get(client.path(path))
        assert answer.status_code in (200, 302, 303, 405), f"{path}: {answer.status_code}"
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            found.append(path)
    return found


@pytest.mark.usefixtures("furnished")
def test_pages_take_few_queries(client_in: ConsoleClient) -> None:
    many = {}
    for path in pages(client_in):
        with CaptureQueriesContext(connection) as captured:
            client_in.get(client_in.path(path))
        if len(captured) > QUERIES:
            many[path] = len(captured)
    assert not many


@pytest.mark.browser
@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(theme: str, client_in: ConsoleClient, open_page: Callable[..., Page]) -> None:
    tab, found = open_page(theme=theme), []
    for path in pages(client_in):
        tab.goto(client_in.path(path))
        found += [f"{path} {finding}" for finding in axe_findings(tab)]
    assert not found, "\n".join(found)


@pytest.mark.browser
@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("width", [320, 390])
def test_narrow_windows_do_not_scroll_sideways(
    width: int, client_in: ConsoleClient, open_page: Callable[..., Page]
) -> None:
    tab, wide = open_page(width=width), []
    for path in pages(client_in):
        tab.goto(client_in.path(path))
        if scrolls_sideways(tab):
            wide.append(path)
    assert not wide


@pytest.mark.browser
@pytest.mark.usefixtures("furnished")
def test_pages_show_their_heading_without_scripts(client_in: ConsoleClient, open_page: Callable[..., Page]) -> None:
    tab = open_page(javascript=False)
    for path in pages(client_in):
        answer: Any = tab.goto(client_in.path(path))
        assert answer.status == 200, path
        assert tab.locator("h1").inner_text().strip(), path
