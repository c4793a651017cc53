"""What is lost by choosing among strategies on a few rows, by several rules, where the truth is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from headstart import registry
from headstart.core.predictions import Predictions
from headstart.evaluation.choice import choose, standings
from headstart.planning.weighed import weighed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Bool, Float
    from numpy import ndarray

    from headstart.evaluation.choice import Weigh
    from headstart.planning.quality import QualityModel
    from headstart.planning.scores import Reached

CLASSES = ("right", "wrong")


@dataclass(frozen=True, kw_only=True)
class Case:
    """Strategies fitted to one data set, with what they score if many rows judge.

    Args:
        model: what was reached elsewhere; this data set must not be in it.
        fits: their true accuracy; at least two.
        dev_rows: rows that judge.
        alike: correlation of what makes a row hard for two of them.
    """

    model: QualityModel
    fits: Sequence[Reached]
    dev_rows: int
    alike: float

    def regrets(self, draws: int, *, seed: int) -> dict[str, Float[ndarray, " draws"]]:
        """How much less accurate what each rule chooses is than the best, for each draw of the dev rows."""
        rng = np.random.default_rng(seed)
        rules = self._rules()
        truth = np.array([each.score for each in self.fits])
        found = {name: np.zeros(draws) for name in rules}
        for draw in range(draws):
            right = self._right(rng)
            for name, rule in rules.items():
                found[name][draw] = truth.max() - truth[rule(right)]
        return found

    def _right(self, rng: np.random.Generator) -> Bool[ndarray, "rows fits"]:
        """Which rows each fit answers rightly: easy ones more often, all fits of a row together."""
        shape = (self.dev_rows, len(self.fits))
        common, own = rng.standard_normal((self.dev_rows, 1)), rng.standard_normal(shape)
        ease = np.sqrt(self.alike) * common + np.sqrt(1.0 - self.alike) * own
        return np.asarray(ease < norm.ppf([each.score for each in self.fits]))

    def _rules(self) -> dict[str, Callable[[Bool[ndarray, "rows fits"]], int]]:
        open_fits = [replace(each, score=0.0, judged=0) for each in self.fits]

        def weigh(
            scores: Float[ndarray, " fits"], covariance: Float[ndarray, "fits fits"], judged: int
        ) -> tuple[Float[ndarray, " fits"], Float[ndarray, "fits fits"]] | None:
            given = [replace(each, score=float(score)) for each, score in zip(open_fits, scores, strict=True)]
            return weighed(self.model, given, covariance=covariance, judged=judged)

        foretold = [self.model.foretold(each) for each in open_fits]
        known = int(np.argmax([each[0] if each else -np.inf for each in foretold]))
        return {
            "best score": lambda right: int(np.argmax(right.mean(axis=0))),
            "what is known alone": lambda _: known,
            "both": lambda right: chosen(right, weigh),
        }


def chosen(right: Bool[ndarray, "rows fits"], weigh: Weigh | None) -> int:
    """The place of whom a race would choose, all of them costing the same to run."""
    rows, fits = right.shape
    told = [Predictions(classes=CLASSES, labels=np.where(each, 0, 1)) for each in right.T]
    standing = standings(
        told,
        metric=registry.build("metrics", "accuracy", {}),
        gold=np.zeros(rows, dtype=np.int64),
        groups=np.arange(rows),
        seed=0,
        weigh=weigh,
    )
    return choose(standing, [1.0] * fits)
