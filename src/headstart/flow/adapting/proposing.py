"""Settings that a search proposes, as candidates."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.knob import search_space
from headstart.core.plan import Candidate
from headstart.core.search import Proposal, Tried

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.knob import Knob
    from headstart.core.search import Search
    from headstart.flow.adapting.entrant import Entrant

# So many settings in a row that can't be run here end a search.
MOST_BLOCKED = 8
# A candidate with other parameters of its last step, and what a fit of it should cost.
Vary = Callable[[Candidate, Mapping[str, Any]], Candidate]


@dataclass(frozen=True, kw_only=True)
class Proposing:
    """Asks a search for further settings of a candidate's strategy.

    Args:
        search: proposes; knows nothing but what it is told.
        vary: makes a candidate of other parameters.
        seed: owns the randomness of the search.
        sign: 1 where greater scores are better, -1 where less is.
    """

    search: Search
    vary: Vary
    seed: int
    sign: float

    def after(self, entrants: Sequence[Entrant], leader: Candidate) -> Candidate | None:
        """The leader with other settings; None when its strategy has nothing left to search.

        Args:
            entrants: all that have entered, in order.
            leader: whose strategy is searched, on its base.
        """
        kin = [
            each
            for each in entrants
            if each.candidate.base == leader.base and each.candidate.name == leader.name
        ]
        planned = next(each.candidate for each in kin if not each.candidate.variant)
        said = planned.steps[-1].params
        space = [
            each
            for each in self._space(leader)
            if each.name not in said and self._serves(each, planned, said)
        ]
        if not space:
            return None
        history = [_tried(each, said, sign=self.sign) for each in kin]
        for _ in range(MOST_BLOCKED):
            proposal = self.search.propose(space, history, seed=self.seed)
            if not isinstance(proposal, Proposal):
                return None
            varied = self.vary(planned, {**said, **proposal.params})
            if not varied.blocked:
                return replace(varied, variant=len(kin))
            history.append(Tried(params=proposal.params, score=math.nan))
        return None

    def _serves(self, knob: Knob, planned: Candidate, said: Mapping[str, Any]) -> bool:
        """Whether it can be set on this task at all, be it to the middle of what is searched."""
        if knob.choices:
            values = [each for each in knob.search if each != knob.default]
        else:
            low, high = knob.search
            middle = math.sqrt(low * high) if knob.log else (low + high) / 2
            values = [round(middle) if knob.whole else middle, high]
        return not all(self.vary(planned, {**said, knob.name: each}).blocked for each in values)

    def _space(self, leader: Candidate) -> tuple[Knob, ...]:
        return search_space(registry.load("strategies", leader.steps[-1].use))


def _tried(entrant: Entrant, said: Mapping[str, Any], *, sign: float) -> Tried:
    params = entrant.candidate.steps[-1].params
    own = {name: value for name, value in params.items() if name not in said}
    last = entrant.trial or next(iter(reversed(entrant.trials)), None)
    score = math.nan if last is None or last.dev_score is None else sign * last.dev_score
    return Tried(params=own, score=score, fidelity=last.portion.share if last else 1.0)
