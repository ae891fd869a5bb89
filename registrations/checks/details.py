"""Answers that say nothing: placeholders, boxes instead of addresses, roles instead of people, a word or two."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from registrations.checks.findings import Finding, Form, Severity, check, listed
from registrations.definitions import TEXT

BOX = re.compile(r"\bp\.?\s*o\.?\s*box\b|\bpost(?:al)?\s+(?:office\s+)?box\b", re.IGNORECASE)
SYMBOL = re.compile(r"[A-Z0-9]{1,6}([.-][A-Z0-9]{1,3})?")
WORDY = ("useCaseDetails", "senderIdConnection")
FEW = 20  # characters: nothing is described in fewer


@check
def details_are_given(form: Form) -> Iterator[Finding]:
    """“n/a” and the like where something is asked for."""
    for path, field in form.definition.fields.items():
        answer = form.answers.get(path)
        if answer and field.field_type == TEXT and answer[0].strip().lower() in listed("nothing"):
            yield Finding(
                "details_are_given",
                Severity.RISKY,
                path,
                _("“%(text)s” is no answer.") % {"text": answer[0]},
                _("Write what is asked for, or leave the field empty if you may."),
                form.reason("INVALID_COMPANY_INFO"),
            )


@check
def address_is_a_place(form: Form) -> Iterator[Finding]:
    """A post-office box, which no register knows a company by."""
    path, address = form.find("address", "address1")
    if BOX.search(address):
        yield Finding(
            "address_is_a_place",
            Severity.RISKY,
            path,
            _("A post-office box is not where a company is registered."),
            _("Give the street address that the tax record has."),
            form.reason("INVALID_COMPANY_INFO"),
        )


@check
def city_in_full(form: Form) -> Iterator[Finding]:
    """A city by its code."""
    path, city = form.find("city")
    if re.fullmatch(r"[A-Z]{2,3}", city):
        yield Finding(
            "city_in_full",
            Severity.ADVICE,
            path,
            _("“%(city)s” is hardly the name of a city.") % {"city": city},
            _("Write the name in full, as the tax record has it."),
        )


@check
def contact_is_a_person(form: Form) -> Iterator[Finding]:
    """A department in place of somebody."""
    for part in ("firstName", "lastName"):
        path, name = form.find(part)
        if name.strip().lower() in listed("roles"):
            yield Finding(
                "contact_is_a_person",
                Severity.RISKY,
                path,
                _("“%(name)s” is not the name of a person.") % {"name": name},
                _("Name somebody of the company who can be asked."),
                form.reason("INVALID_BUSINESS_CONNECTION"),
            )


@check
def stock_symbol_form(form: Form) -> Iterator[Finding]:
    """A stock symbol that no exchange writes like this."""
    path, symbol = form.find("stockSymbol")
    if path and not SYMBOL.fullmatch(symbol):
        yield Finding(
            "stock_symbol_form",
            Severity.RISKY,
            path,
            _("“%(symbol)s” does not look like a stock symbol.") % {"symbol": symbol},
            _("Write the symbol as the exchange lists it, in capital letters."),
        )


@check
def purpose_is_described(form: Form) -> Iterator[Finding]:
    """A description of a word or two."""
    for name in WORDY:
        path, text = form.find(name)
        if path and len(text) < FEW:
            yield Finding(
                "purpose_is_described",
                Severity.ADVICE,
                path,
                _("“%(text)s” explains nothing.") % {"text": text},
                _("Say in a sentence or two who gets what, and why."),
            )
