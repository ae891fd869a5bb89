"""What the samples show: who writes, how to stop, real text, and what the attributes promise."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from messaging.text.numbering import phone_numbers
from registrations.checks.findings import Finding, Form, Severity, check, distinctive, links, use_cases, word_in

PLACEHOLDER = re.compile(
    r"\[(?:insert|your|placeholder)?\s*\]|\[insert[^\]]*\]|\{\s*\}|<\s*>|\bX{3,}\b|\bx{4,}\b|_{3,}|"
    r"lorem ipsum|\b(test message|sample text|your text here|"
    r"insert .{1,20} here|foo ?bar|asdf|tbd)\b",
    re.IGNORECASE,
)
MISMATCH = ("ATTRIBUTES_MISMATCH",)


@check
def samples_name_the_brand(form: Form) -> Iterator[Finding]:
    """No sample says who writes."""
    samples, companies = form.samples(), form.companies()
    words = {word for name in companies for word in distinctive(name)}
    if not samples or not words:
        return
    if not any(word in text.lower() for _path, text in samples for word in words):
        yield Finding(
            "samples_name_the_brand",
            Severity.REFUSED,
            samples[0][0],
            _("No sample names %(company)s.") % {"company": companies[-1]},
            _("Begin each message with the name that customers know."),
            form.reason("COMPANY_SAMPLE_MISMATCH", "INVALID_OVERALL"),
        )


def _subscribed_to(form: Form) -> list[tuple[str, str]]:
    """The samples of messages that people in the United States subscribe to. Nobody subscribes to one-time codes."""
    if form.definition.iso_country_code != "US" or form.use_case in use_cases("code"):
        return []
    return form.samples()


@check
def samples_say_stop(form: Form) -> Iterator[Finding]:
    """No sample tells how to opt out. One-time codes need not."""
    samples = _subscribed_to(form)
    if samples and not any(word_in("stop", text) for _path, text in samples):
        yield Finding(
            "samples_say_stop",
            Severity.REFUSED,
            samples[0][0],
            _("No sample tells recipients how to opt out."),
            _("Add “Reply STOP to opt out” to at least one sample."),
            form.reason(*MISMATCH, "INVALID_OVERALL"),
        )


@check
def samples_say_help(form: Form) -> Iterator[Finding]:
    """No sample tells how to get help."""
    samples = _subscribed_to(form)
    if samples and not any(word_in("help", text) for _path, text in samples):
        yield Finding(
            "samples_say_help",
            Severity.ADVICE,
            samples[0][0],
            _("No sample tells recipients how to get help."),
            _("Add “HELP for help” to at least one sample."),
        )


@check
def no_placeholders(form: Form) -> Iterator[Finding]:
    """Placeholder text in place of a real message."""
    for path, text in form.samples():
        found = PLACEHOLDER.search(text)
        if found:
            yield Finding(
                "no_placeholders",
                Severity.REFUSED,
                path,
                _("“%(text)s” stands where real text should.") % {"text": found[0]},
                _("Write the message as a recipient would get it, with made-up names, dates and codes."),
                form.reason("COMPANY_SAMPLE_MISMATCH", "INVALID_OVERALL"),
            )


@check
def samples_differ(form: Form) -> Iterator[Finding]:
    """The same sample twice."""
    seen: set[str] = set()
    for path, text in form.samples():
        if text.strip().lower() in seen:
            yield Finding(
                "samples_differ",
                Severity.ADVICE,
                path,
                _("This sample is the same as another one."),
                _("Give one sample for each template, or leave the field empty."),
            )
        seen.add(text.strip().lower())


@check
def samples_fit_use_case(form: Form) -> Iterator[Finding]:
    """Samples of another kind than the use case."""
    samples, use_case = form.samples(), form.use_case
    if use_case in use_cases("code") and samples and not any(word_in("code", text) for _path, text in samples):
        yield Finding(
            "samples_fit_use_case",
            Severity.REFUSED,
            samples[0][0],
            _("The use case is a one-time code, and no sample has one."),
            _("Show a message with a code, or choose another use case."),
            form.reason("USE_CASE_SAMPLE_MISMATCH", "INVALID_OVERALL"),
        )
    if use_case in use_cases("not_marketing"):
        for path, text in samples:
            word = word_in("marketing", text)
            if word:
                yield Finding(
                    "samples_fit_use_case",
                    Severity.RISKY,
                    path,
                    _("“%(word)s” reads like marketing, and the use case is another one.") % {"word": word},
                    _("Choose a marketing or mixed use case, or take the offer out."),
                    form.reason("USE_CASE_SAMPLE_MISMATCH", "INVALID_OVERALL"),
                )


@check
def links_are_declared(form: Form) -> Iterator[Finding]:
    """A link in a sample while the form says that there are none."""
    if form.find("embeddedLink")[1] != "No":
        return
    for path, text in form.samples():
        found = links(text)
        if found:
            yield _undeclared(form, "links_are_declared", path, found[0], _("Embedded link"))


@check
def phone_numbers_are_declared(form: Form) -> Iterator[Finding]:
    """A phone number in a sample, other than the support number, while the form says that there are none."""
    if form.find("embeddedPhone")[1] != "No":
        return
    support = re.sub(r"\D", "", form.known("supportPhoneNumber"))
    for path, text in form.samples():
        for found in phone_numbers(text, form.definition.iso_country_code):
            if not support.endswith(re.sub(r"\D", "", found)[-10:]):
                yield _undeclared(form, "phone_numbers_are_declared", path, found, _("Embedded phone number"))
                break


@check
def lending_is_declared(form: Form) -> Iterator[Finding]:
    """Words of lending while the form says that there is none."""
    path, answer = form.find("directLending")
    if answer != "No":
        return
    texts = [*form.samples(), *filter(lambda found: found[0], [form.find("campaignName")])]
    for place, text in texts:
        word = word_in("lending", text)
        if word:
            yield Finding(
                "lending_is_declared",
                Severity.REFUSED,
                path,
                _("“%(word)s” in %(field)s reads like lending.")
                % {"word": word, "field": form.definition.fields[place].title},
                _("Answer Yes if the messages are about loans; otherwise say it in other words."),
                form.reason("DIRECT_LENDING_NOT_DECLARED"),
            )
            return


@check
def age_gate_is_declared(form: Form) -> Iterator[Finding]:
    """Content for adults while the form says that nothing is age-gated."""
    if form.find("ageGated")[1] != "No":
        return
    for path, text in form.samples():
        word = word_in("age", text)
        if word:
            yield _undeclared(form, "age_gate_is_declared", path, word, _("Age-gated content"))


def _undeclared(form: Form, name: str, path: str, found: str, attribute: object) -> Finding:
    return Finding(
        name,
        Severity.REFUSED,
        path,
        _("The sample has “%(found)s”, and “%(attribute)s” is answered No.") % {"found": found, "attribute": attribute},
        _("Answer Yes to “%(attribute)s”, or take it out of the sample.") % {"attribute": attribute},
        form.reason(*MISMATCH),
    )
