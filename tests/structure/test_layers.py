"""Imports point one way."""

from __future__ import annotations

import pytest

from headstart.registry import KINDS
from tests.structure.source import Module, imports, package

STAGES = {"data", "profiling", "planning", "race", "evaluation", "bundle", "report"}
LAYERS = (
    {"core", "errors", "registry", "config", "atomic", "wording"},
    {"models"},
    {"train"},
    set(KINDS),
    STAGES,
    {"flow"},
    {"cli", "estimator", ""},
)
LEVELS = {area: level for level, areas in enumerate(LAYERS) for area in areas}


def area(name: str) -> str:
    """`headstart.models.pooling` -> `models`; the package itself is ``."""
    return [*name.split("."), ""][1]


def resolved(name: str, known: set[str]) -> str:
    """The module that an imported name stands in."""
    while name not in known and "." in name:
        name = name.rpartition(".")[0]
    return name


def violations(modules: tuple[Module, ...]) -> list[str]:
    """Imports against the order of the layers, between stages, or between plug-ins."""
    known = {module.name for module in modules}
    found = []
    for module in modules:
        for line, imported in imports(module):
            if imported.split(".")[0] != "headstart":
                continue
            target = resolved(imported, known)
            if reason := objection(module.name, target):
                found.append(f"{module.name}:{line} imports {target}: {reason}")
    return found


def objection(source: str, target: str) -> str:
    """Why a module may not import another, or nothing."""
    here, there = area(source), area(target)
    if LEVELS[there] > LEVELS[here]:
        return "a higher layer"
    if here in STAGES and there in STAGES and here != there:
        return "another stage"
    if here in KINDS and there in KINDS and not _own_helper(source, target):
        return "another plug-in; look it up through the registry"
    return ""


def _own_helper(source: str, target: str) -> bool:
    return source == target or (area(source) == area(target) and target.rpartition(".")[2].startswith("_"))


def test_every_module_has_a_place_in_the_layers():
    assert {area(module.name) for module in package()} <= set(LEVELS)


def test_imports_point_from_higher_layers_to_lower_ones():
    assert violations(package()) == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("headstart.core.rows", "from headstart.models.pooling import pool"),
        ("headstart.models.pooling", "from headstart.train.loop import train"),
        ("headstart.train.loop", "import headstart.tasks.classification"),
        ("headstart.train.loop", "from headstart import cli"),
        ("headstart.strategies.probe", "from headstart.strategies.full import Full"),
        ("headstart.strategies.probe", "from headstart.predictors.network import Network"),
        ("headstart.report.html", "from headstart.bundle.load import load_model"),
        ("headstart.race.worker", "def late():\n    from headstart.flow.adapt import adapt"),
    ],
)
def test_an_import_against_the_order_is_found(source: str, line: str):
    others = tuple(module for module in package() if module.name != source)
    assert violations((*others, Module(name=source, text=line)))


def test_helpers_of_a_plug_in_folder_may_be_shared_within_it():
    assert objection("headstart.metrics.recall", "headstart.metrics._counts") == ""
    assert objection("headstart.strategies.probe", "headstart.metrics._counts") != ""
