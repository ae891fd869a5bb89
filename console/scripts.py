"""The console's script: the files of static/js, one per behaviour, sent as one, so that a page asks only once."""

import gzip
import hashlib
from functools import cache

from django.conf import settings

FOLDER = settings.BASE_DIR / "static" / "js"
# In this order: each takes what it needs from those before it (`app`), and swaps.js starts it all.
FILES = (
    "base", "flash", "dialogs", "navigation", "copy", "forms", "selection", "shortcuts", "review", "combobox", "ages",
    "autosave", "asks", "presses", "swaps",
)  # fmt: skip


def joined() -> str:
    """All files, one after the other."""
    return "".join((FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in FILES)


@cache
def _kept() -> tuple[str, bytes, bytes]:
    plain = joined().encode()
    return hashlib.sha256(plain).hexdigest()[:12], plain, gzip.compress(plain, 9, mtime=0)


def _present() -> tuple[str, bytes, bytes]:
    if settings.DEBUG:  # they are being written
        _kept.cache_clear()
    return _kept()


def body(*, compressed: bool) -> bytes:
    """What is sent."""
    _digest, plain, packed = _present()
    return packed if compressed else plain


def digest() -> str:
    """What changes in the script's address whenever its content does."""
    return _present()[0]


def address() -> str:
    """The script's URL."""
    return f"/ui/app.{digest()}.js"
