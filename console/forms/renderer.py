"""Form rendering for the whole project: our field template, labels above, hints and errors tied to their input."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

from console.held_uploads import Held, Posted


class ConsoleBoundField(BoundField):
    """A field in a form, with what its template needs to know.

    Django itself emits aria-invalid and aria-describedby for the ids `<id>_helptext` and `<id>_error`.
    """

    @property
    def is_check(self) -> bool:
        """One checkbox: its label stands behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_optional(self) -> bool:
        """Marked “(optional)”: not required, and not a choice that has a value anyway."""
        if self.field.required or self.field.disabled or self.is_check:
            return False
        choices = getattr(self.field.widget, "choices", None)
        multiple = getattr(self.field.widget, "allow_multiple_selected", False)
        return multiple or choices is None or any(value in ("", None) for value, _label in choices)

    @property
    def limit(self) -> int | None:
        """How many characters may be typed, where that is worth a counter."""
        longest = getattr(self.field, "max_length", None)
        return longest if longest and isinstance(self.field.widget, forms.Textarea) else None

    @property
    def held(self) -> Held | None:
        """The file that came with the form, kept for the next time it is posted; none that its field refuses."""
        files = self.form.files
        if not isinstance(self.field, forms.FileField) or not isinstance(files, Posted) or self.errors:
            return None
        return files.held(self.html_name)

    @property
    def aria_describedby(self) -> str | None:
        found: str | None = super().aria_describedby
        return f"{found or ''} {self.auto_id}_held".strip() if self.held else found

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if isinstance(widget or self.field.widget, forms.PasswordInput):
            return built
        built.setdefault("autocomplete", (widget or self.field.widget).attrs.get("autocomplete", "off"))
        return built


class ConsoleFormRenderer(TemplatesSetting):
    """Forms, fields and widgets come from the project's own templates where it has them."""

    bound_field_class = ConsoleBoundField
