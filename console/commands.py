"""The `aws` command that shows what a page shows, with this server's endpoint and Region."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _

from console.lists import ListSpec
from messaging.caller import Caller

if TYPE_CHECKING:
    from console.listing import Narrowed

SERVICE = "pinpoint-sms-voice-v2"


@dataclass(frozen=True, slots=True)
class Text:
    """A command ready to paste, and what it cannot say."""

    line: str
    left_out: str = ""


def command(request: HttpRequest, caller: Caller, name: str, options: Sequence[str] = ()) -> str:
    """One command line: operation in kebab case, its options, endpoint and Region."""
    endpoint = f"{request.scheme}://{request.get_host()}"
    words = ["aws", SERVICE, name, *options, "--endpoint-url", endpoint, "--region", caller.region]
    return shlex.join(words)


def listing(
    request: HttpRequest, spec: ListSpec, caller: Caller, args: Sequence[str], narrowed: "Narrowed"
) -> Text | None:
    """The command of a list with its filters; what the API cannot filter by is named."""
    if spec.command is None:
        return None
    values: dict[str, list[str]] = {}
    left_out = [f"“{narrowed.text}”"] if narrowed.text else []
    for name, operator, value in narrowed.used:
        property = spec.filters.properties[name]
        if operator in ("=", property.means) and spec.command.filters and not property.console_only:
            values.setdefault(name, []).append(value)
        else:
            left_out.append(f"{property.label} {operator} {value}")
    options = list(spec.command.options(*args))
    if values:
        options.append("--filters")
        options += [f"Name={name},Values={','.join(_quoted(v) for v in found)}" for name, found in values.items()]
    said = _("The API has no filter for: %(filters)s.") % {"filters": ", ".join(left_out)} if left_out else ""
    return Text(command(request, caller, spec.command.name, options), said)


def _quoted(value: str) -> str:
    """A value in the CLI's shorthand syntax."""
    return f'"{value}"' if any(character in value for character in ', "=') else value
