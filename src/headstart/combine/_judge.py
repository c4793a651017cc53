"""What mixtures of members are worth on rows that none of them was fitted on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.core.combination import Mixture
from headstart.core.predictions import Predictions
from headstart.train.folds import stratified_folds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.combination import HeldOut, Member

PARTS = 5
LEAST_PROBABILITY = 1e-12

# How much each member counts; they need not add up to one.
Weights = tuple[float, ...]
# The metric with more being better, then the mean log-likelihood, which parts equals.
Standing = tuple[float, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Judge:
    """Tells the worth of any mixture of the members on any of the held-out rows.

    Args:
        held_out: the rows and the metric.
        classes: names of the classes.
        members: number of members.
        mixed: gives the probabilities of a mixture on all the rows.
    """

    held_out: HeldOut
    classes: tuple[str, ...]
    members: int
    mixed: Callable[[Weights], Float[ndarray, "rows classes"]]

    @classmethod
    def of(
        cls,
        members: Sequence[Member],
        held_out: HeldOut,
        mixed: Callable[[Weights], Float[ndarray, "rows classes"]],
    ) -> Judge | None:
        """A judge; None where the members give no probabilities or the rows no classes."""
        if not members or any(each.predictions.probabilities is None for each in members):
            return None
        if held_out.gold.ndim != 1 or held_out.gold.dtype.kind not in "iu":
            return None
        return cls(
            held_out=held_out, classes=members[0].predictions.classes, members=len(members), mixed=mixed
        )

    def alone(self, place: int) -> Weights:
        """The mixture that is one member."""
        return tuple(float(place == each) for each in range(self.members))

    def standing(self, weights: Weights, rows: Int[ndarray, " some"] | None = None) -> Standing:
        """The worth of a mixture on some of the rows, on all of them by default."""
        return self._worth(self.mixed(weights), rows)

    def best_alone(self, places: Sequence[int], rows: Int[ndarray, " some"] | None = None) -> list[int]:
        """Members from the best alone, equals in the order given."""
        return sorted(places, key=lambda place: self.standing(self.alone(place), rows), reverse=True)

    def settled(
        self, select: Callable[[Int[ndarray, " some"]], Weights], places: Sequence[int], *, seed: int
    ) -> Mixture | None:
        """What `select` makes of all the rows, where it does better than choosing the best member alone.

        Whatever is chosen by some rows looks better on them than it is, a single member as well as a
        mixture. So the rows are parted, and each part is answered by the mixture, and by the member,
        that is chosen on the others.

        Args:
            select: chooses a mixture on some of the rows.
            places: the members to choose from.
            seed: decides the parts.

        Returns:
            None where a member alone is chosen, or does as well.
        """
        every = np.arange(len(self.held_out))
        weights = select(every)
        if sum(weight > 0 for weight in weights) < 2:
            return None

        def alone(rows: Int[ndarray, " some"]) -> Weights:
            return self.alone(self.best_alone(places, rows)[0])

        mixed, single = (self._without_each_part(each, seed=seed) for each in (select, alone))
        if mixed is None or single is None:
            return None
        (score, likelihood), (other, its_likelihood) = self._worth(mixed), self._worth(single)
        if (score, likelihood) <= (other, its_likelihood):
            return None
        sign = 1 if self.held_out.metric.greater_is_better else -1
        return Mixture(
            weights=tuple(weight / sum(weights) for weight in weights),
            predictions=self._as_predictions(mixed),
            score=sign * score,
            best=self.best_alone(places)[0],
            alone_predictions=self._as_predictions(single),
            alone=sign * other,
        )

    def _without_each_part(
        self, select: Callable[[Int[ndarray, " some"]], Weights], *, seed: int
    ) -> Float[ndarray, "rows classes"] | None:
        gold, groups = self.held_out.gold, self.held_out.groups
        parts = min(PARTS, len(np.unique(groups)))
        if parts < 2:
            return None
        part = stratified_folds(gold, groups, folds=parts, seed=seed)
        found = np.empty((len(gold), len(self.classes)))
        for each in np.unique(part):
            inside = part == each
            found[inside] = self.mixed(select(np.flatnonzero(~inside)))[inside]
        return found

    def _worth(
        self, probabilities: Float[ndarray, "rows classes"], rows: Int[ndarray, " some"] | None = None
    ) -> Standing:
        gold, metric = self.held_out.gold, self.held_out.metric
        if rows is not None:
            gold, probabilities = gold[rows], probabilities[rows]
        value = metric.value(metric.stats(gold, self._as_predictions(probabilities)))
        signed = value if metric.greater_is_better else -value
        likely = probabilities[np.arange(len(gold)), gold].astype(np.float64)
        likelihood = float(np.log(np.clip(likely, LEAST_PROBABILITY, None)).mean())
        return (-math.inf if math.isnan(signed) else signed), likelihood

    def _as_predictions(self, probabilities: Float[ndarray, "rows classes"]) -> Predictions:
        return Predictions(
            classes=self.classes, labels=probabilities.argmax(axis=1), probabilities=probabilities
        )
