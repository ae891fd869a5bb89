"""Files that survive a refused form: in every form that takes one, for one person in one account, for some hours."""

import re
from typing import Any

import pytest
from django.core import signing
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from console import held_uploads
from console.held_uploads import FOLDER, KEPT_SECONDS, MOST_OF_A_PERSON, SALT, Keeper, hold, sweep, sweep_now
from console.models import Membership
from console.preview import UPDATE
from messaging import work
from messaging.models import BulkSend, DeactivationReport, MediaFile, OptOutImport
from messaging.operations.opt_out_lists import create_opt_out_list
from registrations.definitions import TEXT
from registrations.models import RegistrationAttachment, SupportCase
from tests.client import ConsoleClient
from tests.console.test_bulk_sends_pages import FIELDS
from tests.factories import make_media_number
from tests.media_samples import png
from tests.registrations.forms import TOLL_FREE, make_registration
from tests.source import ROOT

pytestmark = pytest.mark.django_db
NUMBERS = b"phone\n+12065550101\n"


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Any) -> None:
    """A storage of its own: the ids of people come again with every test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


def file(data: bytes | None = None, name: str = "photo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, png() if data is None else data, content_type="image/png")


def held() -> list[str]:
    return default_storage.listdir(FOLDER)[1] if default_storage.exists(FOLDER) else []


def token_in(answer: Any, field: str = "file") -> str:
    """The token of a kept file on a page; nothing when the page has none."""
    found = re.search(rf'name="held:{field}" value="([^"]+)"', answer.content.decode())
    return found[1] if found else ""


def refused_upload(client: ConsoleClient) -> Any:
    """The upload of a media file with a key that is too long."""
    return client.post(client.path("media/upload/"), {"bucket_name": "media", "file": file(), "key": "k" * 2000})


def test_a_file_is_there_again_with_the_next_posting(client_in: ConsoleClient) -> None:
    answer = refused_upload(client_in)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "<bdi>photo.png</bdi>" in body and "is kept" in body
    assert re.search(r'<input type="file"[^>]*aria-describedby="[^"]*id_file_held', body)
    again = client_in.post(
        client_in.path("media/upload/"), {"bucket_name": "Ü", "key": "k", "held:file": token_in(answer)}
    )
    assert (again.status_code, token_in(again), len(held())) == (422, token_in(answer), 1)
    given = {"bucket_name": "media", "held:file": token_in(again)}
    assert client_in.post(client_in.path("media/upload/"), given).status_code == 303
    row = MediaFile.objects.get()
    assert (row.key, row.content.content_type, row.content.size) == ("photo.png", "image/png", len(png()))
    assert not held()


def test_another_file_takes_its_place(client_in: ConsoleClient) -> None:
    given = {"bucket_name": "media", "held:file": token_in(refused_upload(client_in)), "file": file(name="other.png")}
    assert client_in.post(client_in.path("media/upload/"), given).status_code == 303
    assert (MediaFile.objects.get().key, held()) == ("other.png", [])


def test_it_is_removed_when_asked(client_in: ConsoleClient) -> None:
    given = {"bucket_name": "media", "held:file": token_in(refused_upload(client_in)), "drop:file": "1"}
    answer = client_in.post(client_in.path("media/upload/"), given)
    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()
    assert not token_in(answer)
    assert not held()


def test_a_file_that_its_field_refuses_is_not_kept(client_in: ConsoleClient, settings: Any) -> None:
    settings.SWITCHBOARD_MEDIA_MAX_BYTES = 10
    answer = refused_upload(client_in)
    assert (answer.status_code, token_in(answer), held()) == (422, "", [])


def test_the_limit_of_size_holds_for_a_kept_file(client_in: ConsoleClient, settings: Any) -> None:
    token = token_in(refused_upload(client_in))
    settings.SWITCHBOARD_MEDIA_MAX_BYTES = 10
    answer = client_in.post(client_in.path("media/upload/"), {"bucket_name": "media", "held:file": token})
    assert "at most 10" in answer.content.decode()
    assert not MediaFile.objects.exists()


def test_what_no_form_takes_is_not_kept(settings: Any) -> None:
    settings.SWITCHBOARD_MEDIA_MAX_BYTES = settings.SWITCHBOARD_IMPORT_MAX_BYTES = 10
    assert hold(Keeper("1", 1), file()) is None
    assert not held()


def lost(client: ConsoleClient, token: str) -> bool:
    """Whether a client is told that there is no such file."""
    answer = client.post(client.path("media/upload/"), {"bucket_name": "media", "held:file": token})
    assert not MediaFile.objects.exists()
    return answer.status_code == 422 and "kept no longer" in answer.content.decode()


def test_a_token_is_of_one_person_in_one_account(client_in: ConsoleClient, signed_in: Any, other_owner: Any) -> None:
    token = token_in(refused_upload(client_in))
    assert lost(signed_in(), token)
    Membership.objects.create(user=client_in.user, account=other_owner.account, role="ADMINISTRATOR")
    elsewhere = ConsoleClient(other_owner, client_in.user)
    elsewhere.force_login(client_in.user)
    assert lost(elsewhere, token)
    assert lost(client_in, token[:-1] + ("A" if token[-1] != "A" else "B"))
    mine = [client_in.user.pk, client_in.owner.pk]
    assert lost(client_in, signing.dumps(["media/1/x", "x", "", 1, *mine], salt=SALT))
    assert lost(client_in, signing.dumps([f"{FOLDER}/{held()[0]}", "x", "", 1, *mine], salt="console.return"))
    # Nobody else's “remove” deletes it either.
    for other in (signed_in(), elsewhere):
        other.post(other.path("media/upload/"), {"bucket_name": "media", "held:file": token, "drop:file": "1"})
    given = {"bucket_name": "media", "held:file": token}
    assert client_in.post(client_in.path("media/upload/"), given).status_code == 303


def test_a_token_ends_and_its_file_is_swept(client_in: ConsoleClient, monkeypatch: pytest.MonkeyPatch) -> None:
    token, now = token_in(refused_upload(client_in)), held_uploads.time.time()
    assert (sweep_now(), len(held())) == (0, 1)
    monkeypatch.setattr("time.time", lambda: now + KEPT_SECONDS + 2)
    assert lost(client_in, token)
    monkeypatch.setattr(held_uploads, "_next_sweep", 0.0)
    work.clear_away()
    assert not held()
    assert sweep() == 0  # it is not time yet


def test_a_person_has_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    hold(Keeper("11", 1), file())
    now = held_uploads.time.time()
    first = None
    for second in range(MOST_OF_A_PERSON + 2):
        monkeypatch.setattr("time.time", lambda second=second: now + second)
        first = first or hold(Keeper("1", 1), file())
        hold(Keeper("1", 1), file())
    mine = [name for name in held() if name.startswith("1-")]
    assert (len(mine), len(held())) == (MOST_OF_A_PERSON, MOST_OF_A_PERSON + 1)
    assert first is not None
    read = held_uploads._read(Keeper("1", 1), first.token)
    assert read is not None and read[1].removeprefix(f"{FOLDER}/") not in mine


# Every form


def test_of_a_bulk_send_also_from_a_temporary_file_and_through_the_buttons(
    client_in: ConsoleClient, settings: Any
) -> None:
    """The operation moves a large upload into its place before it refuses; the bytes are kept all the same."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    path, csv = client_in.path("bulk-sends/create/"), file(NUMBERS, "spring.csv")
    wrong = {**FIELDS, "max_price": "much"}
    answer = client_in.post(path, {**wrong, "file": csv})
    assert answer.status_code == 422
    assert token_in(answer)
    added = client_in.post(path, {**wrong, UPDATE: "1", "held:file": token_in(answer)})
    assert (added.status_code, token_in(added)) == (200, token_in(answer))
    assert client_in.post(path, {**FIELDS, "held:file": token_in(added)}).status_code == 303
    row = BulkSend.objects.get()
    with default_storage.open(row.stored) as stored:
        assert (stored.read(), row.file_name) == (NUMBERS, "spring.csv")
    assert not held()


