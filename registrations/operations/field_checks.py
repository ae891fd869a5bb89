"""What is wrong with an answer: the constraints of a field among the other answers. Reads only."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from messaging.errors import Text
from registrations.definitions import (
    ATTACHMENT,
    DISALLOWED,
    REQUIRED,
    SELECT,
    TEXT,
    Answers,
    Field,
    RegistrationType,
    Resolved,
)
from registrations.models import RegistrationAttachment


def text_problem(field: Field, resolved: Resolved, text: str) -> Text | None:
    """What is wrong with a text, in a sentence, or None. Lengths count characters."""
    if resolved.max_length and len(text) > resolved.max_length:
        return _("Write at most %(most)s characters; this has %(found)s.") % {
            "most": resolved.max_length,
            "found": len(text),
        }
    if len(text) < resolved.min_length:
        return _("Write at least %(least)s characters; this has %(found)s.") % {
            "least": resolved.min_length,
            "found": len(text),
        }
    if resolved.pattern and not re.fullmatch(resolved.pattern, text):
        return resolved.pattern_words or _("This does not have the form that is asked for.")
    return None


def choices_problem(field: Field, resolved: Resolved, choices: Sequence[str]) -> Text | None:
    """What is wrong with the choices of a select field, or None."""
    known = {option.option for option in field.options}
    wrong = next((choice for choice in choices if choice not in resolved.options), None)
    if wrong is not None:
        if wrong in known and resolved.why:
            return resolved.why
        return _("“%(choice)s” is not one of the choices: %(all)s.") % {
            "choice": wrong,
            "all": ", ".join(resolved.options),
        }
    if len(set(choices)) != len(choices):
        return _("Give each choice once.")
    if len(choices) > field.max_choices:
        return _("Choose at most %(most)s.") % {"most": field.max_choices}
    if len(choices) < max(field.min_choices, 1):
        return _("Choose at least %(least)s.") % {"least": max(field.min_choices, 1)}
    return None


def attachment_problem(field: Field, attachment: RegistrationAttachment) -> Text | None:
    """What is wrong with a file for a field, or None: its type, its size, or that it is not there."""
    if attachment.attachment_status == RegistrationAttachment.Status.UPLOAD_IN_PROGRESS:
        return None  # looked at again on submission
    if attachment.attachment_status != RegistrationAttachment.Status.UPLOAD_COMPLETE:
        return _("The upload of this file failed. Upload it again.")
    allowed = field.max_bytes_by_type.get(attachment.media_type)
    if allowed is None:
        return _("This field takes files of the types %(types)s; this one is %(found)s.") % {
            "types": ", ".join(field.max_bytes_by_type),
            "found": attachment.media_type,
        }
    if attachment.size > allowed:
        return _("The file has %(found)s bytes; at most %(most)s are allowed.") % {
            "found": attachment.size,
            "most": allowed,
        }
    return None


def problem(field: Field, answers: Answers, attachment: RegistrationAttachment | None = None) -> Text | None:
    """What is wrong with the stored answer of a field among the others, or None. A missing one is only missing."""
    resolved = field.resolve(answers)
    answer = answers.get(field.field_path) or ()
    if not answer:
        return (resolved.why or _("This field is required.")) if resolved.behavior == REQUIRED else None
    if resolved.behavior == DISALLOWED:
        return resolved.why or _("This field must stay empty with the other answers as they are.")
    if field.field_type == TEXT:
        return text_problem(field, resolved, answer[0])
    if field.field_type == SELECT:
        return choices_problem(field, resolved, answer)
    if field.field_type == ATTACHMENT and attachment is not None:
        if attachment.attachment_status == RegistrationAttachment.Status.UPLOAD_IN_PROGRESS:
            return _("The upload of this file has not finished yet.")
        return attachment_problem(field, attachment)
    return None


def problems(
    definition: RegistrationType, answers: Answers, attachments: Mapping[str, RegistrationAttachment]
) -> dict[str, Text]:
    """Everything that keeps a version from being submitted: field path -> what is wrong, in the order of the form.

    attachments maps field paths to the files answered there.
    """
    found = {path: problem(field, answers, attachments.get(path)) for path, field in definition.fields.items()}
    return {path: text for path, text in found.items() if text is not None}
