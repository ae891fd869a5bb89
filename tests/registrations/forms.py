"""Forms filled in for tests: the examples that stand in the types' own data."""

import struct
import zlib
from typing import Any

from messaging.caller import Caller
from registrations.definitions import ATTACHMENT, REQUIRED, SELECT, TEXT, RegistrationType
from registrations.models import Registration, RegistrationVersion
from registrations.operations.associations import create_registration_association
from registrations.operations.attachments import create_registration_attachment
from registrations.operations.decisions import decide_registration_version
from registrations.operations.field_values import put_registration_field_value
from registrations.operations.naming import definition_named
from registrations.operations.policies import set_reviewer_policy
from registrations.operations.registrations import create_registration
from registrations.operations.versions import submit_registration_version

BRAND, VETTING = "US_TEN_DLC_BRAND_REGISTRATION", "US_TEN_DLC_BRAND_VETTING"
CAMPAIGN, TOLL_FREE, SINGAPORE = (
    "US_TEN_DLC_CAMPAIGN_REGISTRATION",
    "US_TOLL_FREE_REGISTRATION",
    "SG_SENDER_ID_REGISTRATION",
)
FIVE = (TOLL_FREE, BRAND, VETTING, CAMPAIGN, SINGAPORE)


def png(width: int = 2, height: int = 2, *, behind: bytes = b"", rows: int | None = None) -> bytes:
    """A small real picture; rows and behind make it a wrong one."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    lines = (b"\0" + b"\x7f" * width) * (height if rows is None else rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
        + behind
    )


def make_attachment(caller: Caller, body: bytes = b"") -> Any:
    return create_registration_attachment(caller, attachment_body=body or png(), said_name="proof.png")


def put(caller: Caller, registration: Registration, path: str, value: Any) -> Any:
    """Answer a field with a text, a list of choices or an attachment."""
    kind = registration.definition.fields[path].field_type
    member = {TEXT: "text_value", SELECT: "select_choices", ATTACHMENT: "registration_attachment_id"}[kind]
    return put_registration_field_value(
        caller, registration_id=registration.registration_id, field_path=path, **{member: value}
    )


def examples(caller: Caller, definition: RegistrationType) -> dict[str, Any]:
    """A value for each field that must be there, from the data's own examples."""
    found: dict[str, Any] = {}
    answers = {p: (f.example,) for p, f in definition.fields.items() if f.field_type != ATTACHMENT}
    for path, field in definition.fields.items():
        if field.resolve(answers).behavior != REQUIRED:
            continue
        if field.field_type == ATTACHMENT:
            found[path] = make_attachment(caller).registration_attachment_id
        else:
            found[path] = field.example if field.field_type == TEXT else [field.example]
    return found


def make_registration(caller: Caller, registration_type: str, *, fill: bool = True, **changes: Any) -> Registration:
    """A registration with every required field answered; changes are answers by path with __ in place of the dot."""
    registration = create_registration(caller, registration_type=registration_type)
    values = examples(caller, definition_named(registration_type)) if fill else {}
    values |= {path.replace("__", "."): value for path, value in changes.items()}
    for path, value in values.items():
        put(caller, registration, path, value)
    return registration


def by_hand(caller: Caller, *registration_types: str) -> None:
    """Nobody but a person decides on these types."""
    for registration_type in registration_types:
        set_reviewer_policy(caller, registration_type=registration_type, mode="MANUAL")


def submit(caller: Caller, registration: Registration) -> RegistrationVersion:
    version = submit_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    return version


def decide(caller: Caller, registration: Registration, *denied: dict[str, Any], **options: Any) -> Any:
    """Approve the current version, or return it for what is denied: {"field_path", "reason", "note"}."""
    decision = decide_registration_version(
        caller,
        registration_id=registration.registration_id,
        version_number=registration.current_version_number,
        verdicts=[{"accepted": False, **entry} for entry in denied],
        **options,
    )
    registration.refresh_from_db()
    return decision


def complete(caller: Caller, registration_type: str, **changes: Any) -> Registration:
    """An approved registration of a type that needs nothing but its form, or a brand where it needs one."""
    registration = make_registration(caller, registration_type, **changes)
    if any(entry.registration_type for entry in registration.definition.associations):
        associate(caller, registration, complete(caller, BRAND))
    submit(caller, registration)
    decide(caller, registration, **({"score": 80} if registration.definition.scored else {}))
    return registration


def associate(caller: Caller, registration: Registration, resource: Any) -> Any:
    return create_registration_association(
        caller, registration_id=registration.registration_id, resource_id=resource.name
    )