def test_of_a_support_case_and_its_reply(client_in: ConsoleClient, caller: Any) -> None:
    path = client_in.path("support-cases/create/quota_increase/")
    answer = client_in.post(path, {"count": "1", "add": "1", "file": file(name="form.png")})
    given = {"count": "1", "request-0-region": "us-east-1", "request-0-quota": "pools", "request-0-new_value": "30"}
    answer = client_in.post(path, {**given, "held:file": token_in(answer)})
    assert answer.status_code == 422
    given |= {"description": "Because.", "contact_language": "English", "contact_method": "web"}
    assert client_in.post(path, {**given, "held:file": token_in(answer)}).status_code == 303
    assert RegistrationAttachment.objects.get().file_name == "form.png"

    reply = client_in.path(f"support-cases/{SupportCase.objects.get().case_id}/reply/")
    answer = client_in.post(reply, {"message": "", "file": file(name="more.png")})
    assert answer.status_code == 422
    assert client_in.post(reply, {"message": "Here.", "held:file": token_in(answer)}).status_code == 303
    assert RegistrationAttachment.objects.filter(file_name="more.png").exists()
    # The file may be left out, so a lost one is said and not passed over.
    answer = client_in.post(reply, {"message": "Here.", "held:file": "x"})
    assert answer.status_code == 422
    assert "kept no longer" in answer.content.decode()


