"""What follows from signing in and out, from changed passwords and second factors; each stands in the activity log."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed, password_set
from allauth.account.signals import user_logged_in as signed_in
from allauth.mfa import signals as mfa
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.cache import cache
from django.dispatch import receiver

from console.middleware import SEEN_SECONDS
from console.operations import preferences, signins


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


def _note(request: Any, user: Any, operation: str, **more: Any) -> None:
    """Note it when a person was there: a session that a program makes or ends comes from nowhere."""
    if user is None or not user.pk or request is None or "REMOTE_ADDR" not in request.META:
        return
    agent = request.headers.get("User-Agent", "")
    signins.note(user, operation, address=get_adapter().get_client_ip(request), user_agent=agent, **more)


@receiver(signed_in, dispatch_uid="note sign-in")
def note_sign_in(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    """With the methods that were passed: a password, an app's code, a passkey."""
    records = get_authentication_records(request, user)
    methods = [":".join(filter(None, (record.get("method"), record.get("type")))) for record in records]
    _note(request, user, "SignIn", methods=methods)


@receiver(user_login_failed, dispatch_uid="note failed sign-in")
def note_failed_sign_in(sender: Any, credentials: dict[str, Any], request: Any = None, **_kwargs: Any) -> None:
    user = get_user_model().objects.filter(username=credentials.get("username", "")).first()
    _note(request, user, "SignIn", refused=signins.WRONG_PASSWORD)


@receiver(user_logged_out, dispatch_uid="note sign-out")
def note_sign_out(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    _note(request, user, "SignOut")


@receiver([password_changed, password_set], dispatch_uid="note changed password")
def note_password(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    _note(request, user, "ChangePassword")


@receiver(mfa.authentication_failed, dispatch_uid="note failed second factor")
def note_failed_factor(sender: Any, request: Any, user: Any, authenticator: Any, **_kwargs: Any) -> None:
    _note(request, user, "SignIn", refused=signins.WRONG_CODE, factor=authenticator.type)


def _note_factor(operation: str) -> Any:
    def note(sender: Any, request: Any, user: Any, authenticator: Any, **_kwargs: Any) -> None:
        _note(request, user, operation, factor=authenticator.type)

    return note


FACTOR_CHANGES = [
    (mfa.authenticator_added, _note_factor("AddSecondFactor")),
    (mfa.authenticator_removed, _note_factor("RemoveSecondFactor")),
    (mfa.authenticator_reset, _note_factor("ResetRecoveryCodes")),
]
for signal, note in FACTOR_CHANGES:
    signal.connect(note)
