"""Typed readers for environment variables; a malformed value stops the start and names its variable."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class Environment:
    """Reads one mapping (the process environment unless a test passes its own)."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = os.environ if values is None else values

    def read(self, name: str, convert: Callable[[str], T], default: T, *, expected: str) -> T:
        """Return the converted value of `name`, or `default` where it is unset or blank."""
        raw = self.values.get(name, "").strip()
        if not raw:
            return default
        try:
            return convert(raw)
        except (ValueError, KeyError) as error:
            raise ImproperlyConfigured(f"{name}={raw!r} is malformed: expected {expected}.") from error

    def text(self, name: str, default: str = "") -> str:
        return self.read(name, str, default, expected="text")

    def number(self, name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
        def convert(raw: str) -> int:
            value = int(raw)
            if not low <= value <= high:
                raise ValueError(raw)
            return value

        return self.read(name, convert, default, expected=f"a whole number from {low} to {high}")

    def flag(self, name: str, default: bool) -> bool:
        def convert(raw: str) -> bool:
            lowered = raw.lower()
            if lowered in TRUE:
                return True
            if lowered in FALSE:
                return False
            raise ValueError(raw)

        return self.read(name, convert, default, expected="one of 1, 0, true, false, yes, no, on, off")

    def path(self, name: str, default: Path) -> Path:
        return self.read(name, lambda raw: Path(raw).expanduser().resolve(), default, expected="a path")

    def words(self, name: str, default: list[str]) -> list[str]:
        return self.read(
            name,
            lambda raw: [w.strip() for w in raw.split(",") if w.strip()],
            default,
            expected="words separated by commas",
        )

    def choices(self, name: str, allowed: list[str]) -> list[str]:
        """Words of a fixed list, in any case, separated by commas; none by default."""

        def convert(raw: str) -> list[str]:
            words = [word.strip().upper() for word in raw.split(",") if word.strip()]
            if not set(words) <= set(allowed):
                raise ValueError(raw)
            return words

        return self.read(name, convert, [], expected=f"some of {', '.join(allowed)}, separated by commas")
