"""HTTP Basic by access key id and secret: how people's test programs reach the simulator control."""

import base64
import binascii
import hmac

from django.http import HttpRequest

from console.wire.auth import NOBODY, Key, key_named, note_use, owner_id
from messaging.caller import Caller, Door
from messaging.reference import regions

SCHEME = "basic "
ACTION = "SimulatorControl"


class NotAuthenticated(Exception):
    """No credentials, or none that are right; which of the two is not said."""


class NoAccess(Exception):
    """The key is right but not of this account, or there is no such Region: for its holder the page does not exist."""


def caller_by_key(request: HttpRequest, account_id: str, region: str) -> Caller:
    """The caller behind the Authorization header. Unknown keys and wrong secrets cost the same work.

    Raises NotAuthenticated, NoAccess.
    """
    given_id, given_secret = _credentials(request.headers.get("Authorization", ""))
    key = key_named(given_id)
    genuine = hmac.compare_digest((key.secret if key else NOBODY).encode(), given_secret.encode())
    if key is None or not genuine or not key.enabled:
        raise NotAuthenticated
    if key.account_id != account_id or region not in regions():
        raise NoAccess
    return _caller(key, region)


def _credentials(header: str) -> tuple[str, str]:
    if not header.lower().startswith(SCHEME):
        raise NotAuthenticated
    try:
        text = base64.b64decode(header[len(SCHEME) :], validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise NotAuthenticated from error
    name, _colon, secret = text.partition(":")
    return name, secret


def _caller(key: Key, region: str) -> Caller:
    note_use(key, region, ACTION)
    return Caller(
        owner_id(key.account_id, region),
        key.account_id,
        region,
        f"key:{key.access_key_id}",
        key.role,
        Door.SIMULATOR,
        key.read_only,
    )
