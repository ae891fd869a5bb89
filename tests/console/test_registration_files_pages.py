"""Files of registrations at the doors: what the wizard and the API refuse, naming the field; what a download is."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.errors import NotFound
from registrations.models import RegistrationAttachment, RegistrationFieldValue
from registrations.operations import attachments
from registrations.operations.support_cases import create_support_case
from tests.factories import make_caller
from tests.registrations.forms import TOLL_FREE, by_hand, make_attachment, make_registration, png, put
from tests.registrations.test_attachments import REFUSED, pdf

pytestmark = pytest.mark.django_db
IMAGE = "messagingUseCase.optInImage"
TOO_MUCH = png() + b"\0" * attachments.MOST_BYTES


@pytest.fixture
def draft(caller):
    return make_registration(caller, TOLL_FREE, fill=False)


def kept(owner_id: int) -> list[str]:
    """The files of an account in the storage."""
    place = f"registration-attachments/{owner_id}"
    return default_storage.listdir(place)[1] if default_storage.exists(place) else []


def uploaded(client: Any, draft: Any, data: bytes, name: str = "proof.png", kind: str = "image/png") -> Any:
    """What the wizard's step answers to a file that says that it is a picture."""
    path = client.path(f"registrations/{draft.registration_id}/form/messagingUseCase/")
    return client.post(path, {"upload": IMAGE, f"file:{IMAGE}": SimpleUploadedFile(name, data, content_type=kind)})


def test_the_wizard_refuses_every_file_that_is_not_what_it_seems(client_in, caller, draft):
    before = kept(caller.owner_id)
    files = {**{name: (data, "proof.png", "image/png") for name, data in REFUSED.items()}}
    files |= {"too large": (TOO_MUCH, "proof.png", "image/png"), "page by its name": (png(), "proof.html", "image/png")}
    files |= {"page by its sender": (png(), "proof.png", "text/html")}
    for fault, (data, name, kind) in files.items():
        answer = uploaded(client_in, draft, data, name, kind)
        body = answer.content.decode()
        assert answer.status_code == 422 and 'href="#field-messagingUseCase-optInImage"' in body, fault
        assert 'class="field invalid" id="field-messagingUseCase-optInImage"' in body, fault
    assert not RegistrationAttachment.objects.exists() and kept(caller.owner_id) == before


def test_more_files_than_an_account_may_have(client_in, owner, draft):
    owner.quotas = {"registration_attachments": 1}
    owner.save()
    assert uploaded(client_in, draft, png()).status_code == 303
    answer = uploaded(client_in, draft, png())
    assert answer.status_code == 422 and 'href="#field-messagingUseCase-optInImage"' in answer.content.decode()
    assert RegistrationAttachment.objects.count() == 1


def test_a_files_id_cannot_be_typed_in(client_in, caller, other_owner, draft):
    """A file comes as a file: neither one's own nor another account's is taken by its id."""
    for who in (caller, make_caller(other_owner)):
        name = make_attachment(who).registration_attachment_id
        path = client_in.path(f"registrations/{draft.registration_id}/fields/{IMAGE}/")
        assert client_in.fragment(path, {IMAGE: name, f"seen:{IMAGE}": ""}, method="post").status_code == 422
        path = client_in.path(f"registrations/{draft.registration_id}/form/messagingUseCase/")
        client_in.post(path, {IMAGE: name, f"seen:{IMAGE}": "0.0", "continue": "1"})
    assert not RegistrationFieldValue.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_api_refuses_them_too_and_names_the_member(boto, caller, other_owner, draft):
    for fault, data in {**REFUSED, "too large": TOO_MUCH}.items():
        with pytest.raises((ClientError, ParamValidationError)) as refused:
            boto.create_registration_attachment(AttachmentBody=data)
        if isinstance(refused.value, ClientError):
            answer = refused.value.response
            assert answer["Error"]["Code"] == "ValidationException", fault
            reasons = {"too large": "MAXIMUM_SIZE_EXCEEDED", "empty": "INVALID_PARAMETER"}
            assert answer["Reason"] == reasons.get(fault, "ATTACHMENT_TYPE_NOT_SUPPORTED"), fault
            assert [field["Name"] for field in answer["Fields"]] == ["AttachmentBody"], fault
    theirs = make_attachment(make_caller(other_owner))
    for name in (theirs.registration_attachment_id, theirs.arn):
        with pytest.raises(ClientError) as refused:
            boto.put_registration_field_value(
                RegistrationId=draft.registration_id, FieldPath=IMAGE, RegistrationAttachmentId=name
            )
        assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
        assert refused.value.response["ResourceType"] == "registration-attachment"
    assert not RegistrationFieldValue.objects.exists()
    assert RegistrationAttachment.objects.count() == 1
    largest = pdf(b"%" + b"x" * (attachments.MOST_BYTES - 100) + b"\n")  # 5 MB, the most of the model
    made = boto.create_registration_attachment(AttachmentBody=largest)
    assert made["AttachmentStatus"] == "UPLOAD_COMPLETE"


def test_another_accounts_file_goes_into_no_case(caller, other_owner):
    theirs = make_attachment(make_caller(other_owner)).registration_attachment_id
    asked = [{"region": caller.region, "quota": "pools", "new_value": 30}]
    with pytest.raises(NotFound):
        create_support_case(
            caller, flow="quota_increase", answers={}, requests=asked, description="Many.",
            registration_attachment_ids=[theirs],
        )  # fmt: skip


def test_a_download_is_of_its_checked_type_and_nothing_but_a_download(client_in, signed_in, caller, other_owner):
    """By both doors, for every type that is taken; nobody of another account gets any."""
    by_hand(caller, TOLL_FREE)
    file = make_attachment(caller)
    registration = make_registration(caller, TOLL_FREE, fill=False)
    put(caller, registration, IMAGE, file.registration_attachment_id)
    version = registration.current_version
    version.submitted_at, version.registration_version_status = version.created_timestamp, "SUBMITTED"
    version.save()
    reviewer = signed_in("REVIEWER")
    doors = [
        (client_in, client_in.path(f"registration-attachments/{file.registration_attachment_id}/")),
        (reviewer, reviewer.path(f"reviews/{version.pk}/files/{file.registration_attachment_id}/")),
    ]
    for media_type in sorted(attachments.media_types_taken()):
        RegistrationAttachment.objects.filter(pk=file.pk).update(media_type=media_type, file_name='<b>"a".html')
        for client, path in doors:
            answer = client.get(path)
            headers = answer.headers
            assert answer.status_code == 200 and headers["Content-Type"] == media_type, path
            assert headers["Content-Disposition"].startswith("attachment; filename="), path
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert {"default-src 'none'", "sandbox"} <= {
                part.strip() for part in headers["Content-Security-Policy"].split(";")
            }, path
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
    RegistrationAttachment.objects.filter(pk=file.pk).update(owner=other_owner)
    for client, path in doors:
        assert client.get(path).status_code == 404, path
