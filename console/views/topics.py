"""Built-in topics: who publishes, who listens, what was handed over."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import undo
from console.callers import caller_of, url_to
from console.forms.base import ConsoleForm
from console.fragments import done, page
from console.views.log_groups import connected_elsewhere
from messaging.errors import Invalid, NotFound, Refusal
from messaging.operations.handover import published
from messaging.operations.outbox import resend_event, subscribe_endpoint, unsubscribe_endpoint
from messaging.operations.topics import Topic, deliveries, describe_topics, topic_arn


class SubscribeForm(ConsoleForm):
    """An endpoint that gets what is published."""

    endpoint = forms.CharField(
        label=gettext_lazy("Endpoint"),
        max_length=2048,
        help_text=gettext_lazy("An http or https URL. It gets each message at once; nothing has to be confirmed."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
    )


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    """The account's own topics link to their pages; those of elsewhere only stand here."""
    caller = caller_of(request)
    prefix = topic_arn(caller, "x")[:-1]
    context = {
        "title": _("Topics"),
        "purpose": _("Where inbound messages and events are published; HTTP endpoints subscribe to them."),
        "elsewhere": connected_elsewhere(caller, "SNS"),
        "topics": [(topic, topic.topic_arn.startswith(prefix)) for topic in describe_topics(caller)],
    }
    return page(request, "topics/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def topic_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One topic; a POST subscribes an endpoint. A topic is there as soon as somebody names it."""
    caller = caller_of(request)
    try:
        arn = topic_arn(caller, name)
    except Invalid as refusal:
        raise NotFound("topic", name) from refusal
    form = SubscribeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        caller.require("SubscribeEndpoint")
        if form.is_valid():
            try:
                subscribe_endpoint(caller, topic_arn=arn, **form.cleaned_data)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("The endpoint is subscribed."))
                return done(request, "topic-detail", name)
    topic = next((one for one in describe_topics(caller) if one.topic_arn == arn), Topic(arn))
    entries = deliveries(caller, arn, topic.event_destinations)
    context: dict[str, Any] = {
        "title": name,
        "crumbs": [{"label": _("Topics"), "url": url_to(caller, "topic-list")}],
        "elsewhere": connected_elsewhere(caller, "SNS"),
        "topic": topic,
        "subscriptions": topic.endpoints[:100],
        "deliveries": [(entry, published(entry.payload), entry.tries.all()) for entry in entries],
        "form": form,
        "can_subscribe": caller.may("SubscribeEndpoint"),
        "can_unsubscribe": caller.may("UnsubscribeEndpoint"),
        "can_resend": caller.may("ResendEvent"),
    }
    return page(request, "topics/detail.html", context, status=422 if form.errors else 200)


@require_POST
def topic_unsubscribe(request: HttpRequest, name: str, subscription_id: str) -> HttpResponse:
    """At once; Undo subscribes the endpoint again."""
    row = unsubscribe_endpoint(caller_of(request), subscription_id=subscription_id)
    said = _("%(endpoint)s no longer gets anything.") % {"endpoint": row.endpoint}
    undo.offer(request, said, "subscribe_endpoint", topic_arn=row.topic_arn, endpoint=row.endpoint)
    return done(request, "topic-detail", name)


@require_POST
def topic_resend(request: HttpRequest, name: str, entry_id: int) -> HttpResponse:
    resend_event(caller_of(request), entry_id=entry_id)
    messages.success(request, _("It is sent once more."))
    return done(request, "topic-detail", name)


scoped_urlpatterns = [
    path("topics/", topic_list, name="topic-list"),
    path("topics/<str:name>/", topic_detail, name="topic-detail"),
    path("topics/<str:name>/subscriptions/<str:subscription_id>/delete/", topic_unsubscribe, name="topic-unsubscribe"),
    path("topics/<str:name>/deliveries/<int:entry_id>/resend/", topic_resend, name="topic-resend"),
]
