"""What the messages are about and where their links lead."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from registrations.checks.findings import Finding, Form, Severity, check, domain, host, links, listed, word_in

# words of data/checks.json -> the published reason
RESTRICTED = {
    "cannabis": "RESTRICTED_CANNABIS",
    "firearms": "RESTRICTED_FIREARMS",
    "gambling": "RESTRICTED_GAMBLING",
    "sex": "RESTRICTED_SHAFT",
    "lead_generation": "PROHIBITED_LEAD_GEN_OTHER",
    "get_rich_quick": "PROHIBITED_LEAD_GEN_OTHER",
    "high_risk_financial": "PROHIBITED_LEAD_GEN_HIGH_RISK_FINANCIAL",
    "debt_forgiveness": "PROHIBITED_LEAD_GEN_HIGH_RISK_FINANCIAL",
    "phishing": "",
}
AGE_GATED = {"alcohol": "RESTRICTED_ALCOHOL_NO_AGE_GATE", "tobacco": "RESTRICTED_TOBACCO_NO_AGE_GATE"}


@check
def no_public_shorteners(form: Form) -> Iterator[Finding]:
    """A link of a public shortener."""
    for path, text in form.samples():
        for link in links(text):
            if domain(host(link)) in listed("shorteners"):
                yield Finding(
                    "no_public_shorteners",
                    Severity.REFUSED,
                    path,
                    _("%(host)s shortens links for everybody; carriers filter it.") % {"host": host(link)},
                    _("Use the full link, or a shortener with a domain of your own."),
                    form.reason("ATTRIBUTES_MISMATCH", "INVALID_OVERALL"),
                )
                break


@check
def restricted_content(form: Form) -> Iterator[Finding]:
    """Content that US carriers restrict or refuse, in the samples or in what the form says of them."""
    if form.definition.iso_country_code != "US":
        return
    gated = form.find("ageGated")[1] == "Yes"
    kinds = {**RESTRICTED, **({} if gated else AGE_GATED)}
    for path, text in [*form.samples(), *form.purposes()]:
        for kind, reason in kinds.items():
            word = word_in(kind, text)
            if word:
                yield Finding(
                    "restricted_content",
                    Severity.RISKY,
                    path,
                    _("“%(word)s” belongs to content that US carriers restrict.") % {"word": word},
                    _("If it is misjudged, say it more clearly; otherwise it cannot be registered."),
                    form.reason(reason, "NON_COMPLIANT_USE_CASE"),
                )
