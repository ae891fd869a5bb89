"""The event types: what each means, and an example of its record."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.callers import caller_of, url_to
from console.forms.event_destinations import CHANNELS, types_of
from console.fragments import page
from console.message_words import meaning
from messaging.operations.event_examples import example_of, status_of
from messaging.reference import event_types


@require_safe
def event_type_list(request: HttpRequest) -> HttpResponse:
    """All types by channel."""
    caller_of(request).require("DescribeConfigurationSets")
    known = event_types()
    groups = [
        (legend, everything, [(known[name], meaning(status_of(known[name]))) for name in types_of(channel)])
        for channel, (everything, legend, _words) in CHANNELS.items()
    ]
    context = {
        "title": _("Event types"),
        "purpose": _("What a message can come to, channel by channel, and the record that tells of it."),
        "groups": groups,
        "count": f"({len(known)})",
    }
    return page(request, "event_types/list.html", context)


@require_safe
def event_type_detail(request: HttpRequest, event_type: str) -> HttpResponse:
    """One type with its example; the fragment for a dialog."""
    caller = caller_of(request)
    caller.require("DescribeConfigurationSets")
    try:
        example = example_of(event_type)
    except KeyError as error:
        raise Http404 from error
    row = event_types()[event_type]
    context = {
        "title": event_type,
        "crumbs": [{"label": _("Event types"), "url": url_to(caller, "event-type-list")}],
        "row": row,
        "meaning": meaning(status_of(row)),
        "example": json.dumps(example, indent=2, ensure_ascii=False),
    }
    return page(request, "event_types/detail.html", context, fragment="dialog")


scoped_urlpatterns = [
    path("event-types/", event_type_list, name="event-type-list"),
    path("event-types/<slug:event_type>/", event_type_detail, name="event-type-detail"),
]
