"""How each person likes the console. A row is made when somebody first changes something."""

import zoneinfo
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from console.models import Preferences
from messaging.caller import Caller
from messaging.errors import Invalid, NotFound
from messaging.operations.registry import operation
from messaging.transactions import write_transaction

AREAS = {
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
}  # fmt: skip


@cache
def time_zones() -> tuple[str, ...]:
    """The time zones to choose from: UTC and the places of the tz database, without its historic aliases."""
    places = (name for name in zoneinfo.available_timezones() if name.partition("/")[0] in AREAS and "/" in name)
    return ("UTC", *sorted(places))


def person_of(caller: Caller) -> Any:
    """The signed-in person behind a caller. Raises NotFound for programs and background work."""
    kind, _colon, name = caller.actor.partition(":")
    user = get_user_model().objects.filter(username=name).first() if kind == "user" else None
    if user is None:
        raise NotFound("member", caller.actor)
    return user


@operation(logged=False)
def update_preferences(
    caller: Caller,
    *,
    theme: str | None = None,
    density: str | None = None,
    language: str | None = None,
    time_zone: str | None = None,
    show_utc: bool | None = None,
    single_key_shortcuts: bool | None = None,
    navigation_collapsed: bool | None = None,
    onboarding_dismissed: bool | None = None,
) -> Preferences:
    """Change what is given of the caller's own preferences and return them all.

    Raises Invalid with the fields that are wrong, NotFound when the caller is not a person.
    """
    given: dict[str, Any] = {
        "theme": theme,
        "density": density,
        "language": language,
        "time_zone": time_zone,
        "show_utc": show_utc,
        "single_key_shortcuts": single_key_shortcuts,
        "navigation_collapsed": navigation_collapsed,
        "onboarding_dismissed": onboarding_dismissed,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    allowed = {
        "theme": Preferences.Theme.values,
        "density": Preferences.Density.values,
        "language": ["", *dict(settings.LANGUAGES)],
        "time_zone": zoneinfo.available_timezones(),
    }
    unknown = [name for name, values in allowed.items() if name in changes and changes[name] not in values]
    wrong = {name: _("Choose one of the list.") for name in unknown}
    if wrong:
        raise Invalid(_("A preference has a value that it cannot have."), fields=wrong)
    return change(person_of(caller), **changes)


def change(user: Any, **changes: Any) -> Preferences:
    """Set fields of a person's preferences; the row is made only when there is something to set."""
    if not changes:
        return Preferences.objects.filter(user=user).first() or Preferences(user=user)
    with write_transaction():
        preferences, _created = Preferences.objects.update_or_create(user=user, defaults=changes)
    return preferences


def remember_place(preferences: Preferences, account_id: str, region: str) -> None:
    """Note where a person was last, so that the root leads back there from any browser."""
    if (preferences.last_account, preferences.last_region) != (account_id, region):
        change(preferences.user, last_account=account_id, last_region=region)
