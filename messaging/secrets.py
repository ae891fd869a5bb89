"""Encryption at rest of what must be read again in the clear: access-key secrets, TOTP keys, recovery codes.

The key is derived from settings.SECRET_KEY (HKDF-SHA256, RFC 5869); what older keys of SECRET_KEY_FALLBACKS
encrypted can still be read, so a key is rotated by moving the old one to SWITCHBOARD_SECRET_KEY_FALLBACKS.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"switchboard secrets at rest, version 1"


class Undecipherable(Exception):
    """None of the keys that the settings know encrypted this."""


@lru_cache(maxsize=8)
def _ciphers(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    return base64.urlsafe_b64encode(HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode()))


def _current() -> MultiFernet:
    return _ciphers((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def encrypt(text: str) -> bytes:
    """The text, encrypted with the present key and authenticated (Fernet)."""
    return _current().encrypt(text.encode())


def decrypt(encrypted: bytes | memoryview) -> str:
    """What encrypt() was given. Raises Undecipherable when no known key fits."""
    try:
        return _current().decrypt(bytes(encrypted)).decode()
    except InvalidToken as error:
        raise Undecipherable(
            "A stored secret cannot be read with SWITCHBOARD_SECRET_KEY nor SWITCHBOARD_SECRET_KEY_FALLBACKS."
        ) from error
