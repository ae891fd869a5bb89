"""What follows from signing in and from a changed password."""

from typing import Any

from allauth.account.signals import password_changed, password_set
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.dispatch import receiver

from console.middleware import SEEN_SECONDS
from console.operations import preferences


@receiver([password_changed, password_set], dispatch_uid="own password chosen")
def own_password_chosen(sender: Any, user: Any, **_kwargs: Any) -> None:
    """A one-time password has served its purpose."""
    row = getattr(user, "preferences", None)
    if row is not None and row.must_change_password:
        preferences.change(user, must_change_password=False)


@receiver(user_logged_in, dispatch_uid="session seen")
def session_seen(sender: Any, request: Any, **_kwargs: Any) -> None:
    """The session list already knows when this session was last seen: now."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    if key:
        cache.add(f"session-seen:{key}", True, SEEN_SECONDS)
