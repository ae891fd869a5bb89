"""Content help on pages: advice as it is shown, what a form tells of its text, and the buttons that mend one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from messaging import clock
from messaging.advice import Advice, Subject, mended
from messaging.advice.bulk import Summed
from messaging.errors import Text
from messaging.reference import Channel, simulator_number
from messaging.text import e164

MEND = "mend"  # the name of the buttons; the value is the id of a rule
# Rules that the preview of message parts draws where the characters stand.
DRAWN_BESIDE = frozenset({"content.gsm_only", "content.trademark_symbols", "content.typographic_replacements"})
LONGEST_EXCERPT = 60

_TONES: dict[str, tuple[str, Text]] = {
    "error": ("danger", gettext_lazy("May be refused")),
    "warning": ("warning", gettext_lazy("Warning")),
    "info": ("info", gettext_lazy("Hint")),
}


@dataclass(frozen=True, slots=True)
class ShownAdvice:
    """One piece of advice as the list shows it."""

    advice: Advice
    tone: str
    severity: Text
    scope: Text = ""  # which of many messages it is for

    @property
    def excerpt(self) -> str:
        """The place in the text in a few words."""
        found = self.advice.found
        return found if len(found) <= LONGEST_EXCERPT else f"{found[: LONGEST_EXCERPT - 1]}…"

    @property
    def source(self) -> str:
        return _("User guide: “%(title)s”") % {"title": self.advice.documentation_title}


def shown(found: Iterable[Advice], without: frozenset[str] = frozenset()) -> list[ShownAdvice]:
    """Advice for the template components/advice.html."""
    return [ShownAdvice(one, *_TONES[one.severity]) for one in found if one.rule_id not in without]


def shown_sums(found: Iterable[Summed], looked_at: int) -> list[ShownAdvice]:
    """Advice on the first rows of a file, with how many it is for; there is no text to mend with a button."""
    return [
        ShownAdvice(
            replace(one.advice, change=""),
            *_TONES[one.advice.severity],
            ngettext("%(count)d of the first %(rows)d row", "%(count)d of the first %(rows)d rows", looked_at)
            % {"count": one.rows, "rows": looked_at},
        )
        for one in found
    ]


def subject_of(data: Mapping[str, Any], text: str, *, destination: str = "", channel: Channel = "SMS") -> Subject:
    """What a form with a message text tells of it. A form with reply_to writes the reply to a keyword."""
    originator_type, is_reply = data.get("originator_type", ""), "reply_to" in data
    return Subject(
        text,
        message_type="" if is_reply else data.get("message_type") or data.get("identity_message_type") or "",
        destination=destination if e164.is_number(destination) else "",
        originator_type=originator_type,
        at=instant_for(destination),
        channel=channel,
        name=data.get("sender", "")[:40] if originator_type == "SENDER_ID" else "",
        is_reply=is_reply,
        reply_to=(data.get("reply_to") or data.get("keyword") or "").strip().upper() if is_reply else "",
        reply_action=data.get("keyword_action", ""),
    )


def mended_post(posted: QueryDict, field: str) -> QueryDict:
    """What a form sent, its text as the button of a piece of advice leaves it."""
    if MEND not in posted:
        return posted
    changed = posted.copy()
    text = (posted.get(field) or "").replace("\r\n", "\n").replace("\r", "\n")
    changed[field] = mended(subject_of(posted, text), posted.get(MEND) or "")
    return changed


def instant_for(destination: str) -> datetime | None:
    """Now, where the hour at a destination matters: the clock is not asked for anything else."""
    if not e164.is_number(destination) or simulator_number(destination) is not None:
        return None
    return clock.now()
