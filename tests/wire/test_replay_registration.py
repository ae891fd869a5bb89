"""manage.py replay_registration: what was rehearsed in one account is filed in another, as unmodified boto3 would."""

import io
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from console.registration_export import Unfit, exported, read
from console.registration_sheets import sheet_of
from registrations.models import Registration, RegistrationAttachment
from registrations.operations.field_values import delete_registration_field_value
from tests import factories
from tests.registrations.forms import (
    BRAND,
    CAMPAIGN,
    SINGAPORE,
    TOLL_FREE,
    associate,
    by_hand,
    complete,
    decide,
    make_registration,
    put,
)

pytestmark = pytest.mark.django_db(transaction=True)
FAR = "us-west-2"


@pytest.fixture
def there(db: None) -> Any:
    """Another account in another Region."""
    return factories.make_owner(factories.OTHER_ACCOUNT, FAR)


@pytest.fixture
def they(there: Any) -> Any:
    return factories.make_caller(there)


@pytest.fixture
def their_key(there: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> factories.Key:
    """Their access key, where boto3 looks for it; nothing else of this machine counts."""
    key = factories.make_access_key(there)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key.secret_access_key)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    return key


class Replay:
    """replay(source, …) is what the command printed, as is `said` after one that failed; no secret is among it."""

    def __init__(self, url: str, secret: str) -> None:
        self.url, self.secret = url, secret
        self.said = ""

    def __call__(self, source: Any, *more: str) -> str:
        out = io.StringIO()
        try:
            words = [str(source), "--endpoint-url", self.url, "--region", FAR, *more]
            call_command("replay_registration", *words, stdout=out)
        finally:
            self.said = out.getvalue()
            assert self.secret not in self.said
        return self.said


@pytest.fixture
def replay(live_server: Any, their_key: factories.Key) -> Replay:
    return Replay(live_server.url, their_key.secret_access_key)


@pytest.fixture
def boto_there(boto_as: Any, their_key: factories.Key) -> Any:
    return boto_as(their_key, region=FAR)


def values(client: Any, registration_id: str) -> dict[str, Any]:
    """What a registration says, files by what they hold."""
    pages = client.get_paginator("describe_registration_field_values").paginate(RegistrationId=registration_id)
    found = {value.pop("FieldPath"): value for page in pages for value in page["RegistrationFieldValues"]}
    for value in found.values():
        if "RegistrationAttachmentId" in value:
            row = RegistrationAttachment.objects.get(registration_attachment_id=value["RegistrationAttachmentId"])
            value["RegistrationAttachmentId"] = row.sha256
    return found


def test_a_registration_is_the_same_there(caller, they, boto, boto_there, replay) -> None:
    mine = make_registration(caller, TOLL_FREE)
    first = replay(mine.registration_id)
    (made,) = boto_there.describe_registrations()["Registrations"]
    assert made["RegistrationType"] == TOLL_FREE and made["RegistrationId"] in first
    assert values(boto_there, made["RegistrationId"]) == values(boto, mine.registration_id)
    assert first.count(": put.") == len(values(boto, mine.registration_id)) and "Not submitted" in first
    again = replay(mine.registration_id)
    assert ": put." not in again and made["RegistrationId"] in again
    assert len(boto_there.describe_registrations()["Registrations"]) == 1
    assert len(boto_there.describe_registration_attachments()["RegistrationAttachments"]) == 1
    replay(mine.registration_id, "--afresh")
    assert len(boto_there.describe_registrations()["Registrations"]) == 2


def test_a_file_is_corrected_and_filed_again(caller, they, boto, boto_there, replay, client_in, tmp_path) -> None:
    """Out of Export JSON, submitted, refused there, corrected here, filed once more into the same registration."""
    by_hand(they, SINGAPORE)
    mine = make_registration(caller, SINGAPORE)
    file = tmp_path / "registration.json"

    def export() -> None:
        file.write_bytes(client_in.get(client_in.path(f"registrations/{mine.registration_id}/export/")).content)

    export()
    assert "Submitted version 1: SUBMITTED." in replay(file, "--submit")
    theirs = Registration.objects.get(owner_id=they.owner_id)
    same = replay(file, "--registration-id", theirs.registration_id, "--submit")
    assert "It says what the export says: nothing to file." in same
    put(caller, mine, "companyInfo.city", "Jurong")
    export()
    with pytest.raises(CommandError, match="in review and says something else"):
        replay(file, "--registration-id", theirs.registration_id)
    theirs.refresh_from_db()
    decide(they, theirs, {"field_path": "companyInfo.city", "reason": "OTHER", "note": "No such city."})
    said = replay(file, "--registration-id", theirs.registration_id, "--submit")
    assert "Version 2 begun" in said and said.count(": put.") == 1 and "Submitted version 2" in said
    assert values(boto_there, theirs.registration_id) == values(boto, mine.registration_id)


