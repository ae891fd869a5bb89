"""Message feedback on the page of a message."""

from messaging.models import Message
from tests import factories


def test_feedback_is_given_on_the_page_and_shown_in_the_timeline(client_in, caller, clock):
    message = factories.send(caller, message_feedback_enabled=True).message
    path = client_in.path(f"messages/{message.pk}/")
    assert "After an hour of silence" in client_in.get(path).content.decode()
    clock.advance(minutes=2)
    assert client_in.post(f"{path}feedback/", {"message_feedback_status": "RECEIVED"}).url == path
    body = client_in.get(path).content.decode()
    assert "Message feedback: Received" in body and "The feedback was saved." in body
    assert Message.objects.get().message_feedback_at == clock.now()


def test_what_is_no_feedback_and_who_may_not(client_in, signed_in, caller, clock):
    message = factories.send(caller, message_feedback_enabled=True).message
    plain = factories.send(caller).message
    assert "Mark as received" not in client_in.get(client_in.path(f"messages/{plain.pk}/")).content.decode()
    refused = client_in.post(client_in.path(f"messages/{plain.pk}/feedback/"), {"message_feedback_status": "RECEIVED"})
    assert "without message feedback" in client_in.get(refused.url).content.decode()
    path = client_in.path(f"messages/{message.pk}/feedback/")
    assert client_in.post(path, {"message_feedback_status": "MAYBE"}).status_code == 400
    assert client_in.get(path).status_code == 405
    viewer = signed_in("VIEWER")
    assert "Mark as received" not in viewer.get(viewer.path(f"messages/{message.pk}/")).content.decode()
    assert viewer.post(path, {"message_feedback_status": "RECEIVED"}).status_code == 403
    assert Message.objects.get(pk=message.pk).message_feedback_status == ""
