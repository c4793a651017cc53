"""Knobs as the sides of a unit cube: settings become points, and points settings."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.errors import SettingError
from headstart.registry import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.knob import Knob

TRIES, MOST_LISTED = 64, 4096
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Space:
    """The knobs of a search.

    Args:
        knobs: each with choices or a range.
    """

    knobs: tuple[Knob, ...]

    @classmethod
    def of(cls, knobs: Sequence[Knob]) -> Self:
        """The space of these knobs.

        Raises:
            SettingError: one of them has neither a range nor choices, or a range that is none.
        """
        for each in knobs:
            if fault := _fault(each):
                raise SettingError(f"{each.name} can't be searched: {fault}; mend it or leave it out")
        return cls(tuple(knobs))

    @cached_property
    def size(self) -> float:
        """How many settings there are; infinite where a knob is continuous."""
        return math.prod(_levels(each) for each in self.knobs)

    def params(self, point: Float[ndarray, " knobs"]) -> dict[str, Any]:
        """The setting at a point of the unit cube; all points of a cell give the same discrete value."""
        return {each.name: _value(each, float(at)) for each, at in zip(self.knobs, point, strict=True)}

    def point(self, params: Mapping[str, Any]) -> Float[ndarray, " knobs"]:
        """The middle of the cell that a setting lies in.

        What a rule chooses, or what is no value of the knob, counts as the middle of its range, and
        what lies outside the range as its nearest end.
        """
        return np.array([_place(each, params.get(each.name, each.default)) for each in self.knobs])

    def holds(self, params: Mapping[str, Any]) -> bool:
        """Whether all that a setting says of these knobs lies among the choices and inside the ranges."""
        return all(_holds(each, params[each.name]) for each in self.knobs if each.name in params)

    def key(self, params: Mapping[str, Any]) -> Key:
        """What two settings share if and only if they are the same."""
        return tuple(frozen(params.get(each.name, each.default)) for each in self.knobs)

    def keys(self, settings: Sequence[Mapping[str, Any]]) -> set[Key]:
        """The keys of several settings."""
        return {self.key(each) for each in settings}

    def fresh(self, rng: np.random.Generator, taken: Collection[Key]) -> dict[str, Any] | None:
        """A setting drawn evenly from those that are not taken; None when all are."""
        for _ in range(TRIES):
            params = self.params(rng.random(len(self.knobs)))
            if self.key(params) not in taken:
                return params
        if self.size > MOST_LISTED:
            return None
        left = [each for each in self.every() if self.key(each) not in taken]
        return left[int(rng.integers(len(left)))] if left else None

    def every(self) -> Iterator[dict[str, Any]]:
        """All settings of a space without continuous knobs."""
        cells = [range(int(_levels(each))) for each in self.knobs]
        for cell in itertools.product(*cells):
            yield {each.name: _nth(each, index) for each, index in zip(self.knobs, cell, strict=True)}


def reflected(point: Float[ndarray, " knobs"]) -> Float[ndarray, " knobs"]:
    """A point outside the unit cube, folded back at its sides."""
    turned: Float[ndarray, " knobs"] = 1.0 - np.abs(1.0 - np.mod(point, 2.0))
    return turned


def _fault(knob: Knob) -> str:
    if knob.choices:
        return ""
    if knob.low is None or knob.high is None:
        return "it has neither choices nor a range"
    if not knob.low <= knob.high:
        return f"its range goes from {knob.low} down to {knob.high}"
    if knob.log and knob.low <= 0:
        return f"a range over orders of magnitude begins above 0, and this one at {knob.low}"
    return ""


def _holds(knob: Knob, value: Any) -> bool:
    if knob.choices:
        return value in knob.choices
    low, high = _range(knob)
    return value is None or low <= value <= high


def _levels(knob: Knob) -> float:
    if knob.choices:
        return len(knob.choices)
    low, high = _range(knob)
    if knob.whole:
        return high - low + 1
    return 1 if low == high else math.inf


def _value(knob: Knob, at: float) -> Any:
    """The value at a place from 0 to 1."""
    if knob.choices:
        return knob.choices[min(int(at * len(knob.choices)), len(knob.choices) - 1)]
    low, high = _range(knob)
    start, stop = _edges(knob)
    found = start + at * (stop - start)
    found = math.exp(found) if knob.log else found
    if not knob.whole:
        return float(min(max(found, low), high))
    return int(min(max(math.floor(found + 0.5) if knob.log else math.floor(found), low), high))


def _nth(knob: Knob, index: int) -> Any:
    """One of the levels of a knob that has only so many."""
    return knob.choices[index] if knob.choices else _range(knob)[0] + index


def _place(knob: Knob, value: Any) -> float:
    """Where a value lies from 0 to 1."""
    if knob.choices:
        found = [index for index, each in enumerate(knob.choices) if each == value]
        return (found[0] + 0.5) / len(knob.choices) if found else 0.5
    if not isinstance(value, int | float) or isinstance(value, bool) or math.isnan(value):
        return 0.5
    low, high = _range(knob)
    start, stop = _edges(knob)
    if start == stop:
        return 0.5
    inside = min(max(value, low), high)
    at = math.log(inside) if knob.log else inside + (0.5 if knob.whole else 0.0)
    return (at - start) / (stop - start)


def _range(knob: Knob) -> tuple[float, float]:
    assert knob.low is not None
    assert knob.high is not None
    return knob.low, knob.high


def _edges(knob: Knob) -> tuple[float, float]:
    """Ends of the scale that a knob is spread over; each whole number has a cell of its own."""
    low, high = _range(knob)
    if knob.log:
        half = 0.5 if knob.whole else 0.0
        return math.log(low - half), math.log(high + half)
    return low, high + (1 if knob.whole else 0)
