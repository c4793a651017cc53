"""Who enters a race next, and whether as planned or with a shorter training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.flow.adapting.closing import promises_more
from headstart.flow.adapting.entrant import Entrant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from headstart.core.plan import Candidate


# What takes so small a share of the time of a run, and so few seconds, enters at once.
TRIFLE, TRIFLE_S = 0.025, 5.0


@dataclass(frozen=True, kw_only=True)
class Entering:
    """Takes the candidates in order, those first that there is time for.

    What takes next to nothing enters before all others. One for which there is no time but without its refit
    enters before those with one that promise less by more than a refit brings: else they would take the time
    that it needs.

    A training of half the epochs on all rows costs three quarters of a whole one on four fifths of them, and
    leaves a model that is no worse (`benchmarks.cases.short_training`): where there is no time for a refit
    of the whole one, it makes more of what there is.

    Args:
        shorter: a candidate with shorter trainings, the longest first.
        left_s: seconds that are left for a fit of an entrant, with its refit or, by `with_refit`, without.
        within_s: seconds of the whole run; None without a deadline.
        known: whether an earlier process of this run has fitted a candidate.
    """

    shorter: Callable[[Candidate], Sequence[Candidate]]
    left_s: Callable[..., float]
    within_s: float | None
    known: Callable[[Candidate], bool]

    def take(self, waiting: list[Candidate], *, first: Candidate | None) -> Entrant:
        """Takes the next one out of those who wait; the first of them where there is time for none.

        Args:
            waiting: candidates in order.
            first: who stands for the untouched base, and enters first whatever it takes.
        """
        place, candidate = self._next(waiting, first)
        waiting.pop(place)
        return Entrant(candidate=candidate)

    def _next(self, waiting: Sequence[Candidate], first: Candidate | None) -> tuple[int, Candidate]:
        places = list(enumerate(waiting))
        if waiting[0] == first:
            return places[0]
        trifle_s = min(TRIFLE_S, TRIFLE * (self.within_s or 0.0))
        small = self._ready([each for each in places if each[1].cost.seconds <= trifle_s])
        ready = small or self._ready(places)
        if small or ready is None:
            return ready or places[0]
        for place, each in places[: ready[0]]:
            if not each.blocked and promises_more(each, ready[1]) and self._fits(each, with_refit=False):
                return place, each
        return ready

    def _fits(self, candidate: Candidate, *, with_refit: bool = True) -> bool:
        entrant = Entrant(candidate=candidate)
        return entrant.seconds <= self.left_s(entrant, with_refit=with_refit)

    def _ready(self, places: Sequence[tuple[int, Candidate]]) -> tuple[int, Candidate] | None:
        """The first that there is time for, or that was fitted before, with as long a training as fits."""
        for place, each in places:
            for variant in self._variants(each):
                if self.known(variant) or self._fits(variant):
                    return place, variant
        return None

    def _variants(self, candidate: Candidate) -> Iterator[Candidate]:
        if candidate.blocked:
            return
        ways = [candidate, *self.shorter(candidate)]
        # What an earlier process has fitted enters as it was then.
        begun = [place for place, each in enumerate(ways) if self.known(each)]
        yield from ways[min(begun, default=0) :]
