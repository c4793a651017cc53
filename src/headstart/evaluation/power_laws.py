"""Power laws with a floor, and how likely each is after a few losses were seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import betaincinv, log_ndtr, ndtr, ndtri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from numpy import ndarray

# Exponents that are tried, over so many standard deviations to either side of the median; equally probable
# values of the floor, and of the level given both.
EXPONENTS, REACH = 41, 3.5
FLOORS, LEVELS = 24, 9
# Curves this much less likely than the likeliest one decide nothing.
UNLIKELY = 1e-7


@dataclass(frozen=True, kw_only=True)
class Prior:
    """What is believed of learning curves before any score is seen.

    The defaults were fitted to curves of text classifiers by the likelihood of the score at four times the
    rows (`benchmarks/cases/learning_curve.py` says on which), and then made wider, curves leaving their laws
    by three times what was fitted: curves of other data and other strategies are not all like these, and on
    data sets that were left out fitted widths hold too seldom.

    Args:
        exponent: median of the power law's exponent.
        spread: standard deviation of its logarithm.
        floor_a: first parameter of the Beta distribution of the floor, as a share of the loss at the
            largest size measured.
        floor_b: second parameter.
        wobble: how far the loss of one fit lies off its curve, as a share of it.
        drift: how far a curve leaves its power law with each doubling or halving away from the largest size
            measured, as a share of the loss; early scores say the less of what is to come.
        unsettled: how far it leaves it with each of these besides, as a share of the part of the loss that
            classes cause by being learnt unevenly: when the rare ones will be learnt can't be seen.
    """

    exponent: float = 0.23
    spread: float = 0.45
    floor_a: float = 1.2
    floor_b: float = 4.0
    wobble: float = 0.03
    drift: float = 0.05
    unsettled: float = 0.2

    def misfit(self, times: Float[ndarray, " sizes"], *, uneven: float = 0.0) -> Float[ndarray, " sizes"]:
        """Standard deviation of a fit's loss about its power law, as a share of it.

        Args:
            times: rows of the fit over the largest size measured.
            uneven: share of the loss that is there because classes are learnt unevenly.
        """
        drift = np.hypot(self.drift, self.unsettled * uneven)
        return np.asarray(np.hypot(self.wobble, drift * np.log2(times)))


@dataclass(frozen=True, kw_only=True, eq=False)
class PowerLaws:
    """Curves `level * (floor + (1 - floor) (n / largest)^-exponent)` with their weights.

    The level of a curve is its loss at the largest size measured; given the other two it is normal, cut
    off at nought.

    Args:
        exponents: of each curve.
        floors: share of its loss that no number of rows would remove.
        centres: where its level lies most likely.
        spreads: standard deviation of the level before it is cut off.
        weights: how probable each curve is; they sum to 1.
        largest: largest size measured.
        prior: what was believed before.
        uneven: share of the loss that is there because classes are learnt unevenly.
    """

    exponents: Float[ndarray, " curves"]
    floors: Float[ndarray, " curves"]
    centres: Float[ndarray, " curves"]
    spreads: Float[ndarray, " curves"]
    weights: Float[ndarray, " curves"]
    largest: float
    prior: Prior
    uneven: float = 0.0

    @classmethod
    def after(
        cls,
        rows: Float[ndarray, " sizes"],
        losses: Float[ndarray, " sizes"],
        covariance: Float[ndarray, "sizes sizes"],
        *,
        prior: Prior,
        uneven: float = 0.0,
    ) -> Self:
        """All curves on the prior's grid, with the weights that the losses leave them.

        The level enters linearly. With a flat prior it is left out of the grid by integration, as the
        coefficients of a regression are (Gelman et al. 2013, section 14.2).

        Args:
            rows: sizes measured.
            losses: distance from perfect at each.
            covariance: of their errors; without a direction in which nothing errs.
            prior: what is believed beforehand.
            uneven: share of the loss that is there because classes are learnt unevenly.
        """
        exponents, floors, beliefs = _grid(prior)
        largest = float(rows.max())
        shapes = _shape(exponents[:, None], floors[:, None], rows / largest)
        misfit = prior.misfit(rows / largest, uneven=uneven) * losses
        inverse = np.linalg.inv(covariance + np.diag(misfit**2))
        precision = np.einsum("ci,ij,cj->c", shapes, inverse, shapes)
        centres = shapes @ inverse @ losses / precision
        spreads = precision**-0.5
        likelihood = (centres / spreads) ** 2 / 2 - np.log(precision) / 2 + log_ndtr(centres / spreads)
        posterior = likelihood + beliefs
        weights = np.exp(posterior - posterior.max())
        kept = weights > UNLIKELY
        return cls(
            exponents=exponents[kept],
            floors=floors[kept],
            centres=centres[kept],
            spreads=spreads[kept],
            weights=weights[kept] / weights[kept].sum(),
            largest=largest,
            prior=prior,
            uneven=uneven,
        )

    def losses(self, size: float, shares: Sequence[float]) -> Float[ndarray, " shares"]:
        """Quantiles of the loss that is expected of fits on so many rows."""
        return self._quantiles(self._levels() * self._shapes(size)[:, None], shares)

    def gains(self, size: float, shares: Sequence[float]) -> Float[ndarray, " shares"]:
        """Quantiles of how much lower that loss is than the one at the largest size measured."""
        return self._quantiles(self._levels() * (1 - self._shapes(size))[:, None], shares)

    def single_losses(
        self, size: float, shares: Sequence[float], *, error: float = 0.0
    ) -> Float[ndarray, " shares"]:
        """Quantiles of the loss of one fit on so many rows, which lies off what is expected.

        Args:
            size: training rows of the fit.
            shares: which quantiles.
            error: standard error of measuring the loss at the largest size measured. As mistakes that are
                counted do, it goes with the root of the loss.
        """
        return self._quantiles(_atoms(*self.single(size, error=error)), shares)

    def single(
        self, size: float, *, error: float = 0.0
    ) -> tuple[Float[ndarray, " curves"], Float[ndarray, " curves"]]:
        """Centre and spread of that loss by each curve, before it is cut off at nought.

        Args:
            size: training rows of the fit.
            error: as for `single_losses`.
        """
        shapes = self._shapes(size)
        misfit = float(self.prior.misfit(np.array([size / self.largest]), uneven=self.uneven)[0])
        off = shapes * np.hypot(self.spreads, misfit * np.maximum(self.centres, 0.0))
        return shapes * self.centres, np.hypot(off, error * np.sqrt(shapes))

    def _shapes(self, size: float) -> Float[ndarray, " curves"]:
        return _shape(self.exponents, self.floors, size / self.largest)

    def _levels(self) -> Float[ndarray, "curves levels"]:
        return _atoms(self.centres, self.spreads)

    def _quantiles(
        self, atoms: Float[ndarray, "curves levels"], shares: Sequence[float]
    ) -> Float[ndarray, " shares"]:
        # By steps and not by interpolation: only so does the median of falling curves surely fall.
        weights = np.repeat(self.weights, LEVELS)
        return np.asarray(np.quantile(atoms.ravel(), shares, weights=weights, method="inverted_cdf"))


def _atoms(
    centres: Float[ndarray, " curves"], spreads: Float[ndarray, " curves"]
) -> Float[ndarray, "curves levels"]:
    """Equally probable values of normal variables that are cut off at nought."""
    below = ndtr(-centres / spreads)[:, None]
    shares = (np.arange(LEVELS) + 0.5) / LEVELS
    drawn = centres[:, None] + spreads[:, None] * ndtri(below + (1 - below) * shares)
    return np.asarray(np.maximum(drawn, 0.0))


def _shape(
    exponents: Float[ndarray, "*curves"],
    floors: Float[ndarray, "*curves"],
    times: Float[ndarray, " sizes"] | float,
) -> Float[ndarray, "..."]:
    return np.asarray(floors + (1 - floors) * times**-exponents)


@cache
def _grid(prior: Prior) -> tuple[Float[ndarray, " curves"], ...]:
    """Exponent and floor of each curve, and the logarithm of how probable it is beforehand."""
    deviations = np.linspace(-REACH, REACH, EXPONENTS)
    floors = betaincinv(prior.floor_a, prior.floor_b, (np.arange(FLOORS) + 0.5) / FLOORS)
    across, along = np.meshgrid(deviations, floors, indexing="ij")
    return prior.exponent * np.exp(prior.spread * across.ravel()), along.ravel(), -(across.ravel() ** 2) / 2
