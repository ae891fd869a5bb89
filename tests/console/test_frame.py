"""What the frame remembers shows nothing of another request, person or role."""

import re
from typing import Any

import pytest
from django.test import override_settings

from console import frame
from console.models import Membership, Preferences
from messaging.models import RegionalAccount

pytestmark = pytest.mark.django_db
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def text_of(client: Any, path: str) -> str:
    return str(client.get(path).content.decode())


@pytest.fixture
def path(owner: RegionalAccount) -> str:
    return f"/{owner.account_id}/{owner.region}/opt-out-lists/"


def test_each_answer_has_a_token_and_an_address_of_its_own(client_in: Any, path: str) -> None:
    first, second = text_of(client_in, f"{path}?q=one%22"), text_of(client_in, f"{path}?q=two")
    assert 'name="next" value="' + path + '?q=one%22"' in first
    assert 'name="next" value="' + path + '?q=two"' in second
    assert set(TOKENS.findall(first)).isdisjoint(TOKENS.findall(second))
    assert frame.TOKEN not in first + second and frame.HERE not in first + second


def test_what_a_person_changes_shows_at_once(client_in: Any, path: str, owner: RegionalAccount) -> None:
    assert 'value="dark" aria-pressed="false"' in text_of(client_in, path)
    Preferences.objects.update_or_create(user=client_in.user, defaults={"theme": "dark", "language": "es"})
    text = text_of(client_in, path)
    assert 'value="dark" aria-pressed="true"' in text and 'lang="es"' in text
    owner.account.name = "Renamed & co"
    owner.account.save()
    assert "Renamed &amp; co" in text_of(client_in, path)


def test_a_role_sees_its_own_links(signed_in: Any, path: str) -> None:
    test_send = path.replace("opt-out-lists", "test-send")
    assert test_send in text_of(signed_in("OPERATOR"), path)
    assert test_send not in text_of(signed_in("VIEWER"), path)


def test_a_changed_role_and_a_removed_member_count_at_once(client_in: Any, path: str) -> None:
    test_send = path.replace("opt-out-lists", "test-send")
    assert test_send in text_of(client_in, path)
    Membership.objects.filter(user=client_in.user).update(role="VIEWER")
    assert test_send not in text_of(client_in, path)
    Membership.objects.filter(user=client_in.user).delete()
    assert client_in.get(path).status_code == 404


def test_an_ended_session_counts_at_once(client_in: Any, path: str) -> None:
    from django.contrib.sessions.models import Session

    assert client_in.get(path).status_code == 200
    Session.objects.all().delete()
    assert client_in.get(path).status_code == 302


def test_templates_being_written_are_rendered_every_time() -> None:
    made = iter("abc")
    assert [frame.kept("written", lambda: next(made)) for _time in range(2)] == ["a", "a"]
    with override_settings(DEBUG=True):
        assert frame.kept("written", lambda: next(made)) == "b"
    frame._kept.pop("written")
