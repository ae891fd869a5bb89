"""Help: short topics that open in the panel at the right of a page, or as pages of their own."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from console.fragments import page
from messaging.operations.registry import OPERATIONS
from messaging.permissions import Role, table


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its slug names the template help/topics/<slug>.html; `more` are the slugs of related ones."""

    slug: str
    title: str | Promise
    more: tuple[str, ...] = ()


TOPICS = {
    topic.slug: topic
    for topic in (
        Topic("overview", _("Finding your way"), ("sandbox", "roles", "shortcuts")),
        Topic("sandbox", _("The sandbox and its limits"), ("verified-numbers", "test-sending", "phone-numbers")),
        Topic("request-originator", _("Requesting an originator"), ("phone-numbers", "sender-ids")),
        Topic("registrations", _("Registrations"), ("request-originator", "phone-numbers", "sender-ids", "roles")),
        Topic("phone-numbers", _("Phone numbers"), ("request-originator", "pools", "keywords", "opt-out-lists")),
        Topic("sender-ids", _("Sender IDs"), ("request-originator", "pools")),
        Topic("verified-numbers", _("Verified destination numbers"), ("sandbox", "handsets")),
        Topic("pools", _("Phone pools"), ("phone-numbers", "keywords")),
        Topic("configuration-sets", _("Configuration sets"), ("messages", "test-sending")),
        Topic("opt-out-lists", _("Opt-out lists"), ("keywords", "messages")),
        Topic("keywords", _("Keywords"), ("opt-out-lists", "phone-numbers")),
        Topic("message-parts", _("Message parts"), ("test-sending",)),
        Topic("test-sending", _("Test sending"), ("message-parts", "messages", "handsets")),
        Topic("bulk-sends", _("Bulk send"), ("message-parts", "opt-out-lists", "spending")),
        Topic("media", _("Media and MMS"), ("test-sending", "messages", "phone-numbers")),
        Topic("messages", _("Messages and events"), ("configuration-sets", "handsets")),
        Topic("handsets", _("Virtual handsets"), ("messages", "keywords")),
        Topic("spending", _("Spending"), ("sandbox", "messages")),
        Topic("access-keys", _("Access keys"), ("roles",)),
        Topic("roles", _("Roles"), ("access-keys",)),
        Topic("shortcuts", _("Keyboard shortcuts"), ("overview",)),
    )
}


@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """All topics."""
    return page(request, "help/index.html", {"topics": TOPICS.values(), "frame": _frame(request)})


@require_safe
def help_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """One topic: a page, the content of the help panel (target #help) or of the dialog (target #dialog)."""
    topic = TOPICS.get(slug)
    if topic is None:
        raise Http404
    context = {
        "topic": topic,
        "body": f"help/topics/{slug}.html",
        "related": [TOPICS[other] for other in topic.more],
        "frame": _frame(request),
        "roles": roles() if slug == "roles" else (),
    }
    return page(request, "help/topic.html", context, fragment={"dialog": "dialog", "": "panel"})


def roles() -> list[tuple[Role, list[str]]]:
    """Each role, and the actions built so far that it may perform and the one before it may not."""
    found: list[tuple[Role, list[str]]] = []
    before: set[str] = set()
    for role in Role:
        mine = {action for action in OPERATIONS if role in table()[action][0]}
        found.append((role, sorted(mine - before)))
        before |= mine
    return found


def _frame(request: HttpRequest) -> str:
    return getattr(request, "frame", "bare.html")


help_index.open_to_all = help_topic.open_to_all = True  # type: ignore[attr-defined]

urlpatterns = [
    path("help/", help_index, name="help"),
    path("help/<slug:slug>/", help_topic, name="help-topic"),
]
