"""Message part preview: the shortcut page, and the fragment that every form with a message text asks for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.callers import caller_of, owner_of
from console.content_help import subject_of
from console.forms.message_parts import PreviewForm
from console.forms.test_send import number_as_sent
from console.fragments import page, wants_fragment
from console.preview import ADD_COUNTRY, SHARED_ROUTE, Preview, chosen_countries, country_choices, edited
from messaging.advice import Subject
from messaging.message_filters import ORIGINATOR_TYPES
from messaging.operations.rate_cards import card_of
from messaging.queries import sent_lately
from messaging.reference import simulator_number
from messaging.text import e164, placeholders

PLACEHOLDERS = "placeholders"  # a hidden field: what is typed is a text for many, counted as a row could have it
KNOWN_TYPES = {*dict(ORIGINATOR_TYPES), "SENDER_ID"}


def preview_of(
    request: HttpRequest,
    countries: list[str],
    *,
    originator_type: str = "",
    sender: str = "",
    about: Subject | None = None,
) -> Preview:
    """The preview of what a form of the component has posted; about is what else is known of the text.

    No query while the account's settings stand, but for the clock where the hour at a destination matters.
    """
    data, edit = request.POST, edited(request.POST)
    given = originator_type or data.get("originator_type", "")
    destination = number_as_sent(data.get("destination_phone_number", ""))
    to_simulator = e164.is_number(destination) and simulator_number(destination) is not None
    text = placeholders.example(edit.text) if PLACEHOLDERS in data else edit.text
    return Preview(
        text,
        typed=edit.text,
        before=edit.before,
        changed=edit.changed,
        sender=sender or data.get("sender", "")[:40],
        originator_type=given if given in KNOWN_TYPES else SHARED_ROUTE,
        to_simulator=to_simulator,
        about=about or subject_of(data, text, destination=destination),
        countries=countries,
        card=card_of(owner_of(request)),
    )


def preview_result(request: HttpRequest, shown: Preview) -> HttpResponse:
    """The fragment #preview, with what changes beside it."""
    adding = bool(request.POST.get(ADD_COUNTRY))
    context: dict[str, Any] = {
        "preview": shown,
        "replace_text": shown.changed,
        "add_country": adding,
        "announce": request.POST.get("previewed") != shown.state,
    }
    if adding:
        context["country_choices"] = country_choices()
    return page(request, "components/message_preview_result.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def message_parts(request: HttpRequest) -> HttpResponse:
    """Count and show a text. It is posted, so that it stands in no address, log or history; nothing is stored.

    The fragment costs no query beside those of every page: it is asked for while somebody types.
    """
    caller = caller_of(request)
    caller.require("PreviewMessageParts")
    if request.method == "POST" and wants_fragment(request):
        return preview_result(request, preview_of(request, chosen_countries(request.POST)))
    lately = sent_lately(caller)
    if request.method == "POST":
        shown = preview_of(request, chosen_countries(request.POST, lately.countries))
        initial = request.POST.dict()
    else:
        shown = Preview(
            "", countries=lately.countries, originator_type=lately.originator_type, card=card_of(owner_of(request))
        )
        initial = {"originator_type": lately.originator_type}
    context = {
        "info": "message-parts",
        "title": _("Message part preview"),
        "purpose": _(
            "See how a text is encoded, cut into parts and priced before you send it. The text is kept nowhere."
        ),
        "form": PreviewForm(initial=initial),
        "preview": shown,
        "country_choices": country_choices(),
    }
    return page(request, "message_parts/page.html", context)


scoped_urlpatterns = [path("message-parts/", message_parts, name="message-parts")]
