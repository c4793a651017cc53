"""The package's source as syntax trees, and what they import."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "headstart"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True)
class Module:
    """One file: its dotted name, its text and its tree."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.name.split("."))


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def package() -> tuple[Module, ...]:
    """Every module of Headstart."""
    return tuple(
        Module(name=_dotted(path), text=path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    )


def _dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(module: Module, *, at_run_time: bool = False) -> Iterator[tuple[int, str]]:
    """Line and dotted name of all that a module imports; on request without what is only for types."""
    typing_only = {id(node) for node in _typing_only(module.tree)} if at_run_time else set()
    for node in ast.walk(module.tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _typing_only(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for statement in node.body:
                yield from ast.walk(statement)


def functions(module: Module) -> Iterator[tuple[str, Function]]:
    """Every function and method with its qualified name, those inside functions left out."""
    yield from _functions(module.tree.body, "")


def _functions(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Function]]:
    for node in body:
        if isinstance(node, Function):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")


def classes(module: Module) -> list[ast.ClassDef]:
    """The classes at the top of a module."""
    return [node for node in module.tree.body if isinstance(node, ast.ClassDef)]


def is_public(qualified: str) -> bool:
    """Whether no part of a dotted name begins with an underscore."""
    return not any(part.startswith("_") for part in qualified.split("."))
