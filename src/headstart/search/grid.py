"""Every combination of a few values of each knob."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart.core.knob import knob
from headstart.core.search import Proposal
from headstart.search._space import Space
from headstart.search._standing import generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.knob import Knob
    from headstart.core.search import Tried, Wait


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Grid search, in random order, so that the part that there is time for is spread over the whole."""

    summary: ClassVar[str] = "every combination of a few values of each knob, in random order"

    points: int = knob(3, "values of a range, each in the middle of its share of it", low=1, high=100)

    def propose(
        self, space: Sequence[Knob], history: Sequence[Tried], *, seed: int
    ) -> Proposal | Wait | None:
        room = Space.of([self._thinned(each) for each in Space.of(space).knobs])
        params = room.fresh(generator(seed, history), room.keys([each.params for each in history]))
        return None if params is None else Proposal(params=params)

    def _thinned(self, known: Knob) -> Knob:
        """The knob with a few values for choices."""
        if known.choices:
            return known
        side = Space((known,))
        middles = (np.arange(self.points) + 0.5) / self.points
        values = dict.fromkeys(side.params(np.array([at]))[known.name] for at in middles)
        return replace(known, choices=tuple(values))
