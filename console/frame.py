"""The parts of the frame that look the same on page after page, rendered once for everything that shows in them.

What changes with every request (the CSRF token, the address to come back to, the bell) is put in after the fact, in
the place of marks that no other text can contain. Kept in the process; the least recently shown goes first.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import Context
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

KEPT = 256  # some 15 KB each
TOKEN, HERE, BELL = (f"mark-{secrets.token_hex(16)}" for _ in range(3))

_kept: OrderedDict[Hashable, str] = OrderedDict()


def kept(key: Hashable, render: Callable[[], str]) -> str:
    """The text kept under a key, which names everything that it depends on; rendered when there is none."""
    if settings.DEBUG:  # templates are being written
        return render()
    text = _kept.get(key)
    if text is None:
        text = _kept[key] = render()
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return text
    with suppress(KeyError):  # another thread may just have dropped it
        _kept.move_to_end(key)
    return text


def part(request: HttpRequest, template: str, key: Hashable, shell: Any) -> SafeString:
    """A template of the frame. It may use shell, csrf_token, here, bell, and request for nothing that differs by it."""

    def render() -> str:
        source: Any = get_template(template)
        context = {"shell": shell, "request": request, "csrf_token": TOKEN, "here": HERE, "bell": BELL}
        text: str = source.template.render(Context(context))
        return text

    text = kept((template, key), render)
    if TOKEN in text:
        text = text.replace(TOKEN, get_token(request))
    if HERE in text:
        text = text.replace(HERE, escape(request.get_full_path()))
    if BELL in text:
        text = text.replace(BELL, shell.bell)
    return mark_safe(text)  # rendered by a template, the marks replaced by escaped text
