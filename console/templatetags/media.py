"""Media in templates."""

from typing import Any

from django import template

from console.callers import caller_of
from console.media import Shown, shown_of_message
from messaging.models import MessageMedia

register = template.Library()


@register.simple_tag(takes_context=True)
def carried(context: dict[str, Any], media: MessageMedia) -> Shown:
    """{% carried media as file %}: what a message carried, as components/media.html shows it."""
    return shown_of_message(caller_of(context["request"]), media)
