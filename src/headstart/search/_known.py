"""Settings that were measured beforehand, the most useful first."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.registry import frozen_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from numpy import ndarray

Setting = Mapping[str, Any]
MEASURED = Path(__file__).with_name("portfolio.toml")
# A gain on the mean of the cases below which one more setting is not worth a trial.
LEAST_GAIN = 0.001


@cache
def known(strategy: str) -> tuple[Setting, ...]:
    """Settings of a strategy in the order in which to try them; the defaults alone without measurements."""
    entries = tomllib.loads(MEASURED.read_text(encoding="utf-8")).get("settings", {}).get(strategy, [])
    if not entries:
        return ({},)
    cases = sorted(set.intersection(*(set(each["scores"]) for each in entries)))
    order = portfolio(np.array([[each["scores"][case] for case in cases] for each in entries]))
    return tuple(frozen_values(entries[index]["params"]) for index in order)


def portfolio(scores: Float[ndarray, "settings cases"], *, first: int = 0) -> list[int]:
    """Which settings to try, in order: each adds most to the best score so far, on the mean of the cases.

    Greedy submodular selection (Feurer et al. 2022, "Auto-sklearn 2.0", section 3.1, algorithm 1).
    It ends where one more setting adds next to nothing.

    Args:
        scores: of each setting on each case, greater being better.
        first: the setting to begin with.
    """
    chosen, best = [first], scores[first]
    while True:
        gains = np.maximum(scores, best).mean(axis=1) - best.mean()
        found = int(np.argmax(gains))
        if gains[found] < LEAST_GAIN:
            return chosen
        chosen.append(found)
        best = np.maximum(best, scores[found])


def kept(settings: Sequence[Setting], names: Sequence[str]) -> list[dict[str, Any]]:
    """Settings with the values of some knobs alone."""
    return [{name: value for name, value in each.items() if name in names} for each in settings]
