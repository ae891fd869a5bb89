"""The tags editor: rows of key and value that work as plain form fields, with Add and Remove as submit buttons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.errors import Refusal

LIMIT = 50  # tags on one resource (quota of the service)
LONGEST_KEY, LONGEST_VALUE = 128, 256  # service model: TagKey, TagValue


@dataclass(slots=True)
class TagRow:
    """One row as typed, and what is wrong with it."""

    key: str = ""
    value: str = ""
    error: str | Promise = ""


class TagRows:
    """The rows of a tags editor. After Add or Remove `editing` is true: show the form again, save nothing."""

    limit = LIMIT

    def __init__(self, rows: Iterable[TagRow] = (), *, editing: bool = False) -> None:
        self.rows = list(rows) or [TagRow()]
        self.editing = editing
        self.error: str | Promise = ""

    @classmethod
    def of(cls, tags: Iterable[Mapping[str, str]]) -> Self:
        """From the API's list of {"Key", "Value"}."""
        return cls(TagRow(tag["Key"], tag.get("Value", "")) for tag in tags)

    @classmethod
    def posted(cls, data: Any) -> Self:
        """From the fields tag-key and tag-value of a posted form, with Add or Remove already done."""
        rows = [
            TagRow(k.strip(), v.strip())
            for k, v in zip(data.getlist("tag-key"), data.getlist("tag-value"), strict=False)
        ]
        remove = data.get("tag-remove", "")
        if remove.isdigit() and int(remove) < len(rows):
            del rows[int(remove)]
        if "tag-add" in data:
            rows.append(TagRow())
        return cls(rows, editing="tag-add" in data or "tag-remove" in data)

    @property
    def may_add(self) -> bool:
        return len(self.rows) < LIMIT

    def is_valid(self) -> bool:
        """Mark what is wrong row by row: a value without key, a key twice, too long, too many."""
        seen: set[str] = set()
        for row in self.rows:
            row.error = self._problem(row, seen)
            seen.add(row.key)
        if len(self.tags) > LIMIT:
            self.error = _("A resource has at most 50 tags.")
        return not self.error and not any(row.error for row in self.rows)

    @staticmethod
    def _problem(row: TagRow, seen: set[str]) -> str | Promise:
        if not row.key:
            return _("Give the tag a key.") if row.value else ""
        if row.key in seen:
            return _("Another tag has this key.")
        if len(row.key) > LONGEST_KEY or len(row.value) > LONGEST_VALUE:
            return _("The key or the value is too long.")
        return ""

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal of the tags by the operation."""
        self.error = str(refusal.fields.get("tags", refusal.message))

    @property
    def tags(self) -> list[dict[str, str]]:
        """As the API takes them; rows left empty do not count."""
        return [{"Key": row.key, "Value": row.value} for row in self.rows if row.key]
