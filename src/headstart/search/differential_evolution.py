"""Settings made of the differences between others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.core.knob import knob
from headstart.core.search import Proposal
from headstart.search._space import Space, reflected
from headstart.search._standing import generator, standings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.knob import Knob
    from headstart.core.search import Tried, Wait
    from headstart.search._space import Key

FEWEST, TRIES = 4, 16


@dataclass(frozen=True, kw_only=True)
class DifferentialEvolution:
    """Differential evolution, DE/rand/1/bin (Storn and Price 1997, section 2), one trial at a time.

    The first settings are the members. From then on each trial challenges one member, in turn, and
    takes its place if it is no worse; who is a member now follows from the history. A challenger is
    made of the members as they are when it is asked for, so trials may run side by side. Storn and
    Price advise 5 to 10 members a knob; a search of tens of trials can't afford that, so that there
    are fewer by default.
    """

    summary: ClassVar[str] = "settings made of the differences between others"

    members: int | None = knob(
        None, "settings that are kept; 4 more than there are knobs without one", low=FEWEST, high=1000
    )
    weight: float = knob(0.7, "length of a difference that is added", low=0.0, high=2.0)
    crossover: float = knob(0.9, "chance that a knob is taken from the mutant", low=0.0, high=1.0)

    def propose(
        self, space: Sequence[Knob], history: Sequence[Tried], *, seed: int
    ) -> Proposal | Wait | None:
        room, rng = Space.of(space), generator(seed, history)
        taken = room.keys([each.params for each in history])
        count = self.members or FEWEST + len(room.knobs)
        params = None
        if room.knobs and len(history) >= count:
            params = self._challenger(room, history, taken, rng, count=count)
        if params is None:
            params = room.fresh(rng, taken)
        return None if params is None else Proposal(params=params)

    def _challenger(
        self,
        room: Space,
        history: Sequence[Tried],
        taken: Collection[Key],
        rng: np.random.Generator,
        *,
        count: int,
    ) -> dict[str, Any] | None:
        members = _members(standings(history), count)
        points = np.array([room.point(history[each].params) for each in members])
        for _ in range(TRIES):
            params = room.params(self._trial(points, len(history) % count, rng))
            if room.key(params) not in taken:
                return params
        return None

    def _trial(
        self, points: Float[ndarray, "members knobs"], target: int, rng: np.random.Generator
    ) -> Float[ndarray, " knobs"]:
        """A base and a weighted difference, crossed with the target."""
        others = [each for each in range(len(points)) if each != target]
        base, first, second = points[rng.choice(others, size=3, replace=False)]
        mutant = reflected(base + self.weight * (first - second))
        sides = points.shape[1]
        crossed = np.asarray(rng.random(sides) < self.crossover)
        crossed[rng.integers(sides)] = True
        return np.where(crossed, mutant, points[target])


def _members(places: Sequence[float | None], count: int) -> list[int]:
    """For each member the trial that holds its place, after every challenge that is decided.

    A member that still runs gives way to whoever has a score.
    """
    members = list(range(count))
    for challenger in range(count, len(places)):
        place, held = places[challenger], places[members[challenger % count]]
        if place is not None and (held is None or place >= held):
            members[challenger % count] = challenger
    return members
