"""A secret on its way to the one who may see it: kept encrypted in the session, shown on one page, then gone.

The page after a change is a GET of its own (303), so reloading makes nothing twice; that GET shows the secret and marks
it as shown. Downloads work until the person says “I have stored it” or MINUTES have passed.
"""

import time
from typing import Any

from django.http import HttpRequest

from messaging import secrets

SESSION_KEY = "shown_once"
MINUTES = 10


def keep(request: HttpRequest, name: str, secret: str) -> None:
    """Keep a secret under a name such as "access-key AKIA…" for the next page."""
    kept = _kept(request)
    kept[name] = {"secret": secrets.encrypt(secret).decode(), "until": time.time() + MINUTES * 60, "shown": False}
    request.session[SESSION_KEY] = kept


def show(request: HttpRequest, name: str) -> str:
    """The secret, the first time; empty ever after."""
    kept = _kept(request)
    entry = kept.get(name)
    if entry is None or entry["shown"]:
        return ""
    entry["shown"] = True
    request.session[SESSION_KEY] = kept
    return secrets.decrypt(entry["secret"].encode())


def again(request: HttpRequest, name: str) -> str:
    """The secret for a download, as long as it is kept; empty after that."""
    entry = _kept(request).get(name)
    return secrets.decrypt(entry["secret"].encode()) if entry else ""


def forget(request: HttpRequest, name: str) -> None:
    """The person has stored it."""
    kept = _kept(request)
    kept.pop(name, None)
    request.session[SESSION_KEY] = kept


def _kept(request: HttpRequest) -> dict[str, Any]:
    now = time.time()
    kept = request.session.get(SESSION_KEY, {})
    return {name: entry for name, entry in kept.items() if entry["until"] > now}
