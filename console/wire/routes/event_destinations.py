"""Routes: event destinations."""

from console.wire.route import Route
from messaging.operations import event_destinations

ROUTES: dict[str, Route] = {
    "CreateEventDestination": Route(event_destinations.create_event_destination),
    "UpdateEventDestination": Route(event_destinations.update_event_destination),
    "DeleteEventDestination": Route(event_destinations.delete_event_destination),
}
