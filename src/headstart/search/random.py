"""Settings drawn evenly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headstart.core.search import Proposal
from headstart.search._space import Space
from headstart.search._standing import generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.knob import Knob
    from headstart.core.search import Tried, Wait


@dataclass(frozen=True, kw_only=True)
class Random:
    """Random search (Bergstra and Bengio 2012, section 2); no setting twice."""

    summary: ClassVar[str] = "settings drawn evenly"

    def propose(
        self, space: Sequence[Knob], history: Sequence[Tried], *, seed: int
    ) -> Proposal | Wait | None:
        room = Space.of(space)
        params = room.fresh(generator(seed, history), room.keys([each.params for each in history]))
        return None if params is None else Proposal(params=params)