def test_of_a_rate_card(client_in: ConsoleClient) -> None:
    path = client_in.path("spending/rates/import/")
    card = b"".join(client_in.get(client_in.path("spending/rates/rate-card.csv")).streaming_content)
    answer = client_in.post(path, {"file": file(card, "card.csv"), "effective_date": "soon"})
    assert answer.status_code == 422
    answer = client_in.post(path, {"held:file": token_in(answer), "effective_date": "2026-12-01"})
    assert answer.status_code == 200
    assert "card.csv has" in answer.content.decode()
    assert not held()


def test_of_numbers(client_in: ConsoleClient, caller: Any) -> None:
    """Their forms have nothing beside the file; what the operation has against anything else keeps it."""
    create_opt_out_list(caller, opt_out_list_name="vip")
    keeper = Keeper(str(client_in.user.pk), caller.owner_id)
    for path, model in (("opt-out-lists/vip/imports/", OptOutImport), ("deactivation-reports/", DeactivationReport)):
        kept = hold(keeper, file(NUMBERS, "numbers.csv"))
        assert kept is not None
        assert client_in.post(client_in.path(path), {"held:file": kept.token}).status_code == 303
        assert (model.objects.get().file_name, held()) == ("numbers.csv", [])


def test_of_a_test_mms(client_in: ConsoleClient, caller: Any) -> None:
    number = make_media_number(caller).phone_number
    path = client_in.path("test-send/media/")
    given = {"origination_identity": number, "destination_phone_number": "", "message_body": "Sun"}
    answer = client_in.post(path, {**given, "upload": file()})
    token = token_in(answer, "upload")
    assert answer.status_code == 422
    assert token
    answer = client_in.post(path, {**given, "held:upload": token, "destination_phone_number": "+12065550101"})
    assert (answer.status_code, token_in(answer, "upload"), held()) == (200, "", [])
    assert MediaFile.objects.get().key == "photo.png"
    assert 'value="s3://media/photo.png"' in answer.content.decode()


def test_the_upload_button_of_a_test_mms_judges_nothing_but_the_file(client_in: ConsoleClient, settings: Any) -> None:
    path = client_in.path("test-send/media/")
    answer = client_in.post(path, {"upload_file": "1", "upload": file()})
    assert (answer.status_code, MediaFile.objects.count()) == (200, 1)
    assert 'value="s3://media/photo.png"' in answer.content.decode()
    settings.SWITCHBOARD_MEDIA_MAX_BYTES = 10
    answer = client_in.post(path, {"upload_file": "1", "upload": file(name="other.png")})
    assert (answer.status_code, MediaFile.objects.count()) == (422, 1)
    assert "at most 10" in answer.content.decode()


def test_every_form_that_takes_a_file_keeps_it() -> None:
    """A file field is an UploadField, and its form is made of posted(); the wizard keeps its files in the draft."""
    forms = [path for path in (ROOT / "console/forms").glob("*.py") if "forms.FileField(" in path.read_text()]
    views = [path.name for path in (ROOT / "console/views").glob("*.py") if "request.FILES" in path.read_text()]
    assert not forms
    assert sorted(views) == ["errors.py", "registration_wizard.py"]


def test_the_wizard_puts_a_file_into_the_draft_whatever_else_is_wrong(client_in: ConsoleClient, caller: Any) -> None:
    draft = make_registration(caller, TOLL_FREE, fill=False)
    section = draft.definition.section("messagingUseCase")
    text = next(entry for entry in section.fields if entry.field_type == TEXT and entry.max_length)
    given = {
        f"seen:{text.field_path}": "",
        text.field_path: "x" * (text.max_length + 1),
        "file:messagingUseCase.optInImage": file(),
    }
    path = client_in.path(f"registrations/{draft.registration_id}/form/messagingUseCase/")
    answer = client_in.post(path, given)
    assert answer.status_code == 422
    assert "x" * (text.max_length + 1) in answer.content.decode()
    assert RegistrationAttachment.objects.get().uses.get().version.registration == draft
