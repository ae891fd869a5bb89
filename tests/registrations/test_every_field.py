"""Every field of every form, as the guide has it: in the data, in the wizard, on the review screen. By boto3:
tests/wire/test_every_field.py.
"""

import os
import struct
import zlib
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging import clock
from registrations.definitions import registration_types
from registrations.models import (
    Registration,
    RegistrationAttachment,
    RegistrationFieldValue,
    RegistrationVersion,
    VersionStatus,
)
from registrations.operations.policies import policy_of, verdicts_of
from registrations.operations.reviews import claim_registration_review
from tests.registrations.fields import (
    FAULTS,
    TOO_LARGE,
    WRONG_FORM,
    WRONG_TYPE,
    Fact,
    all_of,
    facts,
    must_have,
    section_titles,
    triggers,
)
from tests.registrations.forms import by_hand, make_attachment, make_registration, put

pytestmark = pytest.mark.django_db

TYPES = [name for name, sections in facts().items() if sections]
SECTIONS = [(name, section) for name in TYPES for section in facts()[name]]
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


def big_png(size: int) -> bytes:
    """A real picture of at least that many bytes: noise does not shrink."""
    width = 1000
    height = size // width + 1

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    lines = b"".join(b"\0" + os.urandom(width) for _line in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return head + chunk(b"IDAT", zlib.compress(lines, 0)) + chunk(b"IEND", b"")


def named(fact: Fact) -> str:
    return fact.path.replace(".", "-")


def piece(page: str, fact: Fact) -> str:
    """The part of a step of the wizard that belongs to a field."""
    return page.split(f'id="field-{named(fact)}"')[1].split(' id="field-')[0]


# The data


@pytest.mark.parametrize("name", facts())
def test_the_data_is_the_guides(name):
    definition = registration_types()[name]
    assert [(s.section_path, str(s.title)) for s in definition.sections] == [*section_titles(name).items()]
    assert list(definition.fields) == [fact.path for fact in all_of(name)]
    for fact in all_of(name):
        field = fact.field
        assert (str(field.title), field.field_type, field.field_requirement) == (
            fact.label, fact.type, fact.requirement,
        ), fact.path  # fmt: skip
        assert str(field.short_description).startswith(fact.help.rstrip(".")), fact.path
        for limit in ("min_length", "max_length", "pattern", "min_choices", "max_choices"):
            assert getattr(field, limit) == fact.given.get(limit, getattr(type(field), limit)), (fact.path, limit)
        assert [option.option for option in field.options] == fact.options, fact.path
        for option in field.options:
            assert not fact.given["options"][option.option] or str(option.title) == fact.given["options"][option.option]
        if fact.type == "ATTACHMENT":
            assert fact.largest.items() <= field.max_bytes_by_type.items() and str(field.size_words) == fact.max_size
        conditions = {c.depends_on_field_path: [*c.values] for rule in field.rules for c in rule.conditions}
        assert not fact.required_when or conditions == fact.required_when, fact.path
        if "us_pattern" in fact.given:
            assert [rule.conditional_validation.pattern for rule in field.rules] == [fact.us_pattern]


# The wizard


def answered(caller: Any, name: str) -> Registration:
    """A draft in which every condition holds, and nothing else is answered."""
    registration = make_registration(caller, name, fill=False)
    for path, choices in triggers(name).items():
        put(caller, registration, path, choices)
    return registration


@pytest.mark.parametrize("name", TYPES)
def test_the_wizard_asks_for_every_field(client_in, caller, name):
    registration = answered(caller, name)
    for section, rows in facts()[name].items():
        path = client_in.path(f"registrations/{registration.registration_id}/form/{section}/")
        page = client_in.get(path).content.decode()
        assert section_titles(name)[section] in unescape(page)
        for fact in rows:
            part = piece(page, fact)
            text = unescape(part)
            asked = "required" if fact.path in must_have(name) else "optional"
            assert f'{fact.label} <span class="optional">({asked})' in text, fact.path
            assert fact.help.rstrip(".") in text, fact.path
            CONTROLS[fact.type](part, text, fact)


def text_control(part: str, text: str, fact: Fact) -> None:
    assert f'<label for="id_{named(fact)}">' in part, fact.path
    control = f'id="id_{named(fact)}" name="{fact.path}"'
    assert f'<input type="text" {control}' in part or f"<textarea {control}" in part, fact.path
    least = {1: "At most ", fact.longest: ""}.get(fact.min_length, f"{fact.min_length} to ")
    assert f"{least}{fact.longest} characters." in text, fact.path
    assert str(fact.field.pattern_words) in text and fact.field.example in text and fact.field.bad_example in text


def choice_control(part: str, text: str, fact: Fact) -> None:
    several = fact.max_choices > 1
    assert ("Choose up to" in text) is several
    for value in fact.options:
        radio = f'type="{"checkbox" if several else "radio"}"'
        as_button = any(f'name="{fact.path}" value="{value}"' in tag and radio in tag for tag in part.split("<input"))
        assert as_button or f'<option value="{value}"' in part, (fact.path, value)
        assert fact.given["options"][value] in text, (fact.path, value)
    assert ("<legend>" in part) is ("<select" not in part)


def file_control(part: str, text: str, fact: Fact) -> None:
    control = f'<input type="file" id="id_{named(fact)}" name="file:{fact.path}" accept="'
    accepted = part.split(control)[1].split('"')[0].split(",")
    assert set(fact.largest) <= set(accepted) and f"{fact.max_size}." in text, fact.path


CONTROLS = {"TEXT": text_control, "SELECT": choice_control, "ATTACHMENT": file_control}


@pytest.mark.parametrize(("name", "section"), SECTIONS)
def test_the_wizard_takes_nothing_that_breaks_a_limit(client_in, caller, name, section):
    """All fields of a step with the same fault at once: each is refused beside its control, and nothing is kept."""
    registration = make_registration(caller, name, fill=False)
    path = client_in.path(f"registrations/{registration.registration_id}/form/{section}/")
    for fault in FAULTS:
        rows = [fact for fact in facts()[name][section] if fault in fact.broken]
        if not rows:
            continue
        posted: dict[str, Any] = {}
        for fact in rows:
            if fact.type == "ATTACHMENT":
                posted[f"file:{fact.path}"] = SimpleUploadedFile("proof.png", *uploaded(fact, fault))
            else:
                posted |= {fact.path: fact.broken[fault], f"seen:{fact.path}": "0.0"}
        answer = client_in.post(path, {**posted, "continue": "1"})
        blank = [fact for fact in rows if fact.type == "TEXT" and not fact.broken[fault].strip()]
        page = answer.content.decode()
        assert answer.status_code == (303 if len(blank) == len(rows) else 422), fault
        for fact in rows:
            if fact not in blank:  # blanks only are no answer: the field stays empty, and required
                part = piece(page, fact)
                assert 'class="field invalid"' in f"<{page.split(part)[0].rpartition('<')[2]}", (fact.path, fault)
                assert '<ul class="error-list"><li>' in part and f'href="#field-{named(fact)}"' in page, fact.path
        assert not RegistrationFieldValue.objects.exists() and not RegistrationAttachment.objects.exists(), fault


def uploaded(fact: Fact, fault: str) -> tuple[bytes, str]:
    """A real file with the fault, as it says it is: (bytes, media type)."""
    if fault == TOO_LARGE:
        return big_png(fact.max_bytes + 1), "image/png"
    return (b"BM" + b"\0" * 60, "image/bmp") if "image/gif" in fact.largest else (GIF, "image/gif")


@pytest.mark.parametrize("name", TYPES)
def test_the_wizard_names_everything_that_is_missing(client_in, caller, name):
    """While every condition holds; and without them, only what is required in any case."""
    for registration, held in ((answered(caller, name), True), (make_registration(caller, name, fill=False), False)):
        if held and not triggers(name):
            continue
        path = client_in.path(f"registrations/{registration.registration_id}/review/")
        answer = client_in.post(path, {"attested": "on"})
        assert answer.status_code == 422
        listed = answer.content.decode().split('id="faults"')[1].split("</ul>")[0]
        missing = {fact.path for fact in all_of(name) if f'#field-{named(fact)}"' in listed}
        always = {fact.path for fact in all_of(name) if fact.requirement == "REQUIRED"}
        assert missing == (must_have(name) - set(triggers(name)) if held else always)
    assert {row.registration_status for row in Registration.objects.all()} == {"CREATED"}


# The review screen


@pytest.fixture
def reviewer(signed_in):
    return signed_in("REVIEWER")


def in_queue(caller: Any, reviewer: Any, name: str) -> RegistrationVersion:
    """A version in the reviewer's hands, however it was answered: as if the form had been changed since."""
    by_hand(caller, name)
    registration = answered(caller, name)
    version = registration.current_version
    RegistrationVersion.objects.filter(pk=version.pk).update(
        registration_version_status=VersionStatus.SUBMITTED, submitted_at=clock.now(), submitted_by="user:ana"
    )
    Registration.objects.filter(pk=registration.pk).update(registration_status="SUBMITTED")
    claim_registration_review(reviewer.caller, registration_id=registration.registration_id, version_number=1)
    return version


def cards(reviewer: Any, version: RegistrationVersion) -> dict[str, str]:
    """Field path -> its card."""
    page = reviewer.get(reviewer.path(f"reviews/{version.pk}/")).content.decode()
    pieces = [unescape(part).split("</article>")[0] for part in page.split('<article class="review-card')[1:]]
    by_number = {part.split('id="f')[1].split('"')[0]: part for part in pieces}
    fields = version.registration.definition.fields
    return {path: by_number[str(number)] for number, path in enumerate(fields, start=1)}


@pytest.mark.parametrize("name", TYPES)
def test_the_review_screen_shows_every_field_and_what_is_missing(reviewer, caller, name):
    version = in_queue(caller, reviewer, name)
    found = cards(reviewer, version)
    for fact in all_of(name):
        card = found[fact.path]
        assert f">{fact.label}</h3>" in card and 'value="deny"' in card, fact.path
        assert ("Required" in card) is (fact.path in must_have(name)), fact.path
        if fact.type == "TEXT":
            assert f"{fact.longest} characters." in card, fact.path
        missing = fact.path in must_have(name) - set(triggers(name))
        assert ("Check: would be returned." in card) is missing, fact.path
        assert missing is (str(fact.field.resolve(version_answers(version)).why or "This field is required.") in card)
    policy = policy_of(caller.owner_id, name)
    policy.mode = "AUTOMATIC"
    denied = {verdict["field_path"]: verdict for verdict in verdicts_of(policy, version)}
    assert set(denied) == must_have(name) - set(triggers(name)), "the simulated reviewer sees it too"
    assert all(verdict["reason"] == "OTHER" and verdict["note"] for verdict in denied.values())


def version_answers(version: RegistrationVersion) -> dict[str, tuple[str, ...]]:
    return {value.field_path: tuple(value.answer) for value in version.values.select_related("attachment")}


@pytest.mark.parametrize("name", TYPES)
def test_a_reviewer_sees_what_breaks_a_limit(reviewer, caller, name):
    """Each fault in every field that can have it; no check finds it in the answer that was right."""
    version = in_queue(caller, reviewer, name)
    file = make_attachment(caller)
    url = reviewer.path(f"reviews/{version.pk}/")
    for fault in (*FAULTS, ""):
        version.values.all().delete()
        rows = [fact for fact in all_of(name) if not fault or fault in fact.broken]
        if not rows:
            continue
        RegistrationFieldValue.objects.bulk_create(stored(version, fact, fault, file) for fact in rows)
        if fault in (WRONG_TYPE, TOO_LARGE):
            media_type, size = rows[0].broken[fault]
            RegistrationAttachment.objects.filter(pk=file.pk).update(media_type=media_type, size=size)
        else:
            RegistrationAttachment.objects.filter(pk=file.pk).update(media_type="image/png", size=100)
        found = cards(reviewer, version)
        for fact in rows:
            assert ("Check: would be returned." in found[fact.path]) is bool(fault), (fact.path, fault)
            if fault == WRONG_FORM:
                assert str(fact.field.resolve(version_answers(version)).pattern_words) in found[fact.path], fact.path
        if fault:
            for number, _section in enumerate(facts()[name], start=1):
                reviewer.post(url, {"form": version.registration.definition.version, "section": number})
            accepted = version.drafts.get().verdicts
            assert not {fact.path for fact in rows} & set(accepted), "“Accept remaining” leaves them to a person"
            version.drafts.all().delete()


def stored(version: RegistrationVersion, fact: Fact, fault: str, file: Any) -> RegistrationFieldValue:
    value = RegistrationFieldValue(version=version, field_path=fact.path)
    if fact.type == "ATTACHMENT":
        value.attachment = file
    elif fact.type == "SELECT":
        value.select_choices = fact.broken[fault] if fault else [fact.field.example]
    else:
        value.text_value = fact.broken[fault] if fault else fact.field.example
    return value
