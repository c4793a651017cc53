"""The quality that a fit may be expected to reach, before it is made."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy.special import ndtri

from headstart import registry
from headstart.planning.gaussian import posterior
from headstart.planning.scores import Reached, reached_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jaxtyping import Bool, Float
    from numpy import ndarray

    from headstart.core.plan import Candidate, Plan

FILE = Path(__file__).with_name("quality.json")
TASK = "classification"
# What the package's scores were reached from.
BASE = "embedded"
# The range holds four cases of five.
COVERED = 0.8
# Where scores are compared: 32 rows a class and 4 classes.
ROWS, CLASSES = 32.0, 4.0
# Scores nearer to nought or one than this are told apart by luck.
EDGE = 0.005
# What is added to the rows that were right and to those that were not, so that six of six are not all.
HALF = 0.5
# What a fit that learnt nothing scores at the least, by the number of even classes: a guess, and always the
# same class.
LEAST = {"accuracy": lambda classes: 1 / classes, "macro_f1": lambda classes: 2 / (classes * (classes + 1))}


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How far scores differ, on the scale of log odds, as found by the greatest marginal likelihood.

    Args:
        level: of all scores.
        rows: of the gain from e times the rows a class.
        classes: of the loss from e times the classes.
        strategy: between strategies.
        strategy_rows: between strategies, of the gain from rows.
        strategy_classes: between strategies, of the loss from classes.
        data: between data sets: how hard they are.
        data_rows: between data sets, of the gain from rows.
        pair: between data sets, of what suits them.
        noise: between draws of the rows.
    """

    level: float
    rows: float
    classes: float
    strategy: float
    strategy_rows: float
    strategy_classes: float
    data: float
    data_rows: float
    pair: float
    noise: float


@dataclass(frozen=True, kw_only=True)
class QualityModel:
    """Scores that were reached, and how they carry over to other data.

    One Gaussian process over all of them: a level, a gain from rows and a loss from classes, for all fits,
    for each strategy and for each data set. How hard a data set is can't be seen beforehand, so that a
    range for a new one is wide; scores reached on the same data narrow it.

    Args:
        spread: how far scores differ.
        reached: scores of one metric.
        rowless: strategies that learn from no rows, so that more of them bring nothing.
    """

    spread: Spread
    reached: tuple[Reached, ...]
    rowless: tuple[str, ...] = ()

    @classmethod
    def read(cls, values: Mapping[str, Any], *, metric: str) -> Self | None:
        """The model of a metric from plain values, as the package ships them; None without that metric."""
        spreads = values["spread"]
        if metric not in spreads:
            return None
        every = (reached_of(each) for each in values["reached"])
        return cls(
            spread=Spread(**spreads[metric]),
            reached=tuple(each for each in every if each is not None and each.metric == metric),
            rowless=tuple(values["rowless"]),
        )

    def expected(self, wanted: Reached, *, shares: Sequence[float] = ()) -> tuple[float, float] | None:
        """The range that holds a score in four cases of five; None where nothing like it was measured.

        It ends where a fit that learnt nothing would be. As long as nothing was fitted to the same data, a
        metric that counts classes alike may also be as low as where its lower end, taken for a share of right
        answers, comes from the most frequent classes alone.

        Args:
            wanted: the fit in question; its score is not read.
            shares: share of each class among the rows; even without.
        """
        found = self.foretold(wanted)
        if found is None:
            return None
        mean, error = found
        half = float(ndtri((1 + COVERED) / 2)) * error
        low, high = share(mean - half), share(mean + half)
        new = all(each.data != wanted.data for each in self.reached)
        if new and shares and getattr(registry.load("metrics", wanted.metric), "counts_classes_alike", False):
            low = of_the_frequent(low, shares)
        least = LEAST[wanted.metric](wanted.classes) if wanted.metric in LEAST else 0.0
        # Where even the middle lies below, the scores that it comes from don't carry over.
        return (max(least, low) if share(mean) > least else low), high

    def foretold(self, wanted: Reached) -> tuple[float, float] | None:
        """Mean and standard deviation of the log odds of a score; None where nothing like it was measured.

        Args:
            wanted: the fit in question; its score is not read.
        """
        known = [each for each in self.reached if each.base in (wanted.base or BASE, None)]
        if not any((each.strategy, each.base) == (wanted.strategy, wanted.base) for each in known):
            return None
        values = np.array([odds(each.score) for each in known])
        both = self._alike([*known, wanted], [*known, wanted])
        middle, own = float(values.mean()), float(both[-1, -1]) + self.spread.noise**2
        mean, error = posterior(self.covariance(known), both[-1, :-1], own=own, values=values - middle)
        return middle + mean, error

    def covariance(self, known: Sequence[Reached]) -> Float[ndarray, "n n"]:
        """Covariance of the log odds of scores, that of chance and of few rows that judged included."""
        chance = [self.spread.noise**2 + _few_rows(each) for each in known]
        return self._alike(known, known) + np.diag(chance)

    def _alike(self, some: Sequence[Reached], others: Sequence[Reached]) -> Float[ndarray, "some others"]:
        spread = self.spread
        rows = _product(some, others, self._rows)
        classes = _product(some, others, lambda each: math.log(each.classes / CLASSES))
        strategy, data = _same(some, others, "strategy"), _same(some, others, "data")
        every = spread.level**2 + spread.rows**2 * rows + spread.classes**2 * classes
        apart = spread.strategy**2 + spread.strategy_rows**2 * rows + spread.strategy_classes**2 * classes
        one_set = data * (spread.data**2 + spread.data_rows**2 * rows)
        return np.asarray(every + strategy * apart + one_set + (strategy & data) * spread.pair**2)

    def _rows(self, reached: Reached) -> float:
        return 0.0 if reached.strategy in self.rowless else math.log(reached.rows / reached.classes / ROWS)


