"""Template tags and filters of the console, built in to every template.

{% to "pool-detail" pool.pool_id %}            the URL of a page in the page's account and Region
{% icon "plus" %}                              an icon of the sprite, hidden from screen readers
{% badge pool.status %}                        a status: icon, word and tone from console.statuses
{% when row.created_timestamp ago=True %}      a time in the reader's zone with offset, and how long ago
{% money units %}  {% phone number %}  {% ident pool.pool_id %}  {% copy text %}  {% nothing %}
{% meter value maximum "Spent this month" %}   a bar of what is used of a limit
{% bar_chart chart %}                          an SVG chart with its numbers as a table (console.charts.Chart)
{% row_chart chart %}                          the same with lying bars beside names (console.charts.RowChart)
{% panel _("Settings") %} … {% endpanel %}     a titled box; {% notice "warning" %} … {% endnotice %} a remark
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.forms import BaseForm
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console import cells, icons, scripts, statuses
from console.callers import caller_of, url_to
from console.review_words import person
from messaging import clock

register = template.Library()
register.filter("person", person)

MONEY_UNITS = 100_000  # money is kept in units of 0.00001 USD
AGO_STEPS = ((86_400, "day"), (3600, "hour"), (60, "minute"))


@register.simple_tag(takes_context=True)
def to(context: template.Context, name: str, *args: Any) -> str:
    """The URL of a console page in the page's account and Region: {% to "pool-detail" pool.pool_id %}."""
    return url_to(caller_of(context["request"]), name, *args)


@register.simple_tag(takes_context=True)
def hx_headers(context: template.Context) -> str:
    """The headers that htmx sends with every request: the CSRF token."""
    request = context.get("request")
    return json.dumps({"X-CSRFToken": get_token(request)} if request else {})


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An icon of the sprite; what it means must also stand there in words."""
    return format_html('<svg class="i" aria-hidden="true"><use href="{}"/></svg>', icons.address(name))


@register.simple_tag
def tone_icon(tone: str) -> SafeString:
    """The icon that goes with a tone (success, neutral, info, review, warning, danger)."""
    return icon(statuses.ICONS.get(tone, statuses.ICONS[statuses.INFO]))


@register.simple_tag
def badge(value: Any, label: Any = "") -> SafeString:
    """A status as icon and word. `label` replaces the word where the page knows a better one."""
    look = statuses.look(value)
    return format_html(
        '<span class="badge badge-{}"><svg class="i" aria-hidden="true"><use href="{}"/></svg>{}</span>',
        look.tone,
        icons.address(look.icon),
        label or look.label,
    )


@register.filter
def tone(value: Any) -> str:
    """The tone of a status: success, neutral, info, review, warning or danger."""
    return statuses.look(value).tone


@register.filter
def status_icon(value: Any) -> str:
    """The name of a status's icon."""
    return statuses.look(value).icon


@register.filter
def status_label(value: Any) -> Any:
    """A status in words."""
    return statuses.look(value).label


@register.simple_tag
def app_script() -> str:
    """The address of the console's script."""
    return scripts.address()


@register.simple_tag
def nothing() -> SafeString:
    """An empty value: a dash to see, a word to hear."""
    return format_html('<span aria-hidden="true">–</span><span class="visually-hidden">{}</span>', _("None"))