def test_a_refused_field_is_named_and_the_others_go_on(caller, they, boto_there, replay, tmp_path) -> None:
    document = exported(sheet_of(caller, make_registration(caller, BRAND).registration_id))
    for value in document["PutRegistrationFieldValue"]:
        if value["FieldPath"] == "companyInfo.isoCountryCode":
            value["TextValue"] = "nowhere"
    file = tmp_path / "registration.json"
    file.write_text(json.dumps(document))
    with pytest.raises(CommandError) as ended:
        replay(file, "--submit")
    theirs = Registration.objects.get(owner_id=they.owner_id)
    assert "1 refused; nothing was submitted." in str(ended.value) and theirs.registration_id in str(ended.value)
    assert "REFUSED companyInfo.isoCountryCode: FIELD_VALIDATION_FAILED – " in replay.said
    assert theirs.registration_status == "CREATED"
    there = values(boto_there, theirs.registration_id)
    assert len(there) == len(document["PutRegistrationFieldValue"]) - 1 and "companyInfo.isoCountryCode" not in there


def test_answers_that_only_stand_there(caller, they, boto_there, replay) -> None:
    mine = make_registration(caller, BRAND)
    replay(mine.registration_id)
    theirs = Registration.objects.get(owner_id=they.owner_id)
    delete_registration_field_value(caller, registration_id=mine.registration_id, field_path="companyInfo.city")
    assert "companyInfo.city: the export has no answer" in replay(mine.registration_id)
    assert "companyInfo.city" in values(boto_there, theirs.registration_id)
    assert "companyInfo.city: taken out" in replay(mine.registration_id, "--remove-others")
    assert "companyInfo.city" not in values(boto_there, theirs.registration_id)


def test_a_campaign_goes_with_the_brand_there(caller, they, boto_there, replay) -> None:
    mine = make_registration(caller, CAMPAIGN)
    brand, their_brand = complete(caller, BRAND), complete(they, BRAND)
    associate(caller, mine, brand)
    with pytest.raises(CommandError, match="SubmitRegistrationVersion was refused: MISSING_PARAMETER"):
        replay(mine.registration_id, "--submit")
    assert f"{brand.registration_id} (registration): not associated." in replay.said
    said = replay(
        mine.registration_id, "--submit", "--resource", f"{brand.registration_id}={their_brand.registration_id}"
    )
    assert f"{their_brand.registration_id} (registration): associated." in said and "Submitted version 1" in said
    theirs = Registration.objects.get(owner_id=they.owner_id, registration_type=CAMPAIGN)
    assert theirs.associations.get().other == their_brand


def test_dry_run_is_a_program_and_calls_nothing(
    caller, they, boto_there, their_key, replay, tmp_path, monkeypatch
) -> None:
    mine = make_registration(caller, TOLL_FREE)
    program = replay(mine.registration_id, "--dry-run")
    assert not boto_there.describe_registrations()["Registrations"]
    monkeypatch.chdir(tmp_path)
    attachment = RegistrationAttachment.objects.get()
    with default_storage.open(attachment.stored_as) as stored:
        (tmp_path / attachment.file_name).write_bytes(stored.read())
    exec(compile(program, "printed", "exec"), {})
    (made,) = boto_there.describe_registrations()["Registrations"]
    assert len(values(boto_there, made["RegistrationId"])) == program.count("put_registration_field_value")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["registration-0"], "neither a registration nor a file"),
        (["registration-0", "--resource", "brand"], "neither a registration nor a file"),
        (["{}", "--endpoint-url", "https://me:word@sms.example.org"], "no user name and no password"),
        (["{}", "--endpoint-url", "sms.example.org"], "must begin with https://"),
        (["{}", "--resource", "brand"], "--resource brand: write"),
        (["{}", "--region", FAR, "--registration-id", "registration-0"], "is not there"),
        (["{}", "--region", FAR, "--profile", "nobody"], "nobody"),
    ],
)
def test_says_what_is_wrong(caller, live_server, their_key, tmp_path, words, says) -> None:
    file = tmp_path / "registration.json"
    file.write_text(json.dumps(exported(sheet_of(caller, make_registration(caller, BRAND).registration_id))))
    options = [word.replace("{}", str(file)) for word in words]
    if "--endpoint-url" not in options:
        options += ["--endpoint-url", live_server.url]
    with pytest.raises(CommandError, match=says) as refused:
        call_command("replay_registration", *options, stdout=io.StringIO())
    assert "word@" not in str(refused.value)


def test_without_credentials(caller, live_server, monkeypatch, tmp_path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    words = [make_registration(caller, BRAND).registration_id, "--endpoint-url", live_server.url, "--region", FAR]
    with pytest.raises(CommandError, match="credentials"):
        call_command("replay_registration", *words, stdout=io.StringIO())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda it: it.update(Format="switchboard.registration/0"), "no registration in the format"),
        (lambda it: it.pop("CreateRegistration"), "lacks CreateRegistration"),
        (lambda it: it.update(CreateRegistrationAttachment=[]), "not of the form"),
        (lambda it: it["CreateRegistrationAttachment"]["file-1"].update(AttachmentBody="AAAA"), "SHA-256 differs"),
        (lambda it: it["CreateRegistrationAttachment"]["file-1"].update(AttachmentBody="§"), "not base64"),
        (lambda it: it["CreateRegistrationAttachment"].clear(), "which CreateRegistrationAttachment lacks"),
        (lambda it: it["PutRegistrationFieldValue"][0].update(SelectChoices=["A"]), "exactly one of"),
    ],
)
def test_files_that_are_no_export(caller, change, says) -> None:
    document = exported(sheet_of(caller, make_registration(caller, TOLL_FREE).registration_id))
    assert read(document).registration_type == TOLL_FREE
    change(document)
    with pytest.raises(Unfit, match=says):
        read(document)
