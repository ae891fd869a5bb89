"""How people agree: the description of the opt-in has what carriers want to read there."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from registrations.checks.findings import Finding, Form, Severity, affirmed, check, distinctive, word_in

NOT_COMPLIANT = ("OPT_IN_NOT_COMPLIANT", "NON_COMPLIANT_OPT_IN")
SHORT = 80  # characters: nobody can describe an opt-in in fewer

# words of data/checks.json -> (what is missing, what to write)
DISCLOSURES = {
    "frequency": (_("how often messages come"), _("Say how often: “Message frequency varies”, or so many a month.")),
    "rates": (_("what messages cost"), _("Quote “Message and data rates may apply”.")),
    "stop": (_("how to opt out"), _("Quote “Reply STOP to opt out”.")),
    "contact": (_("how to get help"), _("Quote “Reply HELP for help”, or give customer service.")),
    "terms": (_("where the terms are"), _("Link the public terms and conditions.")),
    "privacy": (_("where the privacy policy is"), _("Link the public privacy policy.")),
}


@check
def opt_in_has_disclosures(form: Form) -> Iterator[Finding]:
    """A description that lacks what must be shown at the call to action. Only campaigns must list all of it."""
    path, text = form.find("optInWorkflow", "optInDescription")
    if not path:
        return
    severity = Severity.REFUSED if form.has("optInWorkflow") else Severity.RISKY
    for kind, (what, cure) in DISCLOSURES.items():
        if not word_in(kind, text):
            yield Finding(
                "opt_in_has_disclosures",
                severity,
                path,
                _("The opt-in description does not say %(what)s.") % {"what": what},
                cure,
                form.reason(*NOT_COMPLIANT),
            )


@check
def opt_in_is_express(form: Form) -> Iterator[Finding]:
    """A description without a deliberate act, or with consent that comes with something else."""
    path, text = form.find("optInWorkflow", "optInDescription")
    if not path:
        return
    buried = affirmed("condition_of_service", text)
    if buried or not word_in("consent", text):
        yield Finding(
            "opt_in_is_express",
            Severity.REFUSED,
            path,
            _("“%(words)s” is no express consent to these messages.") % {"words": buried}
            if buried
            else _("The description shows no act by which people agree."),
            _("Describe a separate act, such as an unticked box that people may leave alone."),
            form.reason("OPT_IN_NOT_COMPLIANT", "NON_COMPLIANT_OPT_IN_CONSENT"),
        )


@check
def opt_in_names_texts(form: Form) -> Iterator[Finding]:
    """A description of a consent that says nothing of text messages."""
    path, text = form.find("optInWorkflow", "optInDescription")
    if path and not word_in("texts", text):
        yield Finding(
            "opt_in_names_texts",
            Severity.RISKY,
            path,
            _("The description does not say that people agree to text messages."),
            _("Quote the words by which they agree to texts in particular."),
            form.reason("OPT_IN_NOT_COMPLIANT", "NON_COMPLIANT_OPT_IN"),
        )


@check
def opt_in_names_the_company(form: Form) -> Iterator[Finding]:
    """A description that names another company, or none."""
    path, text = form.find("optInWorkflow", "optInDescription")
    words = {word for name in form.companies() for word in distinctive(name)}
    if path and words and not any(word in text.lower() for word in words):
        yield Finding(
            "opt_in_names_the_company",
            Severity.RISKY,
            path,
            _("The opt-in description does not name %(company)s.") % {"company": form.companies()[-1]},
            _("Name the company as it is registered, or the name it trades under."),
            form.reason(*NOT_COMPLIANT),
        )


@check
def opt_in_is_not_shared(form: Form) -> Iterator[Finding]:
    """A description by which the consent goes to third parties."""
    path, text = form.find("optInWorkflow", "optInDescription")
    words = affirmed("third_party", text)
    if words:
        yield Finding(
            "opt_in_is_not_shared",
            Severity.REFUSED,
            path,
            _("“%(words)s”: consent may not be handed on.") % {"words": words},
            _("Say that opt-in data is not shared with third parties."),
            form.reason("OPT_IN_NOT_COMPLIANT", "NON_COMPLIANT_OPT_IN_THIRD_PARTY"),
        )


@check
def opt_in_is_described(form: Form) -> Iterator[Finding]:
    """A description of a few words."""
    path, text = form.find("optInWorkflow", "optInDescription")
    if path and len(text) < SHORT:
        yield Finding(
            "opt_in_is_described",
            Severity.RISKY,
            path,
            _("%(count)s characters hardly describe how people agree.") % {"count": len(text)},
            _("Say where they see what, what they do, and what they get."),
            form.reason("OPT_IN_NOT_COMPLIANT", "COMPLIANT_OPT_IN_MISSING"),
        )


@check
def opt_in_keyword_is_one(form: Form) -> Iterator[Finding]:
    """Several words where people text one."""
    path, text = form.find("optInKeyword")
    if len(re.findall(r"\w+", text)) > 1:
        yield Finding(
            "opt_in_keyword_is_one",
            Severity.ADVICE,
            path,
            _("“%(text)s” is more than one word, and people text one.") % {"text": text},
            _("Write the keyword as people text it, such as START."),
        )


@check
def keyword_answers(form: Form) -> Iterator[Finding]:
    """Answers to HELP and STOP that do not name the company, or an opt-in answer without the usual words."""
    words = {word for name in form.companies() for word in distinctive(name)}
    for name in ("helpMessage", "stopMessage", "optInMessage"):
        path, text = form.find(name)
        if path and words and not any(word in text.lower() for word in words):
            yield Finding(
                "keyword_answers",
                Severity.RISKY,
                path,
                _("The answer does not say who writes."),
                _("Name the company or the programme in it."),
                form.reason("ATTRIBUTES_MISMATCH"),
            )
    path, text = form.find("optInMessage")
    if path and not (word_in("stop", text) and word_in("rates", text)):
        yield Finding(
            "keyword_answers",
            Severity.RISKY,
            path,
            _("The confirmation of the opt-in lacks how to stop or “Message and data rates may apply”."),
            _("Name the programme, the frequency, the rates, HELP and STOP."),
            form.reason(*NOT_COMPLIANT),
        )
