"""Routes: looking numbers up."""

from console.wire.route import Route
from messaging.operations import lookups

ROUTES: dict[str, Route] = {"CarrierLookup": Route(lookups.carrier_lookup)}
