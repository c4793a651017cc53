"""A population of trainings, in which the worse go on from copies of the better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.core.knob import knob
from headstart.core.search import WAIT, Proposal
from headstart.search._space import Space
from headstart.search._standing import failed, finished, generator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from headstart.core.knob import Knob
    from headstart.core.search import Tried, Wait

FACTORS = (0.8, 1.2)


@dataclass(frozen=True, kw_only=True)
class Population:
    """Population-based training (Jaderberg et al. 2017, section 3, algorithm 1).

    A training is cut into steps. Before each one a member that is among the worst of its generation
    takes over weights and hyper-parameters of one of the best (exploit, by truncation), and those
    hyper-parameters that may change in the middle of a training are perturbed (explore). All others
    go on as they are. A proposal's `parent` is the trial whose weights it goes on from.

    With `first`, one of the members starts with these settings, such as some that are known to serve;
    all others are drawn.

    Who has gone on, and who was replaced, follows from the history. A member goes on once it and half
    of its generation have a score. It ends when all have been trained to the end.
    """

    summary: ClassVar[str] = "trainings side by side, the worse going on from copies of the better"
    continues: ClassVar[bool] = True

    members: int = knob(8, "trainings side by side", low=2, high=1000, log=True)
    steps: int = knob(4, "parts that a training is cut into", low=1, high=100)
    share: float = knob(0.25, "share of the members that is replaced by copies of as many", low=0.0, high=0.5)
    resample: float = knob(
        0.25, "chance that a knob is drawn anew where it would be perturbed", low=0.0, high=1.0
    )

    first: Mapping[str, Any] | None = knob(None, "settings of the first member; drawn as all others without")

    def propose(
        self, space: Sequence[Knob], history: Sequence[Tried], *, seed: int
    ) -> Proposal | Wait | None:
        room, rng = Space.of(space), generator(seed, history)
        before: list[int] = []
        size = self.members
        for level in range(1, self.steps + 1):
            everyone = self._at(history, level)
            alive = [each for each in everyone if not failed(history[each])]
            if len(alive) < size:
                if level > 1:
                    return self._child(room, history, before, level, rng)
                params = self._start(room, [history[each].params for each in everyone], rng)
                if params is not None:
                    return Proposal(params=params, fidelity=1 / self.steps)
                size = len(alive)
            before = alive
        # One that still runs may yet fail, and be replaced.
        return WAIT if any(history[each].score is None for each in before) else None

    def _at(self, history: Sequence[Tried], level: int) -> list[int]:
        """Trials of a generation; those that others have started are none."""
        return [
            index
            for index, each in enumerate(history)
            if round(each.fidelity * self.steps) == level and (each.parent is None) == (level == 1)
        ]

    def _start(
        self, room: Space, taken: Sequence[Mapping[str, Any]], rng: np.random.Generator
    ) -> dict[str, Any] | None:
        """The settings of one more member at the start; None when all have been tried."""
        if self.first is not None and not taken:
            return {each.name: self.first.get(each.name, each.default) for each in room.knobs}
        return room.fresh(rng, room.keys(taken))

    def _child(
        self,
        room: Space,
        history: Sequence[Tried],
        before: Sequence[int],
        level: int,
        rng: np.random.Generator,
    ) -> Proposal | Wait | None:
        """The next trial of a generation that is not full."""
        alive = [each for each in self._at(history, level) if not failed(history[each])]
        scored = sorted(filter(lambda each: finished(history[each]), before), key=partial(_score, history))
        ready = [each for each in _without_heir(history, before, alive) if each in scored]
        if not ready or 2 * len(scored) < len(before):
            return WAIT
        own = ready[0]
        plain = Proposal(params=history[own].params, parent=own, fidelity=level / self.steps)
        # What failed as it is fails again.
        hopeless = _has_failed(history, own)
        cut = max(1, round(self.share * len(scored))) if self.share else 0
        best = scored[len(scored) - cut :] or scored[-1:]
        worse = own in scored[:cut] and _score(history, own) < _score(history, best[0])
        if not worse and not hopeless:
            return plain
        donor = int(rng.choice(best))
        params = self._explored(room, history[donor].params, rng)
        copied = replace(plain, params=params, parent=donor)
        if params != history[donor].params and not any(_same(copied, each) for each in history):
            return copied
        return None if hopeless else plain

    def _explored(self, room: Space, params: Mapping[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        """The setting with its live knobs multiplied by one of two factors, or drawn anew."""
        drawn, middle = room.params(rng.random(len(room.knobs))), room.params(room.point(params))
        found = dict(params)
        for each in room.knobs:
            anew, factor = rng.random() < self.resample, float(rng.choice(FACTORS))
            if each.live:
                found[each.name] = drawn[each.name] if anew else _perturbed(each, middle[each.name], factor)
        return found


def _perturbed(known: Knob, value: Any, factor: float) -> Any:
    """A number times a factor, a whole one moved by at least one, inside the range; a choice as it is."""
    if known.choices:
        return value
    assert known.low is not None
    assert known.high is not None
    found = value * factor
    if known.whole:
        found = max(value + 1, round(found)) if factor > 1.0 else min(value - 1, round(found))
    return type(value)(min(max(found, known.low), known.high))


def _score(history: Sequence[Tried], index: int) -> float:
    return history[index].score or 0.0


def _without_heir(history: Sequence[Tried], before: Sequence[int], alive: Sequence[int]) -> list[int]:
    """Members of a generation that neither go on nor have been replaced, in order.

    A copy does not say whom it replaces: those that could not go on, and then the worst.
    """
    gone_on = {history[each].parent for each in alive if _is_plain(history, history[each])}
    left = [each for each in before if each not in gone_on]
    copies = len(alive) - len(gone_on)
    rank = {
        each: (not _has_failed(history, each), not finished(history[each]), _score(history, each))
        for each in left
    }
    replaced = sorted(left, key=lambda each: rank[each])[:copies]
    return [each for each in left if each not in replaced]


def _is_plain(history: Sequence[Tried], child: Tried) -> bool:
    """Whether a trial goes on from its parent as it was."""
    return child.parent is not None and dict(child.params) == dict(history[child.parent].params)


def _has_failed(history: Sequence[Tried], index: int) -> bool:
    """Whether a trial has failed when it went on as it was."""
    return any(each.parent == index and _is_plain(history, each) and failed(each) for each in history)


def _same(proposal: Proposal, trial: Tried) -> bool:
    return (
        trial.parent == proposal.parent
        and round(trial.fidelity, 9) == round(proposal.fidelity, 9)
        and dict(trial.params) == dict(proposal.params)
    )
