"""Routes: multimedia messages."""

from console.wire.route import Route
from messaging.operations import media_sending

ROUTES: dict[str, Route] = {
    "SendMediaMessage": Route(media_sending.send_media_message),
}
