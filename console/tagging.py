"""Rows of key and value in a form: added and removed by submit buttons, so that no script is needed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from console.numbers import whole
from messaging.errors import Refusal

KEY_LIMIT, VALUE_LIMIT = 128, 256  # service model: TagKey, TagValue


@dataclass(slots=True)
class TagRow:
    key: str = ""
    value: str = ""
    error: str = ""
    focused: bool = False  # where one goes on typing


@dataclass(slots=True)
class TagRows:
    """The rows of a form. Rows without key and value do not count."""

    rows: list[TagRow] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, tags: Sequence[dict[str, str]]) -> "TagRows":
        return cls([TagRow(tag["key"], tag["value"]) for tag in tags] or [TagRow()])

    @classmethod
    def posted(cls, data: QueryDict) -> "TagRows":
        pairs = zip(data.getlist("tag_key"), data.getlist("tag_value"), strict=False)
        return cls([TagRow(key.strip(), value.strip()) for key, value in pairs])

    def rearranged(self, data: QueryDict) -> bool:
        """Add or take away a row when that is the button that was pressed."""
        if "tag_add" in data:
            self.rows.append(TagRow(focused=True))
            return True
        at = whole(data.get("tag_remove", ""), otherwise=-1)
        if at < 0:
            return False
        if at < len(self.rows):
            del self.rows[at]
        if not self.rows:
            self.rows.append(TagRow())
        self.rows[min(at, len(self.rows) - 1)].focused = True
        return True

    @property
    def tags(self) -> list[dict[str, str]]:
        return [{"key": row.key, "value": row.value} for row in self.rows if row.key or row.value]

    def is_valid(self) -> bool:
        """Say beside each row what is wrong with it."""
        seen: set[str] = set()
        for row in self.rows:
            row.error = ""
            if not row.key and row.value:
                row.error = _("Give this value a key.")
            elif len(row.key) > KEY_LIMIT:
                row.error = _("A key has at most %(limit)s characters.") % {"limit": KEY_LIMIT}
            elif len(row.value) > VALUE_LIMIT:
                row.error = _("A value has at most %(limit)s characters.") % {"limit": VALUE_LIMIT}
            elif row.key and row.key in seen:
                row.error = _("The key “%(key)s” comes twice.") % {"key": row.key}
            seen.add(row.key)
        return not any(row.error for row in self.rows)

    def refused(self, refusal: Refusal) -> None:
        """Show a refusal above the rows."""
        words = [str(refusal), *(str(text) for text in refusal.fields.values()), str(refusal.next_step)]
        self.errors.append(" ".join(word for word in words if word))
