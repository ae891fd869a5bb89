"""The rate card: what a message part costs by country, channel and originator type; import, export, restore."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import spending
from console.callers import caller_of, url_to
from console.forms.rate_cards import RateCardConfirmForm, RateCardUploadForm
from console.fragments import done, page
from console.held_uploads import let_go, posted
from console.numbers import whole
from messaging import clock
from messaging.caller import Caller
from messaging.errors import Refusal
from messaging.operations.rate_cards import (
    Card,
    as_csv,
    checked,
    describe_rate_card,
    import_rate_card,
    restore_rate_card,
)

PAGE_ROWS = 50
ERRORS_SHOWN = 50
SALT = "rate card import"
AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Row:
    """One price as shown."""

    country: str
    channel: object
    originator_type: object
    message_price: str
    carrier_fee: str
    total: str


def _rows(card: Card, query: str, channel: str, kind: str) -> list[tuple[tuple[str, str, str], Any]]:
    """The prices that fit what is searched for, by the country's name."""
    words = query.casefold().split()
    names = {code: spending.country(code) for code, _channel, _kind in card.prices}
    found = [
        (key, price)
        for key, price in card.prices.items()
        if (not channel or key[1] == channel)
        and (not kind or key[2] == kind)
        and all(word in names[key[0]].casefold() for word in words)
    ]
    return sorted(found, key=lambda row: (names[row[0][0]], row[0][1:]))


def _shown(rows: Sequence[tuple[tuple[str, str, str], Any]]) -> list[Row]:
    return [
        Row(
            spending.country(code),
            spending.CHANNELS[channel],
            spending.TYPES[kind],
            spending.price(price.message_price),
            spending.price(price.carrier_fee) if price.carrier_fee else "",
            spending.price(price.total),
        )
        for (code, channel, kind), price in rows
    ]


