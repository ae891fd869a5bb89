"""The style sheet against the design: contrasts recomputed from its tokens, logical properties, sizes."""

import gzip
import re
from functools import cache

import pytest
from django.conf import settings

from console import scripts

CSS = settings.BASE_DIR / "static" / "css" / "console.css"
TOKEN = re.compile(r"--([\w-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));")
SURFACES = ("app", "panel", "sunken", "hover", "selected")
TONES = ("success", "warning", "danger", "info", "review", "neutral")
TINTS = tuple(f"{tone}-tint" for tone in TONES)

TEXT_PAIRS = [
    *((text, surface) for text in ("text", "text-2", "text-3", "link", *TONES) for surface in SURFACES),
    *((text, tint) for text in ("text", "text-2", "link") for tint in TINTS),
    *((tone, f"{tone}-tint") for tone in TONES),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-danger", "danger"),
    ("accent-hover", "panel"),
    ("accent-hover", "app"),
    ("text", "mark"),
    ("text", "part-a"),
    ("text", "part-b"),
    ("on-topbar", "topbar"),
    ("topbar-muted", "topbar"),
]
EDGE_PAIRS = [
    *(("control", surface) for surface in ("app", "panel", "sunken")),
    *(("focus", surface) for surface in (*SURFACES, *TINTS)),
    ("topbar-focus", "topbar"),
    *((f"series-{number}", surface) for number in range(1, 6) for surface in ("app", "panel", "sunken")),
    *(("accent", surface) for surface in SURFACES),
]
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset|scroll-(?:margin|padding))-(?:left|right|top|bottom)(?:-\w+)*"
    r"|left|right|top|bottom|(?:min-|max-)?(?:width|height))\s*:(?!\s*\d+(?:\.\d+)?(?:rem|px)\))"
)


@cache
def source() -> str:
    return re.sub(r"/\*.*?\*/", "", CSS.read_text(), flags=re.S)


@cache
def tokens() -> dict[str, tuple[str, str]]:
    """Name -> colour in light and in dark."""
    return {name: (light or both, dark or both) for name, light, dark, both in TOKEN.findall(source())}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT_PAIRS, 4.5), (EDGE_PAIRS, 3)], ids=["text", "edges"])
def test_contrasts_hold(theme: int, pairs: list[tuple[str, str]], least: float) -> None:
    low = {
        f"{one} on {other}": round(ratio, 2)
        for one, other in pairs
        if (ratio := contrast(tokens()[one][theme], tokens()[other][theme])) < least
    }
    assert not low


def test_every_colour_is_a_token() -> None:
    outside = re.sub(r"@layer tokens \{.*?\n\}\n", "", source(), flags=re.S)
    assert set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", outside)) <= {"#1F5FD6", "#9CC4FF", "#999"}


def test_every_variable_used_is_defined() -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", source()))
    defined = set(re.findall(r"--([\w-]+):", source()))
    assert used <= defined


def test_only_logical_properties() -> None:
    declarations = re.sub(r"@(?:media|container)[^{]*\{", "{", source())
    assert PHYSICAL.findall(declarations) == []
    assert not re.search(r"(?:text-align|float|clear)\s*:\s*(?:left|right)", declarations)


def test_honours_what_the_reader_asks_for() -> None:
    for wish in ("forced-colors: active", "prefers-contrast: more", "prefers-reduced-motion: reduce", "@media print"):
        assert wish in source()


def test_braces_match() -> None:
    assert source().count("{") == source().count("}")


def test_stays_within_the_budget() -> None:
    assert len(gzip.compress(CSS.read_bytes(), 9)) <= 25_000
    assert len(scripts.body(compressed=True)) <= 10_000


def test_every_script_is_sent() -> None:
    assert {path.stem for path in scripts.FOLDER.glob("*.js")} == set(scripts.FILES)
    assert scripts.body(compressed=False).decode() == scripts.joined()
