"""All templates, read as text: nothing inline that the policy refuses, icons that exist, a header."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Template
from django.template.loader import get_template

from console import icons

TEMPLATES = settings.BASE_DIR / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))
NAMES = [str(path.relative_to(TEMPLATES)) for path in FILES]
REFUSED = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "an inline handler": re.compile(r"<[^>]*\s(?:data-)?(?:on\w+|hx-on[\w:-]*)\s*=", re.I),
    "a javascript: address": re.compile(r"""(?:href|action|hx-\w+)\s*=\s*["']javascript:""", re.I),
    "computed values": re.compile(r"""hx-(?:vals|headers|vars)\s*=\s*["']js:"""),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)"),
    "another server": re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//(?!www\.w3\.org)"""),
    "a trigger filter": re.compile(r"""hx-trigger\s*=\s*["'][^"']*\w\["""),  # a selector's begins after a colon
}
ICON = re.compile(r"""\{%\s*icon\s+["']([\w-]+)["']\s*%\}""")


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_holds_nothing_that_the_policy_refuses(path: Path) -> None:
    text = path.read_text()
    assert [what for what, pattern in REFUSED.items() if pattern.search(text)] == []


@pytest.mark.parametrize("name", NAMES)
def test_compiles(name: str) -> None:
    assert isinstance(get_template(name).template, Template)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_icons_are_in_the_sprite(path: Path) -> None:
    assert set(ICON.findall(path.read_text())) <= icons.names()


def test_the_sprite_holds_no_icon_in_vain() -> None:
    sources = [*FILES, *(settings.BASE_DIR / "console").rglob("*.py")]
    text = "\n".join(path.read_text() for path in sources if path.name != "icons.py")
    assert [name for name in sorted(icons.OTHERS) if f'"{name}"' not in text and f"'{name}'" not in text] == []


@pytest.mark.parametrize("path", sorted((TEMPLATES / "components").glob("*.html")), ids=lambda path: path.name)
def test_a_component_says_what_it_needs(path: Path) -> None:
    head = path.read_text()[:700]
    assert "{#" in head or "{% comment %}" in head
