"""A plug-in is one file with one public class named after it."""

from __future__ import annotations

from dataclasses import is_dataclass

import pytest

from headstart import registry
from tests.structure.source import Module, classes, package


def misnamed(module: Module) -> str:
    """What is wrong with the public classes of a plug-in's file, or nothing."""
    public = [node.name for node in classes(module) if not node.name.startswith("_")]
    expected = registry.class_name(module.parts[-1])
    return "" if public == [expected] else f"{module.name}: expected the class {expected}, found {public}"


def plugin_files() -> list[Module]:
    """The files that the registry lists."""
    return [
        module
        for module in package()
        if len(module.parts) == 3
        and module.parts[1] in registry.KINDS
        and not module.parts[2].startswith("_")
    ]


def test_every_plug_in_file_holds_the_one_class_that_its_name_promises():
    assert [fault for module in plugin_files() if (fault := misnamed(module))] == []


def test_the_registry_lists_exactly_the_plug_in_files():
    listed = {f"headstart.{kind}.{name}" for kind in registry.KINDS for name in registry.names(kind)}
    assert {module.name for module in plugin_files()} <= listed


@pytest.mark.parametrize("kind", registry.KINDS)
def test_every_plug_in_loads_and_is_a_frozen_dataclass(kind: str):
    for name in registry.names(kind):
        plugin = registry.load(kind, name)
        assert is_dataclass(plugin), name
        assert plugin.__dataclass_params__.frozen, name
        assert registry.name_of(plugin) == name


@pytest.mark.parametrize(
    "text", ["class Other: ...", "class Gradual: ...\nclass Second: ...", "def gradual(): ..."]
)
def test_a_file_with_other_classes_is_found(text: str):
    assert misnamed(Module(name="headstart.strategies.gradual", text=text))


def test_private_classes_may_stand_beside_the_public_one():
    text = "class _Helper: ...\nclass ZeroShot: ..."
    assert misnamed(Module(name="headstart.strategies.zero_shot", text=text)) == ""
