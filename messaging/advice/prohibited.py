"""Prohibited categories: a first sieve of words, no verdict."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.advice.model import TABLES, Advice, Subject, Words, severity

NAMES = {
    "gambling": gettext_lazy("Gambling"),
    "high_risk_financial": gettext_lazy("High-risk financial services"),
    "debt_forgiveness": gettext_lazy("Debt forgiveness"),
    "get_rich_quick": gettext_lazy("Get-rich-quick schemes"),
    "illegal_substances": gettext_lazy("Illegal substances"),
    "phishing": gettext_lazy("Phishing and smishing"),
    "shaft": gettext_lazy("Sex, hate, alcohol, firearms, tobacco and vape"),
    "third_party_lead_generation": gettext_lazy("Third-party lead generation"),
}
_WORDS = Words({row["id"]: row["words"] for row in TABLES["prohibited"]})


def categories(subject: Subject) -> Iterator[Advice]:
    """One finding per category, at its first word."""
    rule_id = "prohibited.categories"
    seen = set()
    for found in _WORDS.matches(subject):
        category = found.lastgroup or ""
        if category in seen:
            continue
        seen.add(category)
        yield Advice(
            rule_id,
            severity(rule_id),
            _("May belong to a prohibited category: %(category)s.") % {"category": NAMES[category]},
            _("Such messages are filtered heavily or blocked everywhere, one-time passwords of such services too."),
            _("A word alone is no verdict: if the message is of another kind, use another word."),
            *found.span(),
            found[0],
        )
