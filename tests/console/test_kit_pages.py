"""The frame, error pages, search, help, the components page."""

import gzip

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from console import icons, refusals, scripts
from console.views import errors, help
from messaging.errors import Conflict, Denied, Invalid, NotFound, OverQuota, Throttled
from messaging.models import Pool
from messaging.operations.phone_numbers import request_phone_number
from registrations.operations.registrations import create_registration
from registrations.operations.support_cases import create_support_case
from tests import factories
from tests.pagecheck import problems_of

NAVIGATION_SLOTS = ('id="flash"', 'id="flash-alert"', 'id="dialog"', 'id="help"', 'class="skip"', 'id="main"')


def test_the_frame_has_its_slots_and_places(client_in) -> None:
    html = client_in.get(client_in.path("search/")).content.decode()
    for slot in NAVIGATION_SLOTS:
        assert slot in html
    assert '<html lang="en" dir="ltr" data-density="comfortable">' in html
    assert '"historyCacheSize":0' in html
    assert "X-CSRFToken" in html


def test_the_frame_asks_few_queries(client_in, django_assert_max_num_queries) -> None:
    client_in.get(client_in.path("search/"))
    with django_assert_max_num_queries(8):
        client_in.get(client_in.path("search/"))


def test_a_page_stays_light(client_in) -> None:
    html = client_in.get(client_in.path("search/")).content
    assert len(html) <= 60_000
    assert len(gzip.compress(html, 6)) <= 10_000


def test_the_switchers_keep_the_area_of_the_page(client_in) -> None:
    html = client_in.get(client_in.path("search/")).content.decode()
    assert 'href="/123456789012/eu-west-1/search/"' in html


def test_the_sandbox_badge_leads_to_its_limits(client_in, owner) -> None:
    assert "bar-badge" not in client_in.get(client_in.path("search/")).content.decode()
    type(owner).objects.filter(pk=owner.pk).update(tier="SANDBOX")
    assert 'class="bar-badge" href="/help/sandbox/"' in client_in.get(client_in.path("search/")).content.decode()


def test_the_sprite_is_cached_for_good_under_its_own_address(client) -> None:
    answer = client.get(f"/ui/icons.{icons.digest()}.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert 'id="check-circle"' in answer.content.decode()
    assert "immutable" not in client.get("/ui/icons.old.svg").headers["Cache-Control"]
    assert len(gzip.compress(answer.content, 9)) <= 6_000


def test_the_script_is_one_answer_cached_for_good_under_its_own_address(client) -> None:
    page = client.get("/user/login/").content.decode()
    assert page.count("/ui/app.") == 1 and f'<script src="{scripts.address()}" defer>' in page
    plain = client.get(scripts.address())
    packed = client.get(scripts.address(), headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(packed.content) == plain.content and packed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in plain.headers["Cache-Control"] and plain.headers["Vary"].startswith("Accept-Encoding")
    assert "immutable" not in client.get("/ui/app.old.js").headers["Cache-Control"]


def test_the_components_are_shown_in_debug_only(client_in, settings) -> None:
    assert client_in.get("/ui/").status_code == 404
    settings.DEBUG = True
    page = client_in.get("/ui/")
    assert page.status_code == 200
    fragment = client_in.fragment("/ui/", headers={"HX-Target": "dialog"}).content.decode()
    assert "<html" not in fragment
    assert 'commandfor="dialog"' in fragment


# Errors


def test_an_address_that_leads_nowhere_is_404_and_says_what_to_do(client_in) -> None:
    answer = client_in.get(client_in.path("no-such-page/"))
    assert answer.status_code == 404
    assert "What to do" in answer.content.decode()


def test_the_search_finds_an_action_by_any_of_its_words(client_in) -> None:
    assert "Create phone pool" in client_in.get(client_in.path("search/?q=create+pool")).content.decode()
    assert "Create phone pool" not in client_in.get(client_in.path("search/?q=create+nothing")).content.decode()


@pytest.mark.parametrize("account", ["999999999999/us-east-1/search/", "123456789012/nowhere-1/search/"])
def test_no_access_reads_as_404(client_in, account: str) -> None:
    assert client_in.get(f"/{account}").status_code == 404


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (NotFound("pool", "pool-1"), 404),
        (Denied("No.", next_step="Ask."), 403),
        (Conflict("In use.", reason="RESOURCE_NOT_EMPTY"), 409),
        (OverQuota("Full.", reason="POOLS_PER_ACCOUNT"), 409),
        (Invalid("Wrong."), 422),
        (Throttled("Too fast.", retry_seconds=2.2), 429),
    ],
)
def test_a_refusal_is_a_page_with_its_status_reason_and_next_step(rf: RequestFactory, refusal, status: int) -> None:
    answer = refusals.refused(rf.get("/"), refusal)
    html = answer.content.decode()
    assert answer.status_code == status
    assert problems_of(html) == []
    assert str(refusal).split("“")[0] in html
    assert refusal.reason in html
    if refusal.next_step:
        assert str(refusal.next_step) in html


