"""Settings that good trials make likely and bad ones do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.core.knob import knob
from headstart.core.search import Proposal
from headstart.search._optuna import needed, quiet, sampler_seed, study
from headstart.search._space import Space
from headstart.search._standing import finished, generator, standings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from optuna.distributions import BaseDistribution

    from headstart.core.knob import Knob
    from headstart.core.search import Tried, Wait
    from headstart.search._space import Key

TRIES = 8


@dataclass(frozen=True, kw_only=True)
class Tpe:
    """Tree-structured Parzen estimator over all knobs together (Bergstra et al. 2011, section 4).

    Optuna's sampler, asked anew each time with the whole history. Trials that still run count as bad,
    so that trials side by side stay apart, and so do those that failed.
    """

    summary: ClassVar[str] = "settings that good trials make likely and bad ones do not (Optuna)"

    startup: int = knob(6, "settings that must have a score before it learns from them", low=1, high=100)

    def propose(
        self, space: Sequence[Knob], history: Sequence[Tried], *, seed: int
    ) -> Proposal | Wait | None:
        needed("optuna")
        room, rng = Space.of(space), generator(seed, history)
        taken = room.keys([each.params for each in history])
        params = None
        if room.knobs and sum(map(finished, history)) >= self.startup:
            params = _likely(room, history, taken, seed=sampler_seed(rng))
        if params is None:
            params = room.fresh(rng, taken)
        return None if params is None else Proposal(params=params)


def _likely(
    room: Space, history: Sequence[Tried], taken: Collection[Key], *, seed: int
) -> dict[str, Any] | None:
    """A setting that is not taken, if a few draws find one."""
    from optuna.samplers import TPESampler
    from optuna.trial import TrialState, create_trial

    with quiet():
        sampled = {each.name: _distribution(each) for each in room.knobs}
        known = study(TPESampler(n_startup_trials=1, seed=seed))
        for trial, place in zip(history, standings(history), strict=True):
            known.add_trial(
                create_trial(
                    state=TrialState.RUNNING if place is None else TrialState.COMPLETE,
                    value=place,
                    params=_inner(room, trial.params),
                    distributions=sampled,
                )
            )
        for _ in range(TRIES):
            params = _outer(room, known.ask(sampled).params)
            if room.key(params) not in taken:
                return params
    return None


def _distribution(known: Knob) -> BaseDistribution:
    from optuna import distributions

    if known.choices:
        return distributions.CategoricalDistribution(range(len(known.choices)))
    assert known.low is not None
    assert known.high is not None
    if known.whole:
        return distributions.IntDistribution(int(known.low), int(known.high), log=known.log)
    return distributions.FloatDistribution(known.low, known.high, log=known.log)


def _inner(room: Space, params: Mapping[str, Any]) -> dict[str, Any]:
    """A setting as Optuna takes it: inside all ranges, choices by their place."""
    inside = room.params(room.point(params))
    return {
        each.name: each.choices.index(inside[each.name]) if each.choices else inside[each.name]
        for each in room.knobs
    }


def _outer(room: Space, params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        each.name: each.choices[params[each.name]] if each.choices else params[each.name]
        for each in room.knobs
    }
