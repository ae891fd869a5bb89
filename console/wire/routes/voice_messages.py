"""Routes: voice messages."""

from console.wire.route import Route
from messaging.operations import voice_messages

ROUTES: dict[str, Route] = {
    "SendVoiceMessage": Route(voice_messages.send_voice_message),
}
