"""What strategies say of themselves is something that is asked for."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

import pytest

from headstart import registry
from headstart.core.strategy_traits import StrategyTraits
from headstart.core.task import ANSWERS
from headstart.errors import UnknownName

# What every strategy has, and what those that train tell each other.
OTHERS = {"needs_base", "summary", "usual_rate", "by_width"}


@dataclass(frozen=True, kw_only=True)
class Told:
    answers: ClassVar[tuple[str, ...]] = ("number",)
    on_request: ClassVar[bool] = True


def test_what_is_not_said_is_as_usual():
    for told in (Told, Told()):
        traits = StrategyTraits.of(told)
        assert (traits.answers, traits.on_request) == (("number",), True)
        assert (traits.reads, traits.baseline, traits.ships_base) == ((), False, True)
        assert traits.base_kinds == ()
    assert StrategyTraits.of(object()) == StrategyTraits()


def test_a_strategy_is_found_by_its_name():
    assert StrategyTraits.named("trees").baseline
    with pytest.raises(UnknownName, match="tree"):
        StrategyTraits.named("tree")


@pytest.mark.parametrize("name", registry.names("strategies"))
def test_no_strategy_says_what_nobody_asks_for(name: str):
    kind = registry.load("strategies", name)
    hints = {
        key
        for each in kind.__mro__
        for key, hint in vars(each).get("__annotations__", {}).items()
        if "ClassVar" in str(hint)
    }
    assert hints <= {each.name for each in fields(StrategyTraits)} | OTHERS
    assert set(StrategyTraits.of(kind).answers) <= set(ANSWERS)
