"""A person's settings, and the top bar's small changes of them."""

from collections.abc import Callable
from typing import Any

import pytest

from console.models import Preferences
from console.operations.preferences import time_zones, update_preferences
from messaging.caller import Caller
from messaging.errors import Invalid, NotFound
from messaging.models import Activity
from tests.client import ConsoleClient

pytestmark = pytest.mark.django_db
WHOLE = {
    "theme": "dark",
    "density": "compact",
    "language": "es",
    "time_zone": "Asia/Jakarta",
    "show_utc": "on",
}


def test_the_page(signed_in: Callable[..., ConsoleClient], django_assert_max_num_queries: Any) -> None:
    client = signed_in("VIEWER")
    client.get(client.path("settings/"))
    with django_assert_max_num_queries(12):
        text = client.get(client.path("settings/")).content.decode()
    for link in ("/user/password/change/", "/user/2fa/", "/user/sessions/", "/members/roles/"):
        assert link in text
    assert len(text) < 60_000


def test_saves_everything(client_in: ConsoleClient) -> None:
    response = client_in.post(client_in.path("settings/"), WHOLE)
    assert (response.status_code, response.headers["Location"]) == (303, client_in.path("settings/"))
    saved = Preferences.objects.get(user=client_in.user)
    assert (saved.theme, saved.density, saved.language, saved.time_zone) == ("dark", "compact", "es", "Asia/Jakarta")
    assert saved.show_utc and not saved.single_key_shortcuts
    assert response.cookies["switchboard_theme"].value == "dark"
    assert response.cookies["switchboard_language"]["httponly"]
    text = client_in.get(client_in.path("settings/")).content.decode()
    assert 'lang="es"' in text and 'data-theme="dark"' in text and 'data-density="compact"' in text


@pytest.mark.parametrize(
    "wrong", [{"theme": "pink"}, {"time_zone": "Mars/Olympus"}, {"language": "xx"}, {"density": ""}, {"theme": ""}]
)
def test_an_invalid_form_is_422(client_in: ConsoleClient, wrong: dict[str, str]) -> None:
    response = client_in.post(client_in.path("settings/"), {**WHOLE, **wrong})
    assert response.status_code == 422
    assert not Preferences.objects.filter(theme="dark").exists()


def test_follows_system_and_browser_again(client_in: ConsoleClient) -> None:
    client_in.post(client_in.path("settings/"), WHOLE)
    response = client_in.post(client_in.path("settings/"), {**WHOLE, "theme": "system", "language": "system"})
    saved = Preferences.objects.get()
    assert (saved.theme, saved.language) == ("", "")
    assert response.cookies["switchboard_theme"]["max-age"] == 0
    assert "data-theme" not in client_in.get(client_in.path("settings/")).content.decode()


def test_a_row_is_made_on_the_first_change_only(client_in: ConsoleClient) -> None:
    client_in.get("/")
    assert not Preferences.objects.exists()
    client_in.post(client_in.path("settings/preferences/"), {"theme": "light", "next": client_in.path("settings/")})
    assert Preferences.objects.get().theme == "light"


def test_the_top_bar_changes_one_thing_and_returns(client_in: ConsoleClient) -> None:
    here = client_in.path("members/roles/?q=pool")
    client_in.post(client_in.path("settings/"), WHOLE)
    response = client_in.post(client_in.path("settings/preferences/"), {"show_utc": "false", "next": here})
    assert (response.status_code, response.headers["Location"]) == (303, here)
    saved = Preferences.objects.get()
    assert (saved.show_utc, saved.theme, saved.time_zone) == (False, "dark", "Asia/Jakarta")


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_top_bar_leads_nowhere_else(client_in: ConsoleClient, elsewhere: str) -> None:
    response = client_in.post(client_in.path("settings/preferences/"), {"theme": "dark", "next": elsewhere})
    assert (response.status_code, response.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("wrong", [{"theme": "pink"}, {"show_utc": "maybe"}, {"density": "huge"}])
def test_the_top_bar_refuses_nonsense(client_in: ConsoleClient, wrong: dict[str, str]) -> None:
    assert client_in.post(client_in.path("settings/preferences/"), wrong).status_code == 400
    assert not Preferences.objects.exists()


def test_a_script_gets_no_redirect(client_in: ConsoleClient) -> None:
    response = client_in.fragment(
        client_in.path("settings/preferences/"), {"navigation_collapsed": "true"}, method="post"
    )
    assert response.status_code == 204
    assert Preferences.objects.get().navigation_collapsed


def test_strangers_and_get_are_refused(stranger: ConsoleClient, client_in: ConsoleClient) -> None:
    assert stranger.post(stranger.path("settings/preferences/"), {"theme": "dark"}).status_code == 302
    assert client_in.get(client_in.path("settings/preferences/")).status_code == 405


def test_times_follow_the_person(client_in: ConsoleClient) -> None:
    client_in.post(client_in.path("settings/"), {**WHOLE, "language": "en", "show_utc": ""})
    assert "+07:00" in client_in.get("/user/sessions/").content.decode()
    client_in.post(client_in.path("settings/preferences/"), {"show_utc": "true"})
    assert "+00:00" in client_in.get("/user/sessions/").content.decode()


def test_an_unknown_stored_time_zone_reads_as_utc(client_in: ConsoleClient) -> None:
    Preferences.objects.create(user=client_in.user, time_zone="Mars/Olympus")
    assert "+00:00" in client_in.get("/user/sessions/").content.decode()
    assert client_in.get(client_in.path("settings/")).status_code == 200


def test_preferences_are_no_activity(client_in: ConsoleClient) -> None:
    client_in.post(client_in.path("settings/"), WHOLE)
    assert not Activity.objects.exists()


def test_the_operation_refuses(caller: Caller, client_in: ConsoleClient) -> None:
    with pytest.raises(NotFound):
        update_preferences(caller, theme="dark")
    assert client_in.caller is not None
    with pytest.raises(Invalid) as refused:
        update_preferences(client_in.caller, theme="pink", density="huge")
    assert set(refused.value.fields) == {"theme", "density"}


def test_time_zones_are_places() -> None:
    zones = time_zones()
    assert zones[0] == "UTC" and "Asia/Jakarta" in zones and "America/Argentina/Buenos_Aires" in zones
    assert not [zone for zone in zones if zone.startswith(("posix", "Etc/", "US/", "SystemV"))]
