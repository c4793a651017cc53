"""Which of several candidates the evidence speaks for, and where it can't tell them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.evaluation import SAME_COST
from headstart.evaluation.intervals import standard_errors
from headstart.evaluation.jackknife import blocks_of, influences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions

    Worths = Float[ndarray, " models"]
    Covariance = Float[ndarray, "models models"]
    # From scores, their covariance and the number of clusters that judged to what each is expected to be
    # worth, more being better, and the covariance of that; None where nothing but the scores is known.
    Weigh = Callable[[Worths, Covariance, int], "tuple[Worths, Covariance] | None"]

# Standard errors behind the best at which a candidate is out, and up to which it is as good.
CLEAR, EQUAL = 2.0, 1.0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a candidate stands among those judged on the same rows.

    Args:
        score: the metric on all of them.
        merit: what it is expected to be worth, more being better: the score, in the metric's own scale, where
            nothing else is known of it.
        behind: how much less than that of the best; nought for the best.
        error: standard error of that difference, paired over clusters of rows.
    """

    score: float
    merit: float
    behind: float
    error: float

    @property
    def equal(self) -> bool:
        """Whether the evidence can't tell it from the best: the one-standard-error rule.

        Breiman et al. 1984, section 3.4.3, with the error of the difference instead of the score's.
        """
        return self.behind <= 0 or self.behind <= EQUAL * self.error

    @property
    def beaten(self) -> bool:
        """Whether the best is clearly better."""
        return self.behind > 0 and self.behind > CLEAR * self.error


def standings(
    predictions: Sequence[Predictions],
    *,
    metric: Metric,
    gold: Any,
    groups: Int[ndarray, " rows"],
    seed: int,
    weigh: Weigh | None = None,
) -> tuple[Standing, ...]:
    """The standing of each candidate, in order.

    Args:
        predictions: of each candidate, all on the same rows, each by models that had not seen them.
        metric: what is compared.
        gold: true answers of the rows.
        groups: cluster of each row; a row judged several times counts as one cluster.
        seed: decides which clusters are left out together where they are many.
        weigh: what candidates are expected to be worth, where more is known of them than their scores.
    """
    stats = [metric.stats(gold, each) for each in predictions]
    scores = np.array([metric.value(each) for each in stats])
    merits = (1.0 if metric.greater_is_better else -1.0) * np.nan_to_num(scores, nan=-np.inf)
    moved = influences(metric, stats, blocks_of(groups, models=len(stats), seed=seed))
    blocks = len(moved)
    covariance = moved.T @ moved / max(1, blocks * (blocks - 1))
    known = None if weigh is None else weigh(scores, covariance, len(np.unique(groups)))
    if known is None:
        best = int(np.argmax(merits))
        errors = standard_errors(moved - moved[:, [best]])
    else:
        merits, covariance = known
        best = int(np.argmax(merits))
        errors = _of_differences(covariance, best)
    return tuple(
        Standing(
            score=float(score),
            merit=float(merit),
            behind=float(merits[best] - merit) if place != best else 0.0,
            error=float(error),
        )
        for place, (score, merit, error) in enumerate(zip(scores, merits, errors, strict=True))
    )


def _of_differences(covariance: Covariance, best: int) -> Worths:
    """Standard errors of the differences to one of several."""
    own = np.diag(covariance)
    return np.asarray(np.sqrt(np.maximum(0.0, own + own[best] - 2.0 * covariance[best])))


def choose(standings: Sequence[Standing], run_costs: Sequence[float]) -> int:
    """The place of the winner: of those that can't be told from the best, the cheapest to run.

    Of equally cheap ones the one of which most is expected wins.

    Args:
        standings: where each candidate stands.
        run_costs: what a prediction of each costs, in any one unit.
    """
    equal = [place for place, each in enumerate(standings) if each.equal]
    least = min(run_costs[place] for place in equal)
    cheap = [place for place in equal if run_costs[place] <= SAME_COST * least]
    return min(cheap, key=lambda place: (-standings[place].merit, run_costs[place]))
