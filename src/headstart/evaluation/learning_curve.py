"""What a few scores say of other training sizes: a power law with a floor, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from headstart.core.learning_curve import Forecast
from headstart.evaluation.power_laws import PowerLaws, Prior

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.learning_curve import CurvePoint
    from headstart.core.metric import Metric

LEVEL = 0.8
PRIOR = Prior()
# A standard error below this share of a point only shows that there were too few rows to see one.
LEAST_POINTS = 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """Scores at several training sizes.

    Args:
        rows: training rows of each fit.
        scores: the metric after it.
        covariance: of the scores' errors, which are alike where the same rows were scored.
        perfect: the metric's best value.
        greater_is_better: whether more of it is better.
        unit: what one point of the metric is.
        uneven: share of the distance from perfect at the largest size that is there because classes are
            learnt unevenly: how much nearer the share of right answers is.
        error: standard error of measuring the metric on the rows that a forecast will be held to; nought
            for a forecast of what endless many rows would measure.
        farthest: how far from perfect a score can be at the most.
    """

    rows: Float[ndarray, " sizes"]
    scores: Float[ndarray, " sizes"]
    covariance: Float[ndarray, "sizes sizes"]
    perfect: float
    greater_is_better: bool = True
    unit: float = 0.01
    uneven: float = 0.0
    error: float = 0.0
    farthest: float = math.inf

    def __post_init__(self) -> None:
        values = np.concatenate([self.rows, self.scores, self.covariance.ravel()])
        if len(np.unique(self.rows)) < 2 or not np.isfinite(values).all() or (self.rows <= 0).any():
            raise ValueError(
                f"got the sizes {self.rows.tolist()} and the scores {self.scores.tolist()}; a curve takes "
                "two sizes or more, and finite scores with finite errors"
            )

    @classmethod
    def of(
        cls,
        points: Sequence[CurvePoint],
        metric: Metric,
        *,
        covariance: Float[ndarray, "sizes sizes"] | None = None,
        uneven: float = 0.0,
        error: float = 0.0,
    ) -> Self:
        """What was measured by a metric.

        Args:
            points: scores with their errors, which are taken to be independent without `covariance`.
            metric: tells which value is perfect.
            covariance: of the scores' errors.
            uneven: share of the distance from perfect at the largest size that is there because classes are
                learnt unevenly: how much nearer the share of right answers is.
            error: standard error of measuring it on the rows that a forecast will be held to.

        Raises:
            ValueError: there are fewer than two sizes, or a score or an error is not a number.
        """
        errors = np.array([each.error for each in points])
        # A hundred points are the most that a metric of which more is better can reach.
        most, worst = 100.0 * metric.unit, float(getattr(metric, "worst", 0.0))
        return cls(
            rows=np.array([float(each.rows) for each in points]),
            scores=np.array([each.score for each in points]),
            covariance=np.diag(errors**2) if covariance is None else covariance,
            perfect=most if metric.greater_is_better else float(getattr(metric, "best", 0.0)),
            greater_is_better=metric.greater_is_better,
            unit=metric.unit,
            uneven=uneven,
            error=error,
            farthest=most - worst if metric.greater_is_better else math.inf,
        )

    @property
    def losses(self) -> Float[ndarray, " sizes"]:
        """How far the scores are from perfect."""
        return np.asarray(np.maximum(self._sign * (self.perfect - self.scores), 0.0))

    def score(self, loss: float) -> float:
        """The score that is so far from perfect."""
        return self.perfect - self._sign * loss

    @property
    def _sign(self) -> float:
        return 1.0 if self.greater_is_better else -1.0


def forecast(
    measured: Measured, sizes: Sequence[float], *, level: float = LEVEL, prior: Prior = PRIOR
) -> tuple[Forecast, ...]:
    """What fits on other numbers of rows are expected to score.

    The distance from perfect is taken to fall as `c + a n^-b` (Cortes et al. 1994; Viering and Loog 2021,
    section 4), which is monotone. Exponent and floor have the prior, the level of the curve a flat one;
    how well a curve fits what was seen is its weight. With two scores the prior decides most of the
    shape, and where hardly any loss is left hardly any gain is expected.

    The interval is of the score that will be measured of one fit, which lies a little off its curve, the
    more the farther from what was measured, and is measured with an error.

    Args:
        measured: the scores, two to five of them.
        sizes: training rows to speak of.
        level: probability that the interval is meant to have.
        prior: what is believed of curves in general.
    """
    curves = curves_after(measured, prior=prior)
    return tuple(_forecast(curves, measured, float(size), level) for size in sizes)


def curves_after(measured: Measured, *, prior: Prior = PRIOR) -> PowerLaws:
    """The curves that these scores leave, with their weights.

    Args:
        measured: the scores.
        prior: what is believed of curves in general.
    """
    noise = measured.covariance + np.diag(np.full(len(measured.rows), (LEAST_POINTS * measured.unit) ** 2))
    return PowerLaws.after(measured.rows, measured.losses, noise, prior=prior, uneven=measured.uneven)


def _forecast(curves: PowerLaws, measured: Measured, size: float, level: float) -> Forecast:
    least, most = (1 - level) / 2, (1 + level) / 2
    gain_low, gain, gain_high = curves.gains(size, (least, 0.5, most)).tolist()
    losses = (*curves.losses(size, (0.5,)), *curves.single_losses(size, (least, most), error=measured.error))
    value, *ends = (measured.score(min(float(loss), measured.farthest)) for loss in losses)
    return Forecast(
        rows=round(size),
        value=value,
        low=min(value, *ends),
        high=max(value, *ends),
        gain=gain,
        gain_low=gain_low,
        gain_high=gain_high,
    )
