"""What a strategy declares of its hyper-parameters, and what of it is worth searching."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

import pytest

from headstart import registry
from headstart.core.knob import Knob, knob, knobs, search_space

STRATEGIES = registry.names("strategies")


@dataclass(frozen=True, kw_only=True)
class Sample:
    live: ClassVar[frozenset[str]] = frozenset({"rate"})

    rate: float | None = knob(None, "speed", low=1e-6, high=1e-2, log=True, search=(1e-4, 1e-3))
    blocks: int | None = knob(None, "how many", low=0, high=96, search=(1, 4))
    way: str = knob("a", "which", choices=("a", "b", "c"), search=("a", "c"))
    text: str = knob("", "words")


def test_a_search_sees_what_is_worth_searching():
    rate, blocks, way = search_space(Sample)
    assert (rate.name, rate.low, rate.high, rate.log, rate.live) == ("rate", 1e-4, 1e-3, True, True)
    assert (blocks.low, blocks.high, blocks.whole, blocks.live) == (1, 4, True, False)
    assert way.choices == ("a", "c")
    assert {rate.owner, blocks.owner, way.owner} == {"test_knob"}


def test_legal_ranges_stay_as_they_are_declared():
    declared = {each.name: each for each in knobs(Sample)}
    assert (declared["rate"].low, declared["rate"].high) == (1e-6, 1e-2)
    assert declared["way"].choices == ("a", "b", "c")


@pytest.mark.parametrize(
    ("declared", "whole"),
    [
        (Knob(name="n", default=3, help="", low=1, high=9), True),
        (Knob(name="n", default=None, help="", low=1, high=9), True),
        (Knob(name="r", default=0.5, help="", low=0, high=1), False),
        (Knob(name="r", default=None, help="", low=0.0, high=1.0), False),
        (Knob(name="c", default=1, help="", choices=(1, 2)), False),
        (Knob(name="t", default="", help=""), False),
    ],
)
def test_whole_numbers_are_told_by_bounds_and_default(declared: Knob, whole: bool):
    assert declared.whole is whole


@pytest.mark.parametrize("name", STRATEGIES)
def test_what_is_searched_is_legal(name: str):
    plugin = registry.load("strategies", name)
    declared = {each.name: each for each in knobs(plugin)}
    for each in search_space(plugin):
        legal = declared[each.name]
        if each.choices:
            assert set(each.choices) <= set(legal.choices)
            assert len(each.choices) > 1
            assert each.default in each.choices
        else:
            assert legal.low <= each.low < each.high <= legal.high
            assert each.whole == legal.whole
            assert each.default is None or each.low <= each.default <= each.high
            assert not each.log or each.low > 0


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_knob_is_whole_where_its_field_is(name: str):
    plugin = registry.load("strategies", name)
    types = {each.name: str(each.type) for each in fields(plugin)}
    for each in knobs(plugin):
        if each.low is not None:
            assert each.whole == ("int" in types[each.name]), each.name


@pytest.mark.parametrize("name", STRATEGIES)
def test_only_knobs_are_live(name: str):
    plugin = registry.load("strategies", name)
    known = {each.name for each in knobs(plugin)} | {"label_smoothing", "layer_decay"}
    assert set(getattr(plugin, "live", ())) <= known
