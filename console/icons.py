"""The icons in use, as one sprite made from the installed heroicons package (micro set, 16 pixels)."""

import hashlib
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree
from zipfile import ZipFile

from console import navigation, statuses

SVG = "{http://www.w3.org/2000/svg}"
KEPT = ("d", "fill-rule", "clip-rule")

# Beside those of the side navigation and of the statuses. A test holds this list to what templates ask for.
OTHERS = frozenset(
    {
        "arrow-down-tray", "arrow-right-start-on-rectangle", "arrow-up-tray", "arrow-uturn-left", "bars-3", "bell",
        "check", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "chevron-up-down", "command-line",
        "information-circle", "language", "lock-closed", "magnifying-glass", "paper-clip", "pencil", "plus",
        "question-mark-circle", "user-circle", "view-columns", "x-mark",
    }
)  # fmt: skip


class UnknownIcon(LookupError):
    """A template asks for an icon that the sprite does not hold; add its name to console.icons.OTHERS."""


@cache
def names() -> frozenset[str]:
    """Every icon of the sprite, by the package's names."""
    of_links = {entry.icon for _label, entries in navigation.GROUPS for entry in entries}
    return OTHERS | of_links | statuses.icons()


@cache
def sprite() -> str:
    """One SVG document with a symbol per icon, its id the icon's name."""
    symbols = []
    with (files("heroicons") / "heroicons.zip").open("rb") as file, ZipFile(file) as archive:
        for name in sorted(names()):
            drawing = ElementTree.fromstring(archive.read(f"micro/{name}.svg"))  # noqa: S314  # an installed package
            shapes = []
            for node in drawing:
                kept = "".join(f' {key}="{node.attrib[key]}"' for key in KEPT if key in node.attrib)
                shapes.append(f"<{node.tag.removeprefix(SVG)}{kept}/>")
            symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{"".join(shapes)}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


@cache
def digest() -> str:
    """What changes in the sprite's address whenever its content does."""
    return hashlib.sha256(sprite().encode()).hexdigest()[:12]


def address(name: str) -> str:
    """Where an icon is: the sprite's URL and the icon's id in it. Raises UnknownIcon."""
    if name not in names():
        raise UnknownIcon(f"The sprite has no icon {name!r}: add it to console.icons.OTHERS.")
    return f"/ui/icons.{digest()}.svg#{name}"
