"""Addresses in a text: whether they can work, whose they are, and whether they stay whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from itertools import accumulate

from django.utils.translation import gettext as _

from messaging.advice.model import TABLES, Advice, Subject, severity
from messaging.text import parts

_URL = re.compile(
    r"(?P<scheme>https?://)(?P<rest>[^\s<>\"“”]+)|(?<![\w@.-])(?P<bare>(?:[\w-]+\.)+[^\W\d_]{2,})(?P<path>[/?][^\s<>\"“”]*)?",
    re.IGNORECASE,
)
_SHORTENERS = frozenset([*TABLES["shorteners"]["guide"], *TABLES["shorteners"]["industry"]])
LAST_PORT = 65_535
_LOCAL = ("localhost", ".local", ".internal", ".localhost", ".lan", ".test", ".invalid")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a text: where, its host in small letters, and whether it says its scheme or a path."""

    start: int
    end: int
    url: str
    host: str
    port: str
    sure: bool


@lru_cache(maxsize=16)
def links(text: str) -> tuple[Link, ...]:
    """The addresses in a text. A bare name of a host is one (sure only with a path behind it)."""
    if "." not in text and "://" not in text:
        return ()
    found = []
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?)'\"”’")
        rest = url[len(match["scheme"]) :] if match["scheme"] else url
        authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
        host, _colon, port = authority.partition(":") if not authority.startswith("[") else (authority, "", "")
        sure = bool(match["scheme"] or match["path"])
        found.append(Link(match.start(), match.start() + len(url), url, host.lower(), port, sure))
    return tuple(found)


def no_free_shorteners(subject: Subject) -> Iterator[Advice]:
    rule_id = "content.no_free_shorteners"
    for link in links(subject.text):
        if link.host.removeprefix("www.") not in _SHORTENERS:
            continue
        registered = subject.originator_type in TABLES["short_links_registered"]
        yield Advice(
            rule_id,
            "warning" if registered else severity(rule_id),
            _("No links of free or third-party URL shorteners."),
            _("Carriers filter them, and the registration of a campaign forbids them."),
            _("With this type of originator short links may stand in a registered template; better is your own domain.")
            if registered
            else _("Use a domain that your organisation alone uses."),
            link.start,
            link.end,
            link.url,
        )


def links_work(subject: Subject) -> Iterator[Advice]:
    """An address that cannot work outside; nothing is fetched."""
    rule_id = "content.links_work"
    for link in links(subject.text):
        if link.sure and not reachable(link):
            yield Advice(
                rule_id,
                severity(rule_id),
                _("Links must be valid and work from outside your network."),
                _("Broken links lose trust."),
                _("Correct the address and try it on a phone that is not in your network."),
                link.start,
                link.end,
                link.url,
            )


def reachable(link: Link) -> bool:
    """Whether an address could work from anywhere, as far as its text tells."""
    host = link.host
    if link.port and not (re.fullmatch(r"[0-9]{1,5}", link.port) and 0 < int(link.port) <= LAST_PORT):
        return False
    try:
        return ip_address(host.strip("[]")).is_global
    except ValueError:
        return len(host) <= 253 and _HOST.fullmatch(host) is not None and not host.endswith(_LOCAL)


def dedicated_link_domain(subject: Subject) -> Iterator[Advice]:
    rule_id = "content.dedicated_link_domain"
    for link in links(subject.text):
        if len(link.url) > TABLES["url_longest"]:
            yield Advice(
                rule_id,
                severity(rule_id),
                _("Shorten long addresses with a redirect domain of your own."),
                _("An address that is split over parts breaks."),
                _("Let a short address on your own domain lead there."),
                link.start,
                link.end,
                link.url,
            )


def url_not_split(subject: Subject) -> Iterator[Advice]:
    rule_id = "content.url_not_split"
    found = links(subject.text)
    if not found:
        return
    cuts = list(accumulate(len(content) for content in parts.analyse(subject.text).contents))[:-1]
    for link in found:
        if any(link.start < cut < link.end for cut in cuts):
            yield Advice(
                rule_id,
                severity(rule_id),
                _("An address should lie within one message part."),
                _("Handsets may show parts separately."),
                _("Put the address nearer to the beginning, or shorten the text."),
                link.start,
                link.end,
                link.url,
            )
