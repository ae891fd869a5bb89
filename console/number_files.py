"""What the pages share that take a file of numbers: its upload, its first records, the rows that cannot be used."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from console.exports import csv_lines
from console.forms.base import ConsoleForm
from messaging.errors import Refusal, Text
from messaging.models.number_files import NumberFile
from messaging.operations.number_files import Record, Sample, sample

SHOWN = 100  # rows that cannot be used, on the page; the file has all of them
T = TypeVar("T")


def uploaded(form: ConsoleForm, note: Callable[..., T], *, folder: str = "imports/uploads") -> T | None:
    """Put the form's file into the storage under a name of ours, and note it; nothing when that was refused.

    note takes stored, file_name and size.
    """
    given = form.cleaned_data["file"]
    stored = default_storage.save(f"{folder}/{secrets.token_hex(16)}.csv", given)
    try:
        return note(stored=stored, file_name=given.name, size=given.size)
    except Refusal as refusal:
        default_storage.delete(stored)
        form.refuse(refusal)
        return None


def beginning(row: NumberFile) -> Sample | None:
    """The first records, or nothing when the file is gone from the storage."""
    return sample(row.stored) if default_storage.exists(row.stored) else None


def in_words(problems: Iterable[Record], kinds: Mapping[str, Text], most: int | None = None) -> Iterator[list[str]]:
    """Row number, cell, kind in words, why, of the first `most` problems or all of them."""
    for at, cell, kind, why in islice(problems, most):
        yield [at, cell, str(kinds[kind]), why]


def problems_csv(problems: Iterable[Record], kinds: Mapping[str, Text]) -> Iterator[str]:
    """All problems as a file."""
    return csv_lines([_("Row"), _("Cell"), _("Problem"), _("Why")], in_words(problems, kinds))
