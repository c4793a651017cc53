"""The prior of learning curves under which what came was most likely, on the sets that may be tuned on."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats
from scipy.optimize import minimize

from benchmarks.interval_scores import interval_scores
from benchmarks.learning_curve_table import METRICS, TUNED, read_cases
from headstart.evaluation.learning_curve import LEVEL, curves_after, forecast
from headstart.evaluation.power_laws import Prior

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

    from benchmarks.learning_curve_table import Case

STEPS = 300
# Keeps a density from being nought where no curve of the grid comes near.
LEAST_DENSITY = 1e-6


def fit_prior(folder: Path) -> None:
    """Searches for the prior of greatest predictive likelihood and prints it with what it scores.

    One prior serves all metrics. How it does on a data set that it has not seen is shown by leaving out
    each in turn, as fitted and widened for how few data sets there are.

    Args:
        folder: finished cells.
    """
    cases = [
        each
        for metric in METRICS
        for seen in (3, 2)
        for each in read_cases(folder, metric, seen=seen)
        if each.data_set in TUNED
    ]
    console = Console(width=120)
    sets = sorted({each.data_set for each in cases})
    found = fitted(cases)
    console.print("as fitted", _rounded(found))
    console.print(f"widened {few(len(sets)):.2f} times", _rounded(widened(found, few(len(sets)))))
    left_out = {name: fitted([each for each in cases if each.data_set != name]) for name in sets}
    factor = few(len(sets) - 1)
    kinds = {
        "as it ships": {name: Prior() for name in sets},
        "fitted to the others": left_out,
        f"and widened {factor:.2f} times": {name: widened(each, factor) for name, each in left_out.items()},
    }
    _show(console, [each for each in cases if len(each.measured.rows) > 2], kinds)


def fitted(cases: Sequence[Case]) -> Prior:
    """The prior under which what came was most likely; each data set counts alike."""
    weights = np.array([1 / sum(other.data_set == each.data_set for other in cases) for each in cases])
    found = minimize(
        lambda coded: -float(weights @ log_densities(cases, decoded(coded))),
        coded_of(Prior()),
        method="Nelder-Mead",
        options={"maxfev": STEPS, "xatol": 0.02, "fatol": 2e-3, "adaptive": True},
    )
    return decoded(found.x)


def few(sets: int) -> float:
    """How much wider an interval has to be where its width was found on so few data sets.

    Data sets differ about as a normal variable of unknown mean and variance, of which so many values are
    known: the interval of a further one is Student's (Gelman et al. 2013, section 3.2).
    """
    share = (1 + LEVEL) / 2
    return float(stats.t.ppf(share, sets - 1) / stats.norm.ppf(share) * (1 + 1 / sets) ** 0.5)


def widened(prior: Prior, factor: float) -> Prior:
    """The prior with curves that differ so much more from each other and from their laws."""
    return replace(
        prior,
        spread=factor * prior.spread,
        wobble=factor * prior.wobble,
        drift=factor * prior.drift,
        unsettled=factor * prior.unsettled,
    )


def log_densities(cases: Sequence[Case], prior: Prior) -> Float[ndarray, " cases"]:
    """Logarithm of the probability density of what came, as a share of its loss."""
    return np.array([_log_density(each, prior) for each in cases])


def coded_of(prior: Prior) -> Float[ndarray, " parameters"]:
    """The prior's numbers, none of which is negative, as logarithms."""
    return np.log(list(asdict(prior).values()))


def decoded(coded: Float[ndarray, " parameters"]) -> Prior:
    """The prior of these logarithms, kept within what a grid can hold."""
    values = np.clip(np.exp(coded), 0.01, 20.0)
    return Prior(**{name: float(value) for name, value in zip(asdict(Prior()), values, strict=True)})


def _log_density(case: Case, prior: Prior) -> float:
    measured = case.measured
    laws = curves_after(measured, prior=prior)
    centres, spreads = laws.single(case.size, error=measured.error)
    loss = abs(measured.perfect - case.came)
    away = (loss - centres) / spreads
    density = laws.weights @ (np.exp(-(away**2) / 2) / (spreads * np.sqrt(2 * np.pi)))
    return float(np.log(density * max(loss, measured.unit) + LEAST_DENSITY))


def _show(console: Console, cases: Sequence[Case], kinds: dict[str, dict[str, Prior]]) -> None:
    for metric in METRICS:
        table = Table("prior", "covered", "width", "interval score", "covered by set", title=metric)
        mine = [each for each in cases if each.metric == metric]
        for name, priors in kinds.items():
            found = [forecast(each.measured, [each.size], prior=priors[each.data_set])[0] for each in mine]
            low, high = np.array([each.low for each in found]), np.array([each.high for each in found])
            came, sets = np.array([each.came for each in mine]), np.array([each.data_set for each in mine])
            held, score = (low <= came) & (came <= high), interval_scores(low, high, came, level=LEVEL)
            by_set = ", ".join(f"{each} {held[sets == each].mean():.2f}" for each in sorted(set(sets)))
            told = f"{held.mean():.2f}", f"{(high - low).mean():.3f}", f"{score.mean():.4f}", by_set
            table.add_row(name, *told)
        console.print(table)


def _rounded(prior: Prior) -> dict[str, float]:
    return {name: round(value, 3) for name, value in asdict(prior).items()}