def with_quality(
    plan: Plan, *, wanted: Reached, history: Sequence[Reached] = (), shares: Sequence[float] = ()
) -> Plan:
    """The plan, each candidate with the range of the metric that it may be expected to reach.

    Args:
        plan: what is going to be tried.
        wanted: the data set and the metric; strategy, base and score are not read.
        history: scores of earlier fits on this computer in that metric.
        shares: share of each class among the rows; even without.
    """
    model = shipped(wanted.metric)
    if model is None:
        return plan
    # On the same data the same rows will judge again, and be off to the same side.
    known = (replace(each, judged=0) if each.data == wanted.data else each for each in history)
    model = replace(model, reached=(*model.reached, *known))

    def told(candidate: Candidate) -> Candidate:
        if candidate.blocked:
            return candidate
        fit = replace(wanted, strategy=candidate.name, base=candidate.base)
        return replace(candidate, quality=model.expected(fit, shares=shares))

    return replace(
        plan,
        baselines=tuple(told(each) for each in plan.baselines),
        candidates=tuple(told(each) for each in plan.candidates),
    )


@cache
def shipped(metric: str) -> QualityModel | None:
    """The model that comes with the package, or None for a metric that was not measured."""
    return QualityModel.read(json.loads(FILE.read_text(encoding="utf-8")), metric=metric)


def of_the_frequent(right: float, shares: Sequence[float]) -> float:
    """Mean share of right answers over the classes where all of them are in the most frequent ones.

    Args:
        right: share of right answers.
        shares: share of each class among the rows, summing to 1.
    """
    known, left = 0.0, right
    for each in sorted(shares, reverse=True):
        part = min(each, left)
        known += part / each if each > 0 else 0.0
        left -= part
    return known / len(shares)


def odds(score: float) -> float:
    """The log odds of a share."""
    inner = min(1.0 - EDGE, max(EDGE, score))
    return math.log(inner / (1.0 - inner))


def share(log_odds: float) -> float:
    """The share of log odds."""
    return 1.0 / (1.0 + math.exp(-log_odds))


def _few_rows(reached: Reached) -> float:
    """Variance of the log odds of a score from having so few rows that judged it."""
    if not reached.judged:
        return 0.0
    right, wrong = (reached.judged * each + HALF for each in (reached.score, 1.0 - reached.score))
    return 1.0 / right + 1.0 / wrong


def _product(
    some: Sequence[Reached], others: Sequence[Reached], trait: Callable[[Reached], float]
) -> Float[ndarray, "some others"]:
    return np.outer(np.array([trait(each) for each in some]), np.array([trait(each) for each in others]))


def _same(some: Sequence[Reached], others: Sequence[Reached], name: str) -> Bool[ndarray, "some others"]:
    here, there = (np.array([getattr(each, name) for each in side]) for side in (some, others))
    return np.asarray(here[:, None] == there[None, :])
