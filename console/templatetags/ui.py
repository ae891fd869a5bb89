"""Template tags and filters of the console, built in to every template."""

from typing import Any

from django import template

from console.callers import caller_of, url_to

register = template.Library()


@register.simple_tag(takes_context=True)
def to(context: template.Context, name: str, *args: Any) -> str:
    """The URL of a console page in the page's account and Region: {% to "pool-detail" pool.pool_id %}."""
    return url_to(caller_of(context["request"]), name, *args)
