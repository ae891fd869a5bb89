"""Form rendering for the whole project."""

from django.forms.renderers import TemplatesSetting


class ConsoleFormRenderer(TemplatesSetting):
    """Our field template, labels above, hints and errors tied to their input."""
