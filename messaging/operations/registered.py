"""What another part of the product does about originators that need a registration. Messaging looks no further.

That part registers itself here when it starts; without one, an originator that needs a registration waits for ever.
"""

from collections.abc import Callable
from datetime import timedelta

from messaging.caller import Caller
from messaging.models import PhoneNumber, SenderId

Requested = Callable[[Caller, PhoneNumber, str, timedelta], None]
Released = Callable[[PhoneNumber | SenderId], None]

_requested: list[Requested] = []
_released: list[Released] = []


def register(*, requested: Requested, released: Released) -> None:
    """Have `requested` called with a new number, its registration's id and its lead time, `released` before an end."""
    if requested not in _requested:
        _requested.append(requested)
        _released.append(released)


def number_requested(caller: Caller, number: PhoneNumber, registration_id: str, lead: timedelta) -> None:
    """A number was requested for a registration. Raises what the registration refuses."""
    for call in _requested:
        call(caller, number, registration_id, lead)


def originator_released(identity: PhoneNumber | SenderId) -> None:
    """A number or sender ID is about to be deleted."""
    for call in _released:
        call(identity)
