"""The project's own source, read for the architecture tests."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("console", "messaging", "registrations")
IGNORED = {".venv", ".data", ".git", "__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


@dataclass(frozen=True)
class Module:
    """One Python file: its place, dotted name and syntax tree."""

    path: Path

    @property
    def place(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        return self.place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.place)

    @cached_property
    def imports(self) -> set[str]:
        """Every module that may be meant: `from messaging import clock` names messaging and messaging.clock."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                source = self._absolute(node)
                found |= {source} | {f"{source}.{alias.name}" for alias in node.names}
        return found

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".") if self.path.name == "__init__.py" else self.name.split(".")[:-1]
        kept = parts[: len(parts) - node.level + 1]
        return ".".join([*kept, node.module] if node.module else kept)

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def strings(self) -> Iterator[ast.Constant]:
        return (n for n in ast.walk(self.tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every module below the folders (the three applications by default), migrations left out."""
    paths = (path for folder in folders or APPS for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(Module(path) for path in paths if "migrations" not in path.parts)


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Every text file of the tree that is the project's own, with these suffixes (all by default)."""
    found = []
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        if path.is_file() and not IGNORED.intersection(inside) and (not suffixes or path.suffix in suffixes):
            found.append(path)
    return tuple(found)


def below(name: str, package: str) -> bool:
    """Whether a dotted name is the package or lies in it."""
    return name == package or name.startswith(f"{package}.")