def ago_in_words(seconds: float) -> str:
    """How long ago (or, negative, how soon) as a person says it."""
    future, seconds = seconds < 0, abs(seconds)
    step = next((step for step in AGO_STEPS if seconds >= step[0]), None)
    if step is None:
        return _("just now")
    size, unit = step
    count = int(seconds // size)
    words = {
        ("day", False): ngettext("%(count)d day ago", "%(count)d days ago", count),
        ("day", True): ngettext("in %(count)d day", "in %(count)d days", count),
        ("hour", False): ngettext("%(count)d h ago", "%(count)d h ago", count),
        ("hour", True): ngettext("in %(count)d h", "in %(count)d h", count),
        ("minute", False): ngettext("%(count)d min ago", "%(count)d min ago", count),
        ("minute", True): ngettext("in %(count)d min", "in %(count)d min", count),
    }
    return words[unit, future] % {"count": count}


@register.simple_tag
def when(value: datetime | None, ago: bool = False, wall: bool = False) -> SafeString:
    """A time in the reader's zone with its offset. `ago` adds how long ago by simulated time, `wall` by wall time."""
    if value is None:
        return nothing()
    local = timezone.localtime(value)
    text = local.isoformat(" ", "seconds")
    stamp = format_html('<time datetime="{}">{} {}</time>', local.isoformat("T", "seconds"), text[:19], text[19:])
    if not ago:
        return stamp
    now = datetime.now(UTC) if wall else clock.now()
    words = ago_in_words((now - value).total_seconds())
    return format_html('{} <span class="ago" data-ago="{}">{}</span>', stamp, "wall" if wall else "clock", words)


@register.simple_tag
def money(units: int | None, places: int | None = None) -> SafeString:
    """An amount in units of 0.00001 USD, by the reader's locale, with its currency; at least two decimals."""
    if units is None:
        return nothing()
    amount = Decimal(units) / MONEY_UNITS
    if places is None:
        exponent = amount.normalize().as_tuple().exponent
        places = max(2, -exponent if isinstance(exponent, int) else 2)
    return format_html('<span class="nowrap">{} USD</span>', number_format(amount, places, force_grouping=True))


@register.simple_tag
def copy(text: Any, what: Any = "") -> SafeString:
    """A button that copies a text. `what` names it for screen readers when the text itself would not."""
    return format_html(
        '<button type="button" class="copy" data-copy="{}" aria-label="{} {}"></button>', text, _("Copy"), what or text
    )


@register.filter
def international(number: Any) -> str:
    """A phone number in international format, for the inside of a sentence."""
    return cells.international(str(number))


@register.simple_tag
def phone(number: Any, copyable: bool = False) -> SafeString:
    """A phone number in international format; what is copied is E.164."""
    if not number:
        return nothing()
    shown = format_html('<bdi class="phone">{}</bdi>', cells.international(str(number)))
    return format_html('<span class="id-copy">{}{}</span>', shown, copy(number)) if copyable else shown


@register.simple_tag
def ident(value: Any, whole: bool = False, copyable: bool = True) -> SafeString:
    """An id or ARN in mono, shortened in the middle unless `whole`, with a copy button."""
    if not value:
        return nothing()
    text = str(value)
    shown = text if whole else cells.shortened(text)
    code = (
        format_html('<code class="id" title="{}">{}</code>', text, shown)
        if shown != text
        else format_html("<code>{}</code>", text)
    )
    return format_html('<span class="id-copy">{}{}</span>', code, copy(text)) if copyable else code


@register.filter
def grouped(value: Any) -> str:
    """A number by the reader's locale, with thousands separated."""
    return number_format(value, force_grouping=True)


@register.simple_tag
def meter(value: float, maximum: float, label: Any, warn: int = 80) -> SafeString:
    """A bar of how much of a limit is used. Warning from `warn` per cent, danger from 100."""
    share = min(value / maximum, 1) if maximum else (1.0 if value else 0.0)
    percent = round(share * 100)
    state = " danger" if share >= 1 else " warning" if percent >= warn else ""
    return format_html(
        '<svg class="meter{}" role="img" aria-label="{}" viewBox="0 0 100 8" preserveAspectRatio="none">'
        '<rect class="track" width="100" height="8" rx="2"/><rect class="fill" width="{}" height="8" rx="2"/></svg>',
        state,
        _("%(label)s: %(percent)s %%") % {"label": label, "percent": percent},
        percent,
    )


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(chart: Any) -> dict[str, Any]:
    """A console.charts.Chart: bars by attributes alone, legend, and the same numbers as a table."""
    return {"chart": chart}


@register.inclusion_tag("components/row_chart.html")
def row_chart(chart: Any) -> dict[str, Any]:
    """A console.charts.RowChart: lying bars beside their names, legend, and the same numbers as a table."""
    return {"chart": chart}


@register.simple_block_tag
def panel(content: str, title: Any = "", id: str = "", flush: bool = False, hint: Any = "") -> SafeString:
    """A box with a heading around what stands between the tags; flush for a table that reaches the edges."""
    head = format_html('<div class="panel-head"><h2>{}</h2>{}</div>', title, _hint(hint)) if title else ""
    return format_html(
        '<section class="panel"{}>{}<div class="panel-body{}">{}</div></section>',
        format_html(' id="{}"', id) if id else "",
        head,
        " flush" if flush else "",
        mark_safe(content),
    )


def _hint(hint: Any) -> str:
    return format_html('<p class="hint">{}</p>', hint) if hint else ""


@register.simple_block_tag
def notice(content: str, tone: str = statuses.INFO) -> SafeString:
    """A remark in place, in a tone (info, success, warning, danger, review)."""
    return format_html('<div class="notice notice-{}">{}<div>{}</div></div>', tone, tone_icon(tone), mark_safe(content))


@register.filter
def problems(form: BaseForm) -> Iterator[dict[str, Any]]:
    """What is wrong with a form, in its order: the words, the reason code, and where the field is."""
    for error in form.non_field_errors().as_data():
        for words in error:
            yield {"words": words, "code": error.code if _is_reason(error.code) else "", "href": ""}
    for bound in form:
        for message in bound.errors:
            # A group of radios or checkboxes has no single input: its container carries the id.
            yield {
                "words": message,
                "code": "",
                "href": f"#{bound.id_for_label or bound.auto_id}",
                "label": bound.label,
            }


def _is_reason(code: Any) -> bool:
    return isinstance(code, str) and code.isupper()


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """mapping[key], or nothing."""
    return mapping.get(key) if mapping else None


TONE_OF_LEVEL = {20: statuses.INFO, 25: statuses.SUCCESS, 30: statuses.WARNING, 40: statuses.DANGER}


@register.filter
def message_tone(message: Any) -> str:
    """The tone of a flash message by its level."""
    return TONE_OF_LEVEL.get(message.level, statuses.INFO)


@register.filter
def undo_url(message: Any) -> str:
    """Where a flash's Undo posts to, when it has one (console.undo)."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix("undo:") for tag in tags if tag.startswith("undo:/")), "")


@register.simple_block_tag
def dialog_frame(content: str, title: Any) -> SafeString:
    """What stands in #dialog: a title with a close button around the content."""
    return format_html(
        '<div class="dialog-head"><h2>{}</h2><button class="button button-quiet button-icon button-small" type="button"'
        ' command="close" commandfor="dialog" aria-label="{}">{}</button></div><div class="dialog-body">{}</div>',
        title,
        _("Close"),
        icon("x-mark"),
        mark_safe(content),
    )


@register.simple_block_tag
def actions_menu(content: str, id: str, label: Any = "") -> SafeString:
    """The Actions button of a page with its menu of links and one-button forms; the shortcut `.` opens it."""
    return format_html(
        '<button class="button" type="button" popovertarget="{}" data-actions>{}{}</button>'
        '<div class="menu" id="{}" popover>{}</div>',
        id,
        label or _("Actions"),
        icon("chevron-down"),
        id,
        mark_safe(content),
    )
