"""Message feedback from the page of a message."""

import uuid

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console import shapes
from console.callers import caller_of
from console.fragments import done
from messaging.errors import Invalid
from messaging.operations.feedback import put_message_feedback


@require_POST
def message_feedback(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """RECEIVED or FAILED, as one of the two buttons says."""
    status = request.POST.get("message_feedback_status", "")
    if status not in shapes.enum("MessageFeedbackStatus"):
        raise BadRequest("No such feedback")
    try:
        put_message_feedback(caller_of(request), message_id=str(message_id), message_feedback_status=status)
    except Invalid as refusal:
        messages.error(request, f"{refusal.message} {refusal.next_step}")
    else:
        messages.success(request, _("The feedback was saved."))
    return done(request, "message-detail", message_id)


scoped_urlpatterns = [path("messages/<uuid:message_id>/feedback/", message_feedback, name="message-feedback")]
