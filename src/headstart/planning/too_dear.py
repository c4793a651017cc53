"""What a candidate will cost to run and to keep, told before it is fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.core.evaluation import Footprint
from headstart.core.strategy_traits import StrategyTraits
from headstart.train.work import reading_s

if TYPE_CHECKING:
    from headstart.core.caps import Caps
    from headstart.core.plan import Situation
    from headstart.core.strategy import Strategy

WEIGHT_BYTES = 4.0
# A prediction of milliseconds may be off by a factor; what is left out has to be slow for sure.
DOUBT = 0.5
ROWS = 1000


def least_footprint(strategy: Strategy, situation: Situation) -> Footprint:
    """The least that what a strategy makes can cost: the network of its base, if it holds that."""
    ships_base = strategy.needs_base and StrategyTraits.of(strategy).ships_base
    if situation.base is None or not ships_base:
        return Footprint(bytes=0, row_ms=0.0)
    return Footprint(
        bytes=int(WEIGHT_BYTES * situation.base.shape.parameters),
        row_ms=DOUBT * 1e3 * reading_s(situation, ROWS, getattr(strategy, "max_length", None)) / ROWS,
    )


def too_dear_to_ship(strategy: Strategy, situation: Situation, caps: Caps) -> tuple[str, ...]:
    """Why nothing that a strategy makes can keep the caps, in plain words; empty where it may."""
    reasons = caps.broken(least_footprint(strategy, situation))
    return tuple(reason.replace("it takes", "its base takes", 1) for reason in reasons)
