"""Everything public says what it is; the library itself prints nothing."""

from __future__ import annotations

import ast

import pytest

from headstart import cli
from tests.structure.source import Module, classes, functions, is_public, package


def undocumented(modules: tuple[Module, ...]) -> list[str]:
    """Public classes and functions without docstring; methods that a base class describes are exempt."""
    told = {name.rpartition(".")[2] for module in modules for name, node in functions(module) if _told(node)}
    found = []
    for module in modules:
        if not ast.get_docstring(module.tree):
            found.append(module.name)
        found += [f"{module.name}.{node.name}" for node in classes(module) if _lacks(node.name, node)]
        for name, node in functions(module):
            inherited = "." in name and node.name in told | {"forward"}
            if not inherited and _lacks(name, node):
                found.append(f"{module.name}.{name}")
    return found


def _told(node: ast.AST) -> bool:
    return bool(ast.get_docstring(node))  # type: ignore[arg-type]


def _lacks(name: str, node: ast.AST) -> bool:
    return is_public(name) and not _told(node)


def prints(module: Module) -> list[str]:
    """Calls of print, and writes to the streams outside the command line."""
    found = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called == "print" or (
            called in ("sys.stdout.write", "sys.stderr.write") and module.parts[-1] != "cli"
        ):
            found.append(f"{module.name}:{node.lineno} {called}")
    return found


def test_everything_public_has_a_docstring():
    assert undocumented(package()) == []


def test_the_library_prints_nothing():
    assert [fault for module in package() for fault in prints(module)] == []


@pytest.mark.parametrize("name", cli.verbs())
def test_every_verb_and_every_option_has_help(name: str, capsys: pytest.CaptureFixture[str]):
    verb = cli.verb(name)
    assert cli.summary(verb)
    helps = cli.argument_helps(verb)
    assert [each.name for each in cli._parameters(verb) if not helps.get(each.name)] == []
    cli.application()([name, "--help"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert cli.summary(verb).split()[0] in shown
    assert "--json" in shown


def test_what_lacks_a_docstring_is_found():
    sample = Module(
        name="headstart.core.sample", text='"""A."""\nclass A:\n    def f(self): ...\ndef g(): ...'
    )
    assert undocumented((sample,)) == [f"{sample.name}.A", f"{sample.name}.A.f", f"{sample.name}.g"]
    told = Module(
        name="headstart.core.base",
        text='"""B."""\nclass B:\n    """B."""\n    def f(self):\n        """F."""',
    )
    assert undocumented((sample, told)) == [f"{sample.name}.A", f"{sample.name}.g"]


def test_a_print_is_found():
    assert prints(Module(name="headstart.core.sample", text="def f():\n    print(1)"))
    assert prints(Module(name="headstart.core.sample", text="import sys\nsys.stdout.write('')"))
    assert not prints(Module(name="headstart.cli", text="import sys\nsys.stdout.write('')"))