def test_too_fast_says_how_long_to_wait(rf: RequestFactory) -> None:
    answer = refusals.refused(rf.get("/"), Throttled("Too fast.", retry_seconds=2.2))
    assert answer.headers["Retry-After"] == "3"
    assert "Try again in 3 seconds." in answer.content.decode()


def test_a_fragment_gets_the_refusal_as_one_message(client_in, rf: RequestFactory) -> None:
    request = rf.get("/", headers={"HX-Request": "true"})
    from django_htmx.middleware import HtmxDetails

    request.htmx = HtmxDetails(request)
    html = refusals.refused(request, Conflict("In use.")).content.decode()
    assert "<html" not in html
    assert "data-flash" in html


def test_a_permission_page_says_which_roles_may(signed_in) -> None:
    viewer = signed_in("VIEWER")
    answer = viewer.get(viewer.path("access-keys/"))
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "DescribeAccessKeys" in html
    assert "Administrator" in html


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.not_found, 404),
        (errors.too_large, 413),
        (errors.server_error, 500),
        (errors.unavailable, 503),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_error_has_a_page(rf: RequestFactory, view, status: int, language: str) -> None:
    with translation.override(language):
        answer: HttpResponse = view(rf.get("/"))
    assert answer.status_code == status
    assert problems_of(answer.content.decode()) == []


def test_an_error_of_ours_names_its_request(rf: RequestFactory) -> None:
    answer = errors.server_error(rf.get("/"))
    assert answer.headers["X-Request-Id"] in answer.content.decode()


