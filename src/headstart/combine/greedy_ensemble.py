"""Models that answer together, chosen one by one."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart import registry
from headstart.combine._judge import Judge, Standing, Weights
from headstart.combine._made import checked, combined
from headstart.core.decision import Decision
from headstart.core.evaluation import Footprint
from headstart.core.knob import knob
from headstart.core.plan import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.caps import Caps
    from headstart.core.combination import HeldOut, Member, Mixture
    from headstart.core.model import Model

# Steps in a row that may bring nothing before it ends.
IDLE = 5


@dataclass(frozen=True, kw_only=True)
class GreedyEnsemble:
    """The weighted mean of the members' calibrated probabilities.

    Forward selection with replacement, started from the best members, and bagged on request: Caruana,
    Niculescu-Mizil, Crew and Ksikes 2004, sections 2.1 to 2.3. Equal values of the metric are parted by
    the likelihood, since few rows leave many of them.
    """

    summary: ClassVar[str] = "weighted mean of the probabilities of several models, chosen one by one"

    steps: int = knob(20, "members added at most, each as often as it helps", low=1, high=200)
    bags: int = knob(
        0,
        "random halves of the members chosen from, their ensembles averaged; none for all at once",
        low=0,
        high=50,
    )

    def blockers(self, models: Sequence[Model]) -> tuple[str, ...]:
        if len(models) < 2:
            return (f"an ensemble needs two models or more, and there are {len(models)}",)
        if any(each.task != models[0].task for each in models):
            return ("the models are of different tasks or classes; combine models of one run",)
        if not getattr(models[0].task, "classes", ()):
            return ("the task has no classes, whose probabilities could be averaged",)
        return ()

    def footprint(self, members: Sequence[Footprint]) -> Footprint:
        return Footprint(
            bytes=sum(each.bytes for each in members), row_ms=sum(each.row_ms for each in members)
        )

    def choose(
        self, members: Sequence[Member], held_out: HeldOut, *, caps: Caps, seed: int
    ) -> Mixture | None:
        pool = [place for place, each in enumerate(members) if caps.allow(each.footprint)]
        judge = Judge.of(members, held_out, _averaged(members)) if len(pool) > 1 else None
        if judge is None:
            return None

        def affordable(weights: Weights) -> bool:
            used = [each.footprint for each, weight in zip(members, weights, strict=True) if weight]
            return caps.allow(self.footprint(used))

        def select(rows: Int[ndarray, " some"]) -> Weights:
            search = _Search(judge=judge, rows=rows, affordable=affordable, steps=self.steps)
            return search.bagged(pool, self.bags, seed=seed) if self.bags else search.best_of(pool)

        found = judge.settled(select, pool, seed=seed)
        # Likelihood alone does not earn what further members cost.
        return None if found is None or found.score == found.alone else found

    def build(self, models: Iterable[Model], weights: Sequence[float]) -> Model:
        members = tuple(
            replace(each, decision=Decision(temperature=each.decision.temperature)) for each in models
        )
        shares = checked(self, members, weights)
        predictor = registry.load("predictors", "ensemble")(members=members, weights=shares)
        step = Step(use=registry.name_of(self), params=asdict(self))
        return combined(members, shares, predictor=predictor, step=step)


def _averaged(members: Sequence[Member]) -> Callable[[Weights], Float[ndarray, "rows classes"]]:
    told = [each.predictions.probabilities for each in members]

    def mixed(weights: Weights) -> Float[ndarray, "rows classes"]:
        parts = [
            weight * each for each, weight in zip(told, weights, strict=True) if weight and each is not None
        ]
        return np.asarray(sum(parts) / sum(weights))

    return mixed


@dataclass(frozen=True, kw_only=True, eq=False)
class _Search:
    """The choice of an ensemble by some of the rows."""

    judge: Judge
    rows: Int[ndarray, " some"]
    affordable: Callable[[Weights], bool]
    steps: int
    _known: dict[Weights, Standing] = field(default_factory=dict, repr=False)

    def best_of(self, pool: Sequence[int]) -> Weights:
        """The best ensemble on the way of adding, at each step, the member that helps most."""
        order = self.judge.best_alone(pool, self.rows)
        best = current = self._started(order)
        standing, idle = self._standing(best), 0
        for _ in range(self.steps):
            options = [each for place in order if self.affordable(each := _with(current, place))]
            current = max(options, key=self._standing)
            reached = self._standing(current)
            idle = 0 if reached > standing else idle + 1
            if reached > standing:
                best, standing = current, reached
            if idle == IDLE:
                break
        return best

    def bagged(self, pool: Sequence[int], bags: int, *, seed: int) -> Weights:
        """The mean of the best ensembles of random halves of the members, as far as it can be afforded."""
        rng = np.random.default_rng(seed)
        size = max(2, math.ceil(len(pool) / 2))
        total = np.zeros(self.judge.members)
        for _ in range(bags):
            found = np.asarray(self.best_of(sorted(rng.choice(pool, size=size, replace=False).tolist())))
            total += found / found.sum()
        weights = tuple(total.tolist())
        while not self.affordable(weights):
            least = min((place for place in pool if weights[place]), key=lambda place: weights[place])
            weights = tuple(0.0 if place == least else weight for place, weight in enumerate(weights))
        return weights

    def _started(self, order: Sequence[int]) -> Weights:
        """As many of the best members, once each, as do best together."""
        best = current = self.judge.alone(order[0])
        for place in order[1:]:
            if self.affordable(more := _with(current, place)):
                current = more
                best = max(best, current, key=self._standing)
        return best

    def _standing(self, weights: Weights) -> Standing:
        # What leads is compared with again at every step.
        if weights not in self._known:
            self._known[weights] = self.judge.standing(weights, self.rows)
        return self._known[weights]


def _with(weights: Weights, place: int) -> Weights:
    return tuple(weight + (each == place) for each, weight in enumerate(weights))
