"""What a text says, and the options that go with it."""

from django.utils.translation import gettext_lazy as _

from messaging.errors import Invalid
from messaging.operations.checks.send import Found, Send
from messaging.text import limits, parts

MAX_CONTEXT = 5


def check_body(send: Send) -> Found:
    shape = limits.shape_breach(send.message_body)
    if shape:
        raise Invalid(
            _("A message has 1 to %(allowed)s characters and is not only white space.") % {"allowed": limits.BODY_MAX},
            reason="MAXIMUM_SIZE_EXCEEDED" if shape.found > shape.allowed else "MISSING_PARAMETER",
            fields={"message_body": _("Write 1 to %(allowed)s characters.") % {"allowed": limits.BODY_MAX}},
        )
    send.counted = parts.count(send.message_body)
    breach = limits.send_breach(send.counted)
    if breach:
        raise Invalid(
            _("The text has %(found)s characters in %(encoding)s; at most %(allowed)s can be sent.")
            % {"found": breach.found, "encoding": send.counted.encoding, "allowed": breach.allowed},
            reason="MAXIMUM_SIZE_EXCEEDED",
            fields={"message_body": _("Shorten the text, or replace what forces UCS-2.")},
        )
    said = {"encoding": send.counted.encoding, "characters": send.counted.characters, "parts": send.counted.parts}
    return Found(_("%(encoding)s, %(characters)s characters, message parts: %(parts)s"), said)


def check_options(send: Send) -> Found:
    if len(send.context) > MAX_CONTEXT:
        raise Invalid(
            _("A message has at most %(allowed)s context keys.") % {"allowed": MAX_CONTEXT},
            fields={"context": _("Leave some keys out.")},
        )
    return Found(_("Time to live %(seconds)s s"), {"seconds": send.time_to_live or 259_200})
