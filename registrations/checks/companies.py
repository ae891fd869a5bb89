"""Who the company is: mail, website, names, tax numbers."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from messaging.errors import Text
from registrations.checks.findings import Finding, Form, Severity, check, distinctive, domain, host, listed

UEN = re.compile(r"\d{8}[A-Z]|(18|19|20)\d{7}[A-Z]|[TSR]\d{2}[A-Z]{2}\d{4}[A-Z]")
EIN = re.compile(r"\d{2}-?\d{7}")
ENDING = re.compile(r"\b(l\.l\.c|inc|llc|corp|ltd|co)\b\.?$", re.IGNORECASE)
ODD = re.compile(r"[^\w\s&.,'’/()-]|[().,&-]{2,}|\s{2,}|^\W|[\s,&/-]$")
PAIRS = re.compile(r"(?<=\w)\.(?=[,)])|\)(?=[.,])")  # “Co., Ltd.”, “(U.S.)” and “(Asia), Inc.” are names as well


@check
def free_mail_domain(form: Form) -> Iterator[Finding]:
    """A support address at a provider of free mail."""
    path, mail = form.find("supportEmail")
    name = mail.rpartition("@")[2].lower()
    if name in listed("free_mail_domains"):
        yield Finding(
            "free_mail_domain",
            Severity.REFUSED if form.definition.iso_country_code == "US" else Severity.RISKY,
            path,
            _("%(domain)s gives free addresses to everybody: nobody can tell that this is the company's.")
            % {"domain": name},
            _("Give an address in the company's own domain."),
            form.reason("UNOFFICIAL_EMAIL_DOMAIN", "INVALID_BUSINESS_CONNECTION"),
        )


@check
def website_matches_mail(form: Form) -> Iterator[Finding]:
    """A website in another domain than the support address."""
    path, website = form.find("website")
    mail = form.find("supportEmail")[1].rpartition("@")[2].lower()
    site = domain(host(website))
    if website and mail and mail not in listed("free_mail_domains") and domain(mail) != site:
        yield Finding(
            "website_matches_mail",
            Severity.RISKY,
            path,
            _("The website is in %(site)s and the support address in %(mail)s.") % {"site": site, "mail": domain(mail)},
            _("Give a website and an address in the same domain, or explain how they belong together."),
            form.reason("INVALID_BUSINESS_CONNECTION"),
        )


@check
def website_matches_name(form: Form) -> Iterator[Finding]:
    """A website whose host has no word of the company's names."""
    path, website = form.find("website")
    words = [word for name in form.companies() for word in distinctive(name)]
    squeezed = re.sub(r"[^a-z0-9]", "", domain(host(website)).lower())
    initials = "".join(word[0] for word in distinctive(form.known("companyName")))
    shortened = len(initials) > 1 and squeezed.startswith(initials)
    if website and words and not shortened and not any(word in squeezed for word in words):
        yield Finding(
            "website_matches_name",
            Severity.RISKY,
            path,
            _("Nothing in %(host)s reminds of %(company)s.") % {"host": host(website), "company": form.companies()[0]},
            _("Give the company's own website, or the name it trades under as the website shows it."),
            form.reason("INVALID_COMPANY_INFO"),
        )


@check
def website_is_real(form: Form) -> Iterator[Finding]:
    """A website that cannot be one: no domain, an address, or one that examples use."""
    path, website = form.find("website")
    name = host(website)
    if website and ("." not in name or re.fullmatch(r"[\d.]+", name) or domain(name) in listed("placeholder_hosts")):
        yield Finding(
            "website_is_real",
            Severity.REFUSED,
            path,
            _("%(host)s is not a website that anybody can look at.") % {"host": name or website},
            _("Give the address of the company's public website."),
            form.reason("WEBSITE_MISSING", "INVALID_URL"),
        )


@check
def ein_form(form: Form) -> Iterator[Finding]:
    """A US tax number that the IRS cannot have given."""
    path, number = form.find("taxId")
    if not path or form.known("taxIdIssuingCountry") != "US":
        return
    digits = re.sub(r"\D", "", number)
    why: Text = ""
    if not EIN.fullmatch(number):
        why = _("An EIN has nine digits, written 12-3456789 or 123456789.")
    elif digits[:2] in listed("ein_prefixes_never_given") or len(set(digits)) == 1:
        why = _("No EIN begins with %(prefix)s or has one digit only.") % {"prefix": digits[:2]}
    if why:
        yield Finding("ein_form", Severity.REFUSED, path, why, _("Copy the EIN from the letter of the IRS (CP 575)."))


@check
def uen_form(form: Form) -> Iterator[Finding]:
    """A Singapore UEN in none of its three forms."""
    path, number = form.find("taxId")
    if path and form.definition.iso_country_code == "SG" and not UEN.fullmatch(number.upper()):
        yield Finding(
            "uen_form",
            Severity.REFUSED,
            path,
            _("A UEN is 8 digits and a letter, a year, 5 digits and a letter, or T08GB0001A and the like."),
            _("Copy the UEN from the business profile of ACRA."),
        )


@check
def legal_name_punctuation(form: Form) -> Iterator[Finding]:
    """A company name that cannot stand in a register like this; a name that it trades under with such signs."""
    path, name = form.find("companyName")
    if name and (ODD.search(PAIRS.sub("", name)) or not re.search(r"[^\W\d_]", name)):
        yield Finding(
            "legal_name_punctuation",
            Severity.RISKY,
            path,
            _("“%(name)s” has signs or spaces that a legal name hardly has.") % {"name": name},
            _("Write the name letter by letter as the tax record has it: commas, full stops and endings too."),
            form.reason("INVALID_COMPANY_INFO"),
        )
    path, name = form.find("dbaName")
    if name and ODD.search(PAIRS.sub("", name)):
        yield Finding(
            "legal_name_punctuation",
            Severity.ADVICE,
            path,
            _("“%(name)s” has signs or spaces that a name hardly has.") % {"name": name},
            _("Write the name as the website and the messages show it."),
        )


@check
def legal_name_ending(form: Form) -> Iterator[Finding]:
    """A company whose legal name has no ending such as LLC, or a trade name in brackets."""
    path, name = form.find("companyName")
    is_profit = not form.has("legalType") or form.find("legalType")[1] in ("PRIVATE_PROFIT", "PUBLIC_PROFIT")
    if path and is_profit and ((not ENDING.search(name) and len(name.split()) < 2) or name.endswith(")")):
        yield Finding(
            "legal_name_ending",
            Severity.ADVICE,
            path,
            _("“%(name)s” looks like a trade name rather than a legal one.") % {"name": name},
            _("Write the full legal name, with its ending (LLC, Inc. and the like) if it has one."),
        )
