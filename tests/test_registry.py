"""A folder is a registry: names are listed without imports, unknown ones answered with the nearest."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from headstart import registry
from headstart.errors import SettingError, UnknownName


def test_listing_imports_no_plugin() -> None:
    script = (
        "import sys; from headstart import registry; assert 'full' in registry.names('strategies')\n"
        "print([m for m in sys.modules if m.startswith(('headstart.strategies.', 'torch', 'sklearn'))])"
    )
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="no strategy 'prob'; did you mean 'probe'"):
        registry.load("strategies", "prob")


def test_dashes_are_underscores() -> None:
    assert registry.load("strategies", "zero-shot") is registry.load("strategies", "zero_shot")


def test_an_unknown_parameter_lists_those_there_are() -> None:
    with pytest.raises(SettingError, match=r"metric 'f1' has no parameter 'beta'; it has: positive"):
        registry.build("metrics", "f1", {"beta": 2})


@pytest.mark.parametrize("kind", registry.KINDS)
def test_every_file_holds_the_class_that_it_is_named_after(kind: str) -> None:
    for name in registry.names(kind):
        plugin = registry.load(kind, name)
        assert plugin.__name__ == registry.class_name(name)
        assert registry.name_of(plugin) == name


def test_a_plugin_survives_the_way_through_json() -> None:
    task = registry.build("tasks", "classification", {"classes": ("a", "b"), "describe": {"a": "good"}})
    again = registry.from_spec("tasks", json.loads(json.dumps(registry.spec(task))))
    assert again == task
