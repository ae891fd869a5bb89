"""Routes: sending."""

from console.wire.route import Route
from messaging.operations import feedback, sending

ROUTES: dict[str, Route] = {
    "SendTextMessage": Route(sending.send_text_message),
    "PutMessageFeedback": Route(feedback.put_message_feedback),
}
