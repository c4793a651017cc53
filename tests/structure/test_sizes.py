"""Files and functions that a person can hold in mind."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.structure.source import ROOT, Module, functions, is_public, package

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE_LINES = 300
FUNCTION_LINES = 50
PARAMETERS = 7
POSITIONAL = 3


def long_files(files: Iterable[tuple[str, str]]) -> list[str]:
    """Files, given as name and text, with too many lines."""
    return [f"{name}: {lines} lines" for name, text in files if (lines := text.count("\n")) > FILE_LINES]


def long_functions(module: Module) -> list[str]:
    """Functions whose body without its docstring has too many lines."""
    found = []
    for name, node in functions(module):
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
        if lines > FUNCTION_LINES:
            found.append(f"{module.name}.{name}: {lines} lines")
    return found


def crowded_functions(module: Module) -> list[str]:
    """Functions with too many parameters; the verbs of flow are exempt, their options are keyword-only."""
    found = []
    for name, node in functions(module):
        if _is_verb(module, name):
            continue
        named = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
        positional = [each for each in named if each not in ("self", "cls")]
        total = len(positional) + len(node.args.kwonlyargs)
        if total > PARAMETERS:
            found.append(f"{module.name}.{name}: {total} parameters")
    return found


def open_ended(module: Module) -> list[str]:
    """Public functions that take `**anything`; `Task.infer` takes the settings of a task it can't know."""
    return [
        f"{module.name}.{name}"
        for name, node in functions(module)
        if is_public(name) and node.args.kwarg is not None and node.name not in ("infer", "set_params")
    ]


def unnamed_arguments(module: Module) -> list[str]:
    """Public functions at the top of a module that take more than a few arguments by position."""
    return [
        f"{module.name}.{name}: {len(node.args.args)} arguments by position"
        for name, node in functions(module)
        if is_public(name) and "." not in name and len(node.args.args) > POSITIONAL
    ]


def _is_verb(module: Module, name: str) -> bool:
    return module.parts[1:2] == ("flow",) and name == module.parts[-1]


def test_files_are_short():
    folders = ("src", "tests", "examples", "benchmarks")
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert long_files((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in paths) == []


def test_functions_are_short():
    assert [fault for module in package() for fault in long_functions(module)] == []


def test_functions_take_few_parameters():
    assert [fault for module in package() for fault in crowded_functions(module)] == []


def test_public_functions_name_what_they_take():
    assert [fault for module in package() for fault in open_ended(module)] == []
    assert [fault for module in package() for fault in unnamed_arguments(module)] == []


def test_what_is_too_long_is_found():
    body = "\n".join(f"    x = {n}" for n in range(FUNCTION_LINES + 1))
    assert long_functions(Module(name="headstart.core.sample", text=f"class A:\n  def f(self):\n{body}\n"))
    assert not long_functions(
        Module(name="headstart.core.sample", text=f'def f():\n    """A\n{body}\n    """\n')
    )
    assert long_files([("sample", "\n" * (FILE_LINES + 1))])


def test_what_takes_too_much_is_found():
    eight = "a, b, *, c, d, e, f, g, h"
    assert crowded_functions(Module(name="headstart.core.sample", text=f"def f({eight}): ..."))
    assert not crowded_functions(Module(name="headstart.flow.sample", text=f"def sample({eight}): ..."))
    assert crowded_functions(Module(name="headstart.flow.sample", text=f"def other({eight}): ..."))
    assert open_ended(Module(name="headstart.core.sample", text="def f(**more): ..."))
    assert unnamed_arguments(Module(name="headstart.core.sample", text="def f(a, b, c, d): ..."))
