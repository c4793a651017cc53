"""Settings from a normal distribution that learns its shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.core.knob import knob
from headstart.core.search import Proposal
from headstart.search._optuna import needed, quiet, sampler_seed, study
from headstart.search._space import Space
from headstart.search._standing import generator, standings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from optuna.distributions import BaseDistribution

    from headstart.core.knob import Knob
    from headstart.core.search import Tried, Wait
    from headstart.search._space import Key

TRIES = 8


@dataclass(frozen=True, kw_only=True)
class CmaEs:
    """Covariance matrix adaptation (Hansen 2016, "The CMA evolution strategy: a tutorial", appendix A).

    Optuna's sampler over the unit cube, led through the history trial by trial: each generation is
    what the history holds, whoever proposed it. Choices lie along a line in the order in which they
    are listed, which is all that the method can make of them.
    """

    summary: ClassVar[str] = "settings from a normal distribution that learns its shape (Optuna)"

    members: int | None = knob(None, "trials of a generation; 4 + 3 ln(knobs) without one", low=2, high=1000)
    step: float = knob(0.25, "first standard deviation, as a share of a knob's range", low=0.01, high=1.0)

    def propose(
        self, space: Sequence[Knob], history: Sequence[Tried], *, seed: int
    ) -> Proposal | Wait | None:
        needed("optuna", "cmaes")
        room, rng = Space.of(space), generator(seed, history)
        taken = room.keys([each.params for each in history])
        params = None
        if room.knobs and history:
            params = self._drawn(room, history, taken, seed=sampler_seed(generator(seed, ())))
        if params is None:
            params = room.fresh(rng, taken)
        return None if params is None else Proposal(params=params)

    def _drawn(
        self, room: Space, history: Sequence[Tried], taken: Collection[Key], *, seed: int
    ) -> dict[str, Any] | None:
        """A setting that is not taken, if a few draws find one."""
        from optuna.distributions import FloatDistribution
        from optuna.samplers import CmaEsSampler

        cube: dict[str, BaseDistribution] = {each.name: FloatDistribution(0.0, 1.0) for each in room.knobs}
        with quiet():
            known = study(CmaEsSampler(seed=seed, sigma0=self.step, popsize=self.members))
            for trial, place in zip(history, standings(history), strict=True):
                known.enqueue_trial(dict(zip(cube, room.point(trial.params).tolist(), strict=True)))
                asked = known.ask()
                # Read for its effect: it moves the distribution on and counts the trial into a generation.
                _ = asked.relative_params
                for name in cube:
                    asked.suggest_float(name, 0.0, 1.0)
                if place is not None:
                    known.tell(asked, place)
            for _ in range(TRIES):
                point = known.ask(cube).params
                params = room.params(np.array([point[name] for name in cube]))
                if room.key(params) not in taken:
                    return params
        return None
