"""The public names are flat, real, and cheap to import."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import headstart
from headstart import errors
from tests.structure.source import imports, package

HEAVY = {"torch", "transformers", "sklearn", "polars", "numpy", "scipy", "pandas", "datasets", "pyarrow"}
CORE_MAY_NOT = {"torch", "transformers", "sklearn"}


def loaded_after(statement: str) -> set[str]:
    """Top-level packages in memory after a statement, in a process of its own."""
    program = f"{statement}\nimport json, sys\njson.dump(sorted(sys.modules), sys.stdout)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(answer.stdout)}


def test_the_exported_names_are_those_that_exist():
    assert list(headstart.__all__) == sorted(headstart.__all__)
    assert dir(headstart) == sorted(headstart.__all__)
    for name in headstart.__all__:
        assert getattr(headstart, name) is not None


def test_every_error_is_exported():
    raised = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.HeadstartError)
    }
    assert raised <= set(headstart.__all__)


def test_a_verb_stays_a_verb_whatever_is_imported_after_it():
    stages = "; ".join(f"import {module.name}" for module in package() if len(module.parts) == 2)
    program = f"import headstart; {stages}; print([n for n in ('adapt', 'plan', 'predict', 'profile')"
    program += " if not callable(getattr(headstart, n))])"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'adept'"):
        headstart.adept  # noqa: B018


@pytest.mark.parametrize(
    "module", ["headstart", "headstart.cli", "headstart.flow.adapt", "headstart.registry"]
)
def test_importing_loads_nothing_heavy(module: str):
    assert loaded_after(f"import {module}") & HEAVY == set()


def test_building_the_command_line_loads_nothing_heavy():
    assert loaded_after("from headstart.cli import application; application()") & HEAVY == set()


def test_core_does_without_torch():
    core = [module.name for module in package() if module.parts[1:2] == ("core",)]
    assert loaded_after("import " + ", ".join(core)) & CORE_MAY_NOT == set()
    names = {
        (module.name, name.partition(".")[0])
        for module in package()
        if module.parts[1:2] == ("core",)
        for _, name in imports(module, at_run_time=True)
    }
    assert [each for each in sorted(names) if each[1] in CORE_MAY_NOT] == []
