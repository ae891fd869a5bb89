"""What must hold on every console page. Pages are found by following links, one page for each URL name, so that a new
page is looked at from its first day; of pages that no link leads to, those without arguments are looked at too.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page

from messaging.caller import Caller
from messaging.models import Activity
from messaging.operations.event_destinations import create_event_destination
from messaging.operations.message_templates import register_message_template
from messaging.operations.protect_rules import put_protect_configuration_rule_set_number_override
from messaging.operations.verified_numbers import create_verified_destination_number
from registrations.operations.support_cases import create_support_case
from registrations.operations.versions import create_registration_version
from tests import factories
from tests.browser_fixtures import FRAME, WATCH_MOVES, faults, moved
from tests.client import ConsoleClient
from tests.media_samples import png
from tests.messaging.bulk_sends import checked, lines
from tests.registrations import forms

QUERIES = 12
PARTS = 2  # the walk takes minutes: its parts are shared out among the workers of a run
WITH_FRAME = 10  # one page in so many is looked at with the frame around it, and without scripts
HTML_BYTES = 60 * 1024
HEAVIER = {"protect-rules": 85 * 1024}  # every country with its rule on each channel
SCOPE = "<account:account>/<slug:region>/"
LINK = re.compile(r'(?:href|hx-get|hx-post|action|formaction)="([^"#]+)')


@pytest.fixture
def furnished(caller: Caller) -> None:
    """Something to show on every list."""
    pool = factories.make_pool(caller)
    number = factories.make_simulator_number(caller)
    factories.make_configuration_set(caller, "otp")
    create_event_destination(
        caller,
        configuration_set_name="otp",
        event_destination_name="topic",
        matching_event_types=["ALL"],
        sns_destination={"topic_arn": f"arn:aws:sns:{caller.region}:{caller.account_id}:messages"},
    )
    configuration = factories.make_protect_configuration(caller, "Codes")
    put_protect_configuration_rule_set_number_override(
        caller,
        protect_configuration_id=configuration.name,
        destination_phone_number="+12065550142",
        action="BLOCK",
    )
    factories.make_opt_out_list(caller, numbers=("+12065550142", "+12065550143"))
    create_verified_destination_number(caller, destination_phone_number="+12065550199")
    for destination in (factories.SUCCESS, factories.FAILURE):
        factories.send(caller, destination, origination_identity=number.phone_number_id)
    factories.send(caller, "+14254147755", "Привет! " * 40, origination_identity=pool.pool_id)
    create_support_case(
        caller,
        flow="quota_increase",
        answers={},
        requests=[{"region": caller.region, "quota": "pools", "new_value": 30}],
        description="We have many brands.",
    )
    factories.send_media(caller, factories.make_media_file(caller, png()).url)
    checked(caller, lines(3), origination_identity=pool.pool_id)
    register_message_template(
        caller, iso_country_code="CN", message_template="Your code is {#var#}.", entity_id="", template_id=""
    )
    _registrations(caller)


def _registrations(caller: Caller) -> None:
    """One that was returned with a reason, a second version of it that waits for its review, and a draft."""
    forms.by_hand(caller, forms.BRAND)
    returned = forms.make_registration(caller, forms.BRAND)
    forms.submit(caller, returned)
    forms.decide(caller, returned, {"field_path": "companyInfo.taxId", "reason": "OTHER", "note": "Not the company's."})
    create_registration_version(caller, registration_id=returned.registration_id)
    forms.submit(caller, returned)
    forms.make_registration(caller, forms.TOLL_FREE)


def is_page(headers: object) -> bool:
    return str(headers.get("Content-Type", "")).startswith("text/html")  # type: ignore[attr-defined]


def plain_paths() -> list[str]:
    """Paths below an account and Region that take nothing else: where the walk begins, beside the links it finds."""
    entries = get_resolver().url_patterns
    scope = next(entry for entry in entries if isinstance(entry, URLResolver) and str(entry.pattern) == SCOPE)
    paths = [str(entry.pattern) for entry in scope.url_patterns if isinstance(entry, URLPattern)]
    return sorted(path for path in paths if "<" not in path and not path.startswith("simulator/api/"))


def pages(client: ConsoleClient) -> dict[str, str]:
    """URL name -> path of every page that answers a GET."""
    return {name: path for name, path, is_whole in walk(client) if is_whole}


def walk(client: ConsoleClient) -> Iterator[tuple[str, str, bool]]:
    """URL name, path and whether a GET answers with a whole page, of everything that links and forms lead to."""
    waiting = deque([*(client.path(path) for path in plain_paths()), settings.LOGIN_REDIRECT_URL])
    seen: set[str] = set()
    while waiting:
        path = waiting.popleft()
        try:
            name = resolve(urlsplit(path).path).view_name
        except Resolver404:
            continue
        if name in seen or "logout" in name or "download" in name:
            continue
        seen.add(name)
        answer = client.get(path)
        assert answer.status_code in (200, 302, 303, 404, 405), f"{path}: {answer.status_code}"
        if answer.status_code != 200 or not is_page(answer.headers) or answer.streaming:
            yield name, path, False
            continue
        body = answer.content.decode()
        yield name, path, body.lstrip().startswith("<!doctype html>")
        waiting += [link.replace("&amp;", "&") for link in LINK.findall(body) if link.startswith("/")]


@pytest.mark.usefixtures("furnished")
def test_pages_are_light_and_have_their_heading_in_the_title(client_in: ConsoleClient) -> None:
    wrong = []
    for name, path in pages(client_in).items():
        with CaptureQueriesContext(connection) as captured:
            answer = client_in.get(path)
        body = answer.content.decode()
        title, heading = re.search(r"<title>([^<]*)", body), re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
        if len(captured) > QUERIES:
            wrong.append(f"{path}: {len(captured)} queries")
        if len(answer.content) > HEAVIER.get(name, HTML_BYTES):
            wrong.append(f"{path}: {len(answer.content)} bytes of HTML")
        if not title or not title[1].strip().endswith("Switchboard"):
            wrong.append(f"{path}: the title is {title and title[1]}")
        if not heading or not heading[1].strip():
            wrong.append(f"{path}: the heading is empty")
    assert not wrong, "\n".join(wrong)


@pytest.mark.browser
@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("part", range(PARTS))
def test_pages_hold_in_every_window(client_in: ConsoleClient, open_page: Callable[..., Page], part: int) -> None:
    """Both themes, 1280 and 320 pixels, with scripts and, some of them, without; nothing moves while a page loads.

    What a page writes to the browser's console, or its security policy refuses, fails too. The frame is the same on
    all pages and half the work, so it is looked at on some.
    """
    tab, plain, found = open_page(), open_page(javascript=False), []
    tab.add_init_script(WATCH_MOVES)
    for number, path in enumerate(list(pages(client_in).values())[part::PARTS]):
        whole = number % WITH_FRAME == 0
        tab.goto(path)
        found += [f"{path} moves while it loads: {element}" for element in moved(tab)]
        found += faults(tab, without=() if whole else FRAME)
        if whole:
            plain.goto(path, wait_until="commit")
            if not plain.locator("h1").inner_text().strip():
                found.append(f"{path} shows nothing without scripts")
    assert not found, "\n".join(found)


# What a reviewer may post to: the review, and what is everybody's own.
REVIEWERS_POST = re.compile(
    r"review-(claim|detail|next|draft|release|renew|step|decision|revoke|take-over|case-detail)|account_|mfa_|settings$|preferences-"
    r"|notification-read|lookup-many$|message-parts$|view-|table-|exports?-"
)
REVIEWERS_ROWS = {"Activity", "NotificationRead", "NotificationReader", "ReviewClaim", "VersionStep"}


@pytest.mark.usefixtures("furnished")
def test_who_only_reviews_changes_nothing_else(
    client_in: ConsoleClient, signed_in: Callable[..., ConsoleClient]
) -> None:
    """Every path that links and forms lead to, asked for and posted to by a reviewer."""
    reviewer, wrong = signed_in("REVIEWER"), []
    paths = {name: path for name, path, _is_whole in walk(client_in)}
    before = counts()
    for name, path in paths.items():
        got, posted = reviewer.get(path).status_code, reviewer.post(path, {}).status_code
        if got not in (200, 302, 303, 403, 404, 405):
            wrong.append(f"GET {name} {path}: {got}")
        if posted not in (403, 404, 405) and (posted >= 500 or not REVIEWERS_POST.match(name)):
            wrong.append(f"POST {name} {path}: {posted}")
    assert not wrong, "\n".join(wrong)
    assert len(paths) > 200 and {"pool-delete", "registration-section", "review-next", "access-key-create"} <= set(
        paths
    )
    done = Activity.objects.filter(actor=reviewer.caller.actor, refused="").values_list("operation", flat=True)
    assert set(done) <= {"ClaimNextReview", "ClaimRegistrationReview"}
    assert {name for name, count in counts().items() if count != before[name]} <= REVIEWERS_ROWS


def counts() -> dict[str, int]:
    """How many rows there are of each kind."""
    models = (model for app in ("messaging", "registrations") for model in apps.get_app_config(app).get_models())
    return {model.__name__: model._default_manager.count() for model in models}
