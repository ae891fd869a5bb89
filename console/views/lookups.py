"""Look-up: what is known of a number, and of many at once."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from console import exports
from console.callers import caller_of, url_to
from console.commands import command
from console.forms.lookups import NumberForm, NumbersForm
from console.fragments import page
from messaging.caller import Caller
from messaging.errors import Refusal
from messaging.models import Message, VerifiedDestinationNumber
from messaging.operations.lookups import MOST_NUMBERS, Row, carrier_lookup, look_up_numbers
from messaging.queries import consents
from messaging.reference import simulator_number

LATEST = 5
SHOWN = 100  # lines on the page; the file has all
TYPES = {
    "MOBILE": gettext_lazy("Mobile"),
    "LANDLINE": gettext_lazy("Landline"),
    "VOIP": gettext_lazy("Voice over IP"),
    "PREPAID": gettext_lazy("Prepaid"),
    "OTHER": gettext_lazy("Other: toll-free, premium, short …"),
    "INVALID": gettext_lazy("Invalid: nobody has this number"),
}
FORMATS = {
    "E.164": gettext_lazy("E.164, as the API takes it"),
    "INTERNATIONAL": gettext_lazy("International"),
    "NATIONAL": gettext_lazy("National"),
    "RFC3966": gettext_lazy("As a link"),
}


@require_safe
@never_cache
def lookup(request: HttpRequest) -> HttpResponse:
    """One number, by `?number=`."""
    caller = caller_of(request)
    caller.require("CarrierLookup")
    form = NumberForm(request.GET if "number" in request.GET else None)
    found: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            found = _about(request, caller, form.cleaned_data["number"])
        except Refusal as refusal:
            form.add_error("number", str(refusal.message))
    context = {
        "title": _("Number look-up"),
        "purpose": _("See whether a number is valid, of what type it is, and what the account knows of it."),
        "form": form,
        "most": MOST_NUMBERS,
        **found,
    }
    return page(request, "lookups/lookup.html", context, fragment="found", status=422 if form.errors else 200)


def _about(request: HttpRequest, caller: Caller, typed: str) -> dict[str, Any]:
    """What is known of a number. Five queries."""
    given = typed if typed.startswith("+") else f"+{typed[2:] if typed.startswith('00') else typed}"
    found = carrier_lookup(caller, phone_number=given, enable_cleansing=True)
    number = found.e164_phone_number
    sent = Message.objects.for_caller(caller).filter(destination_phone_number=number).order_by("-message_id")
    verified = VerifiedDestinationNumber.objects.for_caller(caller).filter(destination_phone_number=number).first()
    return {
        "found": found,
        "number": number,
        "type_words": TYPES[found.phone_number_type],
        "formats": [(FORMATS[name], text) for name, text in found.plan.formats],
        "simulator": simulator_number(number),
        "consents": consents(caller, number),
        "verified": verified,
        "sent": sent[:LATEST],
        "cli": command(request, caller, "carrier-lookup", ["--phone-number", number]),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def lookup_many(request: HttpRequest) -> HttpResponseBase:
    """Pasted numbers, as a table or, with the other button, as a file."""
    caller = caller_of(request)
    caller.require("LookUpNumbers")
    form = NumbersForm(request.POST if request.method == "POST" else None)
    rows: list[Row] = []
    if form.is_bound and form.is_valid():
        rows = look_up_numbers(caller, phone_numbers=form.cleaned_data["phone_numbers"])
        if "csv" in request.POST:
            return exports.streamed("csv", _lines(rows), "look-up")
    invalid = sum(1 for row in rows if row.found is None or row.found.phone_number_type == "INVALID")
    context = {
        "title": _("Look up many numbers"),
        "purpose": _("Paste a column of numbers; look at them here or take them along as a file."),
        "crumbs": [{"label": _("Number look-up"), "url": url_to(caller, "lookup")}],
        "form": form,
        "rows": [(row, TYPES.get(row.found.phone_number_type, "") if row.found else "") for row in rows[:SHOWN]],
        "looked_up": len(rows),
        "shown": SHOWN,
        "invalid": invalid,
        "opted_out": sum(1 for row in rows if row.opted_out),
    }
    return page(request, "lookups/many.html", context, status=422 if form.errors else 200)


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    yield exports.csv_line(
        ["Given", "E164PhoneNumber", "PhoneNumberType", "IsoCountryCode", "Country", "Carrier", "TimeZones",
         "OptOutLists", "Verified", "Problem"]
    )  # fmt: skip
    for row in rows:
        found = row.found
        known = (
            [found.e164_phone_number, found.phone_number_type, found.iso_country_code, found.country, found.carrier]
            if found
            else [""] * 5
        )
        zones = " ".join(found.plan.time_zones) if found else ""
        yield exports.csv_line(
            [row.given, *known, zones, " ".join(row.opted_out), "yes" if row.verified else "no", row.why_not]
        )


scoped_urlpatterns = [
    path("look-up/", lookup, name="lookup"),
    path("look-up/many/", lookup_many, name="lookup-many"),
]
