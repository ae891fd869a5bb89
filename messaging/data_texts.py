"""Texts of data files that pages show: which members of a file they are, translated whenever they are shown.

Whoever loads a file declares its texts beside the loader, as DataTexts. From that one declaration come the texts that
translate themselves, the strings of the catalogues (console/management/commands/makemessages.py) and the tests.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy

from messaging.errors import Text


@dataclass(frozen=True)
class DataTexts:
    """The texts of the files that match a glob pattern in a folder; parse makes a document out of a file's content.

    shown and names are paths of members, dots between them, positions in lists left out: `sections.fields.title`.
    A text of `shown` translates itself. A text of `names` stays as it is, since it is stored or compared as well:
    whoever shows one translates it. Everything else in a file is for programs.
    """

    folder: Path
    files: str
    parse: Callable[[str], Any]
    shown: frozenset[str]
    names: frozenset[str] = frozenset()

    def load(self, path: Path) -> Any:
        """The document of a file, its shown texts translated whenever they are shown."""
        return self.read(path.read_text(encoding="utf-8"))

    def read(self, text: str) -> Any:
        """The same, of a file's content."""
        return self._translating(self.parse(text), "")

    def paths(self) -> list[Path]:
        """The files."""
        return sorted(self.folder.glob(self.files))

    def texts(self, path: Path) -> dict[str, str]:
        """Every text of a file that needs a translation -> the first member that has it, in the order of the file."""
        found: dict[str, str] = {}
        for member, text in self.found(self.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(text, member)
        return found

    def found(self, document: Any, member: str = "") -> Iterator[tuple[str, str]]:
        """Every (member, text) of a document, or of what stands in it at a member."""
        if isinstance(document, Mapping):
            for name, entry in document.items():
                yield from self.found(entry, _below(member, name))
        elif isinstance(document, list):
            for entry in document:
                yield from self.found(entry, member)
        elif document and isinstance(document, str) and member in self.shown | self.names:
            yield member, document

    def _translating(self, value: Any, member: str) -> Any:
        if isinstance(value, Mapping):
            return {name: self._translating(entry, _below(member, name)) for name, entry in value.items()}
        if isinstance(value, list):
            return [self._translating(entry, member) for entry in value]
        return gettext_lazy(value) if value and isinstance(value, str) and member in self.shown else value


def _below(member: str, name: str) -> str:
    return f"{member}.{name}" if member else name


def in_english(text: Text) -> str:
    """A text as its file has it: for what is stored, sorted or compared."""
    with translation.override(None):
        return str(text)
