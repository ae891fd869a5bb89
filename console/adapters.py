"""How sign-in is adapted: nobody signs up, members are added by an administrator, refusals say how long to wait."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from messaging import secrets

ACCOUNT = "allauth.account"
TOO_MANY = "too_many_login_attempts"


def seconds_to_wait(request: HttpRequest, action: str, key: str | None = None) -> int:
    """How long until the rate limits of a sign-in action let this visitor through; 0 when they do now."""
    now, wait = time.time(), 0.0
    for rate in ratelimit.get_rates(app=ACCOUNT, action=action):
        if (rate.per == "key" and key is None) or (rate.per == "user" and not request.user.is_authenticated):
            continue
        history = cache.get(ratelimit.get_cache_key(request, app=ACCOUNT, action=action, rate=rate, key=key), [])
        hits = [at for at in history if at > now - rate.duration]
        if len(hits) >= rate.amount:
            wait = max(wait, sorted(hits)[-rate.amount] + rate.duration - now)
    return int(wait) + 1 if wait > 0 else 0


def in_words(seconds: int) -> str:
    """A wait as a person says it: seconds below two minutes, whole minutes (rounded up) above."""
    if seconds < 120:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


class AccountAdapter(DefaultAccountAdapter):
    """Closed to sign-up; strict about where to go next; failed sign-ins say when to try again."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only this very host: nobody is sent elsewhere after signing in."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            key = self._get_login_attempts_cache_key(request, **credentials)
            wait = seconds_to_wait(request, "login_failed", key) or 1
            request.retry_after = wait  # type: ignore[attr-defined]
            raise ValidationError(
                _("Too many failed attempts. Wait %(wait)s and try again.") % {"wait": in_words(wait)}, code=TOO_MANY
            ) from error


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are encrypted at rest, and the QR code is drawn for a strict content policy."""

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text.encode())

    def build_totp_svg(self, url: str) -> str:
        """Inline SVG by attributes alone: one path of dark modules on a light ground, a quiet zone of four modules."""
        code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
        code.add_data(url)
        rows = code.get_matrix()
        dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
        size = len(rows)
        return (
            f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="240" height="240" '
            f'role="img" aria-labelledby="qr-title" shape-rendering="crispEdges">'
            f'<title id="qr-title">{_("QR code")}</title>'
            f'<path fill="#FFFFFF" d="M0 0h{size}v{size}H0z"/><path fill="#000000" d="{dark}"/></svg>'
        )