@require_safe
def rate_card(request: HttpRequest) -> HttpResponse:
    """The card in force, searched and a page at a time; the cards that begin later are named."""
    caller = caller_of(request)
    card, *later = describe_rate_card(caller)
    query = request.GET.get("q", "").strip()[:60]
    channel = _one_of(request.GET.get("channel", ""), spending.CHANNELS)
    kind = _one_of(request.GET.get("originator_type", ""), spending.TYPES)
    found = _rows(card, query, channel, kind)
    last = max(-(-len(found) // PAGE_ROWS), 1)
    number = min(max(whole(request.GET.get("page", "")), 1), last)
    kept = {name: value for name, value in (("q", query), ("channel", channel), ("originator_type", kind)) if value}
    context = {
        "title": _("Rate card"),
        "purpose": _("What a message part costs, by country, channel and originator type."),
        "tabs": spending.tabs(caller, "rate-card"),
        "card": card,
        "later": later,
        "rows": _shown(found[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]),
        "total": len(found),
        "query": query,
        "channel": channel,
        "originator_type": kind,
        "channels": spending.CHANNELS.items(),
        "types": spending.TYPES.items(),
        "number": number,
        "last": last,
        "previous_url": "?" + urlencode({**kept, "page": number - 1}) if number > 1 else "",
        "next_url": "?" + urlencode({**kept, "page": number + 1}) if number < last else "",
        "can_import": caller.may("ImportRateCard"),
    }
    return page(request, "spending/rate_card.html", context, fragment={"rates": "rates"})


def _one_of(value: str, known: Any) -> str:
    return value if value in known else ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rate_card_import(request: HttpRequest) -> HttpResponse:
    """Upload, then what the file says: errors with their rows, or what it changes and the button that imports it."""
    caller = caller_of(request)
    caller.require("ImportRateCard")
    if request.method != "POST":
        return _upload_page(request, RateCardUploadForm(initial={"effective_date": clock.now().date()}))
    form = RateCardUploadForm(*posted(request))
    if not form.is_valid():
        return _upload_page(request, form)
    given = form.cleaned_data["file"]
    try:
        text = given.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        form.add_error("file", _("The file is not text in UTF-8."))
        return _upload_page(request, form)
    found = checked(caller, text)
    context = _context(caller, _("Import rate card"))
    day = form.cleaned_data["effective_date"]
    context |= {
        "found": found,
        "errors": found.errors[:ERRORS_SHOWN],
        "without": [spending.country(code) for code in found.without],
        "file_name": given.name,
        "effective_date": day,
        "form": RateCardUploadForm(initial={"effective_date": day}),
    }
    if found.fits:
        _drop_old(caller)
        name = default_storage.save(f"{_folder(caller)}/{secrets.token_hex(16)}.csv", given)
        token = signing.dumps([name, given.name, day.isoformat(), caller.account_id], salt=SALT)
        let_go(request)
        context["confirm"] = RateCardConfirmForm(initial={"checked": token})
    return page(request, "spending/rate_card_import.html", context, status=200 if found.fits else 422)


@require_POST
def rate_card_confirm(request: HttpRequest) -> HttpResponse:
    """Import the file that was checked; it is read and checked once more."""
    caller = caller_of(request)
    caller.require("ImportRateCard")
    try:
        stored, name, day, account_id = signing.loads(request.POST.get("checked", ""), salt=SALT, max_age=AN_HOUR)
        fits = account_id == caller.account_id and default_storage.exists(stored)
    except signing.BadSignature:
        fits = False
    if not fits:
        messages.error(request, _("The check is more than an hour old. Choose the file again."))
        return done(request, "rate-card-import")
    with default_storage.open(stored, "rb") as file:
        text = file.read().decode("utf-8-sig")
    try:
        import_rate_card(caller, csv_text=text, effective_date=date.fromisoformat(day), file_name=name)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return done(request, "rate-card-import")
    default_storage.delete(stored)
    messages.success(
        request, _("The rate card was imported. It holds from %(date)s on, in every Region.") % {"date": day}
    )
    return done(request, "rate-card")


@require_http_methods(["GET", "HEAD", "POST"])
def rate_card_restore(request: HttpRequest) -> HttpResponse:
    """Ask, then drop what was imported."""
    caller = caller_of(request)
    caller.require("RestoreRateCard")
    if request.method == "POST":
        count = restore_rate_card(caller)
        words = ngettext(
            "%(count)d imported rate card was removed; the built-in one holds again.",
            "%(count)d imported rate cards were removed; the built-in one holds again.",
            count,
        )
        messages.success(request, words % {"count": count})
        return done(request, "rate-card")
    context = _context(caller, _("Restore the built-in rate card")) | {
        "consequences": [
            _("All imported rate cards of this account are removed, in every Region."),
            _("Sends cost the built-in, made-up prices from then on; what is already billed stays."),
        ],
        "verb": _("Restore built-in rate card"),
        "cancel_url": url_to(caller, "rate-card"),
    }
    return page(request, "spending/confirm.html", context, fragment="dialog")


@require_safe
@never_cache
def rate_card_download(request: HttpRequest) -> HttpResponseBase:
    """The card in force as the file that the import takes."""
    caller = caller_of(request)
    card = describe_rate_card(caller)[0]

    def lines() -> Iterator[str]:
        if card.is_built_in:
            yield f"# Illustrative rate card of {card.effective_date}: made-up prices, no provider's.\r\n"
        yield from as_csv(card.prices)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rate-card-{card.effective_date}.csv"'
    return response


def _context(caller: Caller, title: str) -> dict[str, Any]:
    return {"title": title, "crumbs": spending.crumbs(caller, to="rate-card", label=_("Rate card"))}


def _upload_page(request: HttpRequest, form: RateCardUploadForm) -> HttpResponse:
    context = _context(caller_of(request), _("Import rate card")) | {"form": form}
    return page(request, "spending/rate_card_import.html", context, status=422 if form.errors else 200)


def _drop_old(caller: Caller) -> None:
    """Files of the account that were checked and never imported."""
    folder = _folder(caller)
    if default_storage.exists(folder):
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")


def _folder(caller: Caller) -> str:
    return f"imports/rate-cards/{caller.account_id}"


scoped_urlpatterns = [
    path("spending/rates/", rate_card, name="rate-card"),
    path("spending/rates/import/", rate_card_import, name="rate-card-import"),
    path("spending/rates/import/confirm/", rate_card_confirm, name="rate-card-confirm"),
    path("spending/rates/restore/", rate_card_restore, name="rate-card-restore"),
    path("spending/rates/rate-card.csv", rate_card_download, name="rate-card-download"),
]
