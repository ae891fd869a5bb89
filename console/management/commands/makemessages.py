"""Django's makemessages, which also collects the texts of data files that pages show.

Each of these files is handed to xgettext as a list of its texts, so that the catalogues name the file itself and, in a
comment, the member that holds the text.
"""

import json
from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages

from messaging import reference
from messaging.data_texts import DataTexts
from registrations import definitions, reasons, support_flows

TEXTS: tuple[DataTexts, ...] = (
    reference.COUNTRY_TEXTS,
    reference.QUOTA_TEXTS,
    definitions.TEXTS,
    reasons.TEXTS,
    support_flows.TEXTS,
)


def data_files() -> dict[Path, DataTexts]:
    """Every data file with texts that pages show."""
    return {path: texts for texts in TEXTS for path in texts.paths()}


class BuildFile(makemessages.BuildFile):
    """What xgettext reads in place of a file; of a data file, its texts."""

    def preprocess(self) -> None:
        path = Path(self.path).resolve()
        declared = data_files().get(path)
        if declared is None:
            super().preprocess()
            return
        lines = []
        for text, member in declared.texts(path).items():
            lines.append(f"# Translators: {member}")
            if "%" in text or "{" in text:  # no placeholders here
                lines.append("# xgettext:no-python-format,no-python-brace-format")
            lines.append(f"gettext_noop({json.dumps(text, ensure_ascii=False)})\n")
        Path(self.work_path).write_text("\n".join(lines), encoding="utf-8")


class Command(makemessages.Command):
    """See the module."""

    build_file_class = BuildFile

    def find_files(self, root: str) -> list[Any]:
        """The files of Django's command in this folder and below, and the data files there."""
        found = super().find_files(root)
        if self.domain != "django":
            return found
        here = Path(root).resolve()
        for path in data_files():
            if path.is_relative_to(here):
                # As Django writes folders: BuildFile cuts the leading "./" off.
                folder = f"{root}/{path.parent.relative_to(here)}"
                found.append(self.translatable_file_class(folder, path.name, self.default_locale_path))
        return sorted(found)
