"""Steps around the best setting so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.core.knob import knob
from headstart.core.search import Proposal
from headstart.search._space import Space, reflected
from headstart.search._standing import finished, generator, standings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.knob import Knob
    from headstart.core.search import Tried, Wait
    from headstart.search._space import Key

LEAST_STEP, TRIES = 0.03, 16


@dataclass(frozen=True, kw_only=True)
class Local:
    """Randomised local search with steps that shrink while nothing better is found.

    A direct search with random directions and a step that adapts, as in Wu, Wang and Huang 2021,
    "Frugal optimization for cost-related hyperparameters", algorithm 1; here the steps are Gaussian,
    change some of the knobs at a time, and now and then a setting is drawn from the whole space.
    """

    summary: ClassVar[str] = "steps around the best setting so far"

    startup: int = knob(4, "settings that must have a score before it starts from the best", low=1, high=100)
    step: float = knob(0.25, "first length of a step, as a share of a knob's range", low=0.01, high=1.0)
    patience: int = knob(
        4, "trials without a better one after which the step is halved", low=1, high=100, log=True
    )
    explore: float = knob(0.15, "chance of a setting from the whole space", low=0.0, high=1.0)

    def propose(
        self, space: Sequence[Knob], history: Sequence[Tried], *, seed: int
    ) -> Proposal | Wait | None:
        room, rng = Space.of(space), generator(seed, history)
        taken = room.keys([each.params for each in history])
        params = None
        if sum(map(finished, history)) >= self.startup and rng.random() >= self.explore:
            params = self._near(room, history, taken, rng)
        if params is None:
            params = room.fresh(rng, taken)
        return None if params is None else Proposal(params=params)

    def _near(
        self, room: Space, history: Sequence[Tried], taken: Collection[Key], rng: np.random.Generator
    ) -> dict[str, Any] | None:
        """A setting beside the best that is not taken, if one is found."""
        places = [-np.inf if place is None else place for place in standings(history)]
        best = int(np.argmax(places))
        since = sum(map(finished, history[best + 1 :]))
        step = max(LEAST_STEP, self.step * 0.5 ** (since // self.patience))
        centre = room.point(history[best].params)
        for _ in range(TRIES):
            params = room.params(_moved(room, centre, step, rng))
            if room.key(params) not in taken:
                return params
            # Small steps do not leave the cell of a whole number.
            step *= 1.25
        return None


def _moved(
    room: Space, centre: Float[ndarray, " knobs"], step: float, rng: np.random.Generator
) -> Float[ndarray, " knobs"]:
    """A point a step away on at least one side; choices have no distance and are drawn anew."""
    sides = len(room.knobs)
    if not sides:
        return centre
    chosen = rng.random(sides) < max(0.5, 1.0 / sides)
    chosen[rng.integers(sides)] = True
    drawn = [bool(each.choices) for each in room.knobs]
    elsewhere = np.where(drawn, rng.random(sides), reflected(centre + step * rng.normal(size=sides)))
    return np.where(chosen, elsewhere, centre)
