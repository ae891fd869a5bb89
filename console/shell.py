"""What the frame of every page needs. Everything is worked out on first use, so that a fragment pays for nothing."""

from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from console import bell, callers, frame
from console.models import Membership, Preferences
from console.navigation import Link
from console.navigation import links as navigation_links
from messaging import clock
from messaging.caller import Caller
from messaging.models import RegionalAccount, Tier
from messaging.prepared import Prepared
from messaging.reference import regions

_MINE = Prepared(
    lambda user_id: (
        Membership.objects.filter(user=user_id).select_related("account").order_by("account__name", "account_id")
    ),
    -7,
)


@dataclass(frozen=True, slots=True)
class Switch:
    """One line of a switcher: what it is called, its id, where it leads."""

    name: str
    id: str
    url: str
    current: bool


class Shell:
    """The frame of one page for one request; templates read its properties as `shell.…`."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    # Who and where

    @cached_property
    def caller(self) -> Caller | None:
        """None on pages before sign-in and for people without any account."""
        return getattr(self.request, "caller", None)

    @cached_property
    def owner(self) -> RegionalAccount | None:
        return getattr(self.request, "owner", None)

    @property
    def signed_in(self) -> bool:
        user = getattr(self.request, "user", None)
        return bool(user and user.is_authenticated)

    @property
    def user_name(self) -> str:
        return str(self.request.user.get_username()) if self.signed_in else ""

    @property
    def role(self) -> Any:
        return self.caller.role.label if self.caller else ""

    @property
    def account_name(self) -> str:
        return str(self.owner.account) if self.owner else ""

    @property
    def may_create_account(self) -> bool:
        return self.caller is not None and self.caller.may("CreateAccount")

    @property
    def region_name(self) -> str:
        return regions()[self.caller.region].name if self.caller else ""

    @property
    def is_sandbox(self) -> bool:
        return self.owner is not None and self.owner.tier == Tier.SANDBOX

    # How the person likes it

    @cached_property
    def preferences(self) -> Preferences:
        return getattr(self.request, "preferences", None) or Preferences()

    @property
    def theme(self) -> str:
        return self.preferences.theme if self.preferences.theme in Preferences.Theme.values else ""

    @property
    def density(self) -> str:
        return self.preferences.density

    @property
    def themes(self) -> list[tuple[str, Any]]:
        return list(Preferences.Theme.choices)

    @property
    def densities(self) -> list[tuple[str, Any]]:
        return list(Preferences.Density.choices)

    @property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @property
    def direction(self) -> str:
        return "rtl" if get_language_bidi() else "ltr"

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Codes and names, each in its own language."""
        return [("en", "English"), ("id", "Bahasa Indonesia"), ("es", "Español")]

    @property
    def navigation_collapsed(self) -> bool:
        return self.preferences.navigation_collapsed

    @property
    def now(self) -> str:
        """Simulated time, so that scripts can keep “3 min ago” true."""
        return clock.now().astimezone(UTC).isoformat("T", "seconds")

    # Parts of the frame, rendered once (console.frame): their keys name everything that shows in them

    @property
    def head(self) -> SafeString:
        """Style sheet and scripts."""
        return frame.part(self.request, "components/head.html", (), self)

    @property
    def top_bar(self) -> SafeString:
        liked = self.preferences
        key = (
            self._place, self.language, self.user_name, self.account_name, self.is_sandbox, self.theme, self.density,
            liked.navigation_collapsed, liked.show_utc, liked.time_zone, self._area, bool(self.navigation),
            tuple((m.account_id, m.account.name) for m in self._memberships),
        )  # fmt: skip
        return frame.part(self.request, "components/top_bar.html", key, self)

    @property
    def side_navigation(self) -> SafeString:
        if not self.navigation:
            return SafeString("")
        current = tuple(link.url for _label, links in self.navigation for link in links if link.current)
        waiting = tuple(count for _label, links in self.navigation for count in (link.waiting for link in links))
        key = (self._place, self.language, current, waiting)
        return frame.part(self.request, "components/side_navigation.html", key, self)

    @property
    def bell(self) -> SafeString:
        """The bell with what the caller has not read."""
        if self.caller is None or not self.caller.may("DescribeNotifications"):
            return SafeString("")
        shown = bell.context(self.caller, callers.unread_notifications(self.request))
        key = ("bell", self.caller.account_id, self.caller.region, self.language, shown["unread"])
        return mark_safe(frame.kept(key, lambda: render_to_string("components/bell.html", shown)))

    @property
    def words_script(self) -> SafeString:
        """What scripts say, as data in the page."""
        script = frame.kept(("words", self.language), lambda: str(json_script(self.words, "words")))
        return mark_safe(script)  # json_script escapes

    @property
    def _place(self) -> tuple[Any, ...]:
        """Where the caller is and what the caller may."""
        caller = self.caller
        return (caller.account_id, caller.region, caller.role, caller.read_only) if caller else ()

    # Where one can go

    @cached_property
    def _memberships(self) -> list[Membership]:
        return _MINE(self.request.user.pk) if self.caller is not None else []

    @cached_property
    def navigation(self) -> list[tuple[Promise | str, list[Link]]]:
        if self.caller is None:
            return []
        return navigation_links(self.caller, self.request.path, self.owner)

    @cached_property
    def crumb(self) -> Link | None:
        """The side-navigation entry that this page belongs to, when it is not that entry's own page."""
        for _label, links in self.navigation:
            for link in links:
                if link.current and link.url != self.request.path:
                    return link
        return None

    @cached_property
    def accounts(self) -> list[Switch]:
        """The accounts the person may enter, for the switcher: one query."""
        if self.caller is None:
            return []
        return [
            Switch(
                str(m.account),
                m.account_id,
                self._elsewhere(m.account_id, self.caller.region),
                m.account_id == self.caller.account_id,
            )
            for m in self._memberships
        ]

    @cached_property
    def regions(self) -> list[Switch]:
        if self.caller is None:
            return []
        account, here = self.caller.account_id, self.caller.region
        return [Switch(r.name, code, self._elsewhere(account, code), code == here) for code, r in regions().items()]

    def _elsewhere(self, account_id: str, region: str) -> str:
        """The same area of the console in another account or Region; a single resource exists only here."""
        landing = callers.Place(account_id, region).url
        return f"/{account_id}/{region}/{self._area}" if self._area else landing

    @cached_property
    def _area(self) -> str:
        """`pools/` when this is a page about pools and that is a page of its own."""
        parts = self.request.path.split("/")
        if self.caller is None or parts[1] != self.caller.account_id or len(parts) < 5:
            return ""
        try:
            resolve("/".join([*parts[:4], ""]))
        except Resolver404:
            return ""
        return f"{parts[3]}/"

    def url(self, name: str, *args: Any) -> str:
        """A page of the console, or nothing while it is not built or there is no account."""
        try:
            return callers.url_to(self.caller, name, *args) if self.caller else ""
        except NoReverseMatch:
            return ""

    @property
    def home(self) -> str:
        return callers.Place(self.caller.account_id, self.caller.region).url if self.caller else "/"

    @property
    def search_url(self) -> str:
        return self.url("search")

    @property
    def settings_url(self) -> str:
        return self.url("settings")

    @property
    def preferences_url(self) -> str:
        """Where the person's menu posts a choice."""
        return self.url("preferences-update")

    @property
    def sessions_url(self) -> str:
        return _named("usersessions_list")

    @property
    def security_url(self) -> str:
        return _named("mfa_index")

    @property
    def words(self) -> dict[str, str]:
        """What scripts say, in the reader's language."""
        return {
            "copied": _("Copied"),
            "failed": _("This part could not be loaded."),
            "offline": _("Switchboard does not answer. Check the connection and try again."),
            "ended": _(
                "Your session has ended. What you typed is still here: sign in again in another tab, then go on."
            ),
            "signIn": _("Sign in again"),
            "retry": _("Retry"),
            "dismiss": _("Dismiss"),
            "selected": _("%(count)s selected"),
            "none": _("Nothing matches"),
            "results": _("%(count)s results"),
        }


def _named(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame, lazily."""
    return {"shell": Shell(request)}
