"""Country parameters on the pages: registered templates, and the fields of a test send to India."""

import pytest

from messaging.models import Message, MessageTemplate, SenderId
from tests import factories

pytestmark = pytest.mark.django_db
INDIAN = "+919812345670"
TEXT = "Your code is {#var#}."
GIVEN = {"iso_country_code": "IN", "entity_id": "1101", "template_id": "2202", "message_template": TEXT}


@pytest.fixture
def header(caller):
    row = factories.make_sender_id(caller, "MYSHOP", "IN")
    SenderId.objects.filter(pk=row.pk).update(registered=True)
    return row


def test_an_administrator_adds_and_deletes_a_template(client_in):
    made = client_in.post(client_in.path("message-templates/create/"), GIVEN)
    row = MessageTemplate.objects.get()
    detail = client_in.path(f"message-templates/{row.message_template_id}/")
    assert made.status_code == 303 and made["Location"] == detail
    assert TEXT in client_in.get(detail).content.decode()
    assert "2202" in client_in.get(client_in.path("message-templates/")).content.decode()
    again = client_in.post(client_in.path("message-templates/create/"), GIVEN)
    assert again.status_code == 422 and "Give another template ID" in again.content.decode()
    assert client_in.post(f"{detail}delete/").status_code == 303
    assert not MessageTemplate.objects.exists()


def test_the_fields_of_india_appear_with_the_destination(client_in, header):
    client_in.post(client_in.path("message-templates/create/"), GIVEN)
    path = client_in.path("test-send/")
    assert "in_entity_id" not in client_in.get(path).content.decode()
    page = client_in.get(f"{path}?to=%2B919812345670").content.decode()
    assert "in_entity_id" in page and "2202" in page and "MYSHOP" in page


def test_a_send_to_india_carries_the_ids(client_in, header):
    client_in.post(client_in.path("message-templates/create/"), GIVEN)
    path = client_in.path("test-send/")
    given = {
        "destination_phone_number": INDIAN,
        "origination_identity": "MYSHOP",
        "message_body": "Your code is 1.",
        "send": "1",
    }
    refused = client_in.post(path, given)
    assert refused.status_code == 422 and "IN_ENTITY_ID" in refused.content.decode()
    assert 'href="#id_in_entity_id"' in refused.content.decode()
    ids = {"in_entity_id": "1101", "in_template_id": "2202"}
    asked = {key: value for key, value in given.items() if key != "send"} | ids | {"check": "1"}
    checked = client_in.post(path, asked)
    body = checked.content.decode()
    assert "destination-country-parameters" in body and "DestinationCountryParameters" in body
    explained = client_in.post(client_in.path("explain/"), asked)
    assert "It would be sent" in explained.content.decode()
    assert client_in.post(path, given | ids).status_code == 303
    message = Message.objects.get()
    assert message.destination_country_parameters == {"IN_ENTITY_ID": "1101", "IN_TEMPLATE_ID": "2202"}
    again = client_in.get(f"{path}?again={message.pk}").content.decode()
    assert 'value="1101"' in again and 'value="2202"' in again
