"""Widgets beyond Django's: radio tiles for choices that change cost or law, a combobox over a plain select."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from messaging.errors import Text


@dataclass(frozen=True, slots=True)
class Tile:
    """What choosing this means, and what it costs; off when it is shown but cannot be chosen."""

    what: Text = ""
    price: Text = ""
    off: bool = False


class RadioTiles(forms.RadioSelect):
    """Radio buttons as tiles with consequence and price: RadioTiles(tiles={"TOLL_FREE": Tile(_("…"), "2.00 USD")})."""

    template_name = "components/radio_tiles.html"

    def __init__(self, *, tiles: Mapping[str, Tile] | None = None, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.tiles = tiles or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["tile"] = tile = self.tiles.get(str(value))
        if tile and tile.off:
            option["attrs"]["disabled"] = True
        return option


class Combobox(forms.Select):
    """A select that scripts turn into a text field with a filtered list; without them it is the select."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-combobox": True, **(attrs or {})}, choices)


class OneTimeCode(forms.TextInput):
    """A code that arrives by message: digits keyboard, filled in by the browser, spaces allowed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        code = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-input", "spellcheck": "false"}
        super().__init__({**code, **(attrs or {})})