def test_a_database_that_does_not_answer_is_503_with_how_long_to_wait(rf: RequestFactory) -> None:
    try:
        raise OperationalError
    except OperationalError:
        answer = errors.server_error(rf.get("/"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"


def test_a_form_with_an_old_token_is_kept_but_no_secret(owner, member) -> None:
    from tests.client import ConsoleClient

    person = member()
    client = ConsoleClient(owner, person, enforce_csrf_checks=True)
    client.force_login(person)
    typed = {"note": "typed <b>", "iso_country_code": "ID", "new_password": "hush", "verification_code": "1357"}
    answer = client.post(client.path("settings/"), {**typed, "code": "2468", "csrfmiddlewaretoken": "old"})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert 'name="note" value="typed &lt;b&gt;"' in html
    assert 'name="iso_country_code" value="ID"' in html
    assert not any(secret in html for secret in ("hush", "1357", "2468"))
    assert "Send again" in html


# Search


@pytest.mark.parametrize(
    ("query", "found"), [("pool", "Phone pools"), ("PHONE NUM", "Phone numbers"), ("zzzz", "Nothing found")]
)
def test_search_finds_pages_by_any_of_their_words(client_in, query: str, found: str) -> None:
    assert found in client_in.get(client_in.path("search/"), {"q": query}).content.decode()


def test_search_finds_numbers_ids_and_arns(client_in, caller, clock) -> None:
    number = request_phone_number(
        caller,
        iso_country_code="US",
        message_type="TRANSACTIONAL",
        number_capabilities=["SMS"],
        number_type="SIMULATOR",
    )
    for query in (number.phone_number, number.phone_number[1:8], number.phone_number_id[:12], number.arn):
        html = client_in.get(client_in.path("search/"), {"q": query}).content.decode()
        assert f"phone-numbers/{number.phone_number_id}/" in html, query
    elsewhere = number.arn.replace("us-east-1", "eu-west-1")
    assert number.phone_number_id not in _results(client_in, elsewhere)


def test_search_finds_everything_that_has_an_id(client_in, caller, clock) -> None:
    protect = factories.make_protect_configuration(caller, "Only home")
    sender = factories.make_sender_id(caller, "MYSHOP")
    verified = factories.make_verified_number(caller)
    case = create_support_case(
        caller,
        flow="quota_increase",
        answers={},
        requests=[{"region": caller.region, "quota": "pools", "new_value": 30}],
        description="We have many brands.",
    )
    registration = create_registration(caller, registration_type="US_TOLL_FREE_REGISTRATION")
    for query, path in (
        (protect.name, f"protect-configurations/{protect.name}/"),
        ("only home", f"protect-configurations/{protect.name}/"),
        (protect.arn, f"protect-configurations/{protect.name}/"),
        (sender.arn, "sender-ids/GB/MYSHOP/"),
        (verified.name[:30], f"verified-numbers/{verified.name}/"),
        (case.case_id[:12], f"support-cases/{case.case_id}/"),
        (registration.arn, f"registrations/{registration.name}/"),
    ):
        assert client_in.path(path) in _results(client_in, query), query


def test_search_finds_pages_that_the_side_navigation_does_not_have(client_in, signed_in) -> None:
    assert client_in.path("statistics/") in _results(client_in, "statist")
    assert client_in.path("settings/connections/") in _results(client_in, "connections")
    assert "settings/connections/" not in _results(signed_in("VIEWER"), "connections")


def test_search_stays_within_its_queries(client_in, caller, clock, django_assert_max_num_queries) -> None:
    factories.make_pool(caller)
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path("search/"), {"q": "promo"})


def _results(client, query: str) -> str:
    html: str = client.fragment(client.path("search/"), {"q": query}).content.decode()
    return html


def test_search_answers_htmx_with_options_alone(client_in) -> None:
    html = _results(client_in, "pool")
    assert "<html" not in html
    assert 'role="option"' in html


def test_search_offers_only_what_one_may_do(signed_in) -> None:
    assert "Create phone pool" in _results(signed_in("OPERATOR"), "create")
    assert "Create phone pool" not in _results(signed_in("VIEWER"), "create")


def test_search_never_shows_another_account(client_in, other_owner) -> None:
    assert Pool.objects.filter(owner=other_owner).count() == 0
    assert f"/{other_owner.account_id}/" not in _results(client_in, other_owner.account_id)


# Help


@pytest.mark.parametrize("slug", sorted(help.TOPICS))
def test_every_topic_is_a_page_and_a_panel(client_in, slug: str) -> None:
    assert client_in.get(f"/help/{slug}/").status_code == 200
    panel = client_in.fragment(f"/help/{slug}/", headers={"HX-Target": "help"}).content.decode()
    assert "<html" not in panel
    assert "data-close-help" in panel
    assert (
        "data-close-help" not in client_in.fragment(f"/help/{slug}/", headers={"HX-Target": "dialog"}).content.decode()
    )


def test_related_topics_exist() -> None:
    assert {other for topic in help.TOPICS.values() for other in topic.more} <= set(help.TOPICS)


def test_an_unknown_topic_is_404(client_in) -> None:
    assert client_in.get("/help/no-such-topic/").status_code == 404


def test_help_is_open_before_sign_in(stranger) -> None:
    assert stranger.get("/help/").status_code == 200


def test_the_language_before_sign_in_is_remembered(stranger) -> None:
    answer = stranger.post("/language/", {"language": "es", "next": "/help/"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/help/"
    assert answer.cookies["switchboard_language"].value == "es"
    assert stranger.post("/language/", {"language": "es", "next": "https://elsewhere.test/"}).headers["Location"] == "/"
