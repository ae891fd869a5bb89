"""Routes: sending."""

from console.wire.route import Route
from messaging.operations import sending

ROUTES: dict[str, Route] = {
    "SendTextMessage": Route(sending.send_text_message),
}
