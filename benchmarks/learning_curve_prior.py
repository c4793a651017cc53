"""The prior of learning curves under which what came was most likely, on the sets that may be tuned on."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from scipy.optimize import minimize

from benchmarks.learning_curve_table import TUNED, compared, read_cases
from headstart.evaluation.learning_curve import LEAST_POINTS
from headstart.evaluation.power_laws import PowerLaws, Prior

if TYPE_CHECKING:
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

    from benchmarks.learning_curve_table import Case

# Metrics whose curves count; one prior has to serve them all.
METRICS = ("macro_f1", "accuracy", "log_loss")
STEPS = 400
# Keeps a density from being nought where no curve of the grid comes near.
LEAST_DENSITY = 1e-6


def fit_prior(folder: Path) -> None:
    """Searches for the prior of greatest predictive likelihood and prints it with what it scores.

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
    usual = Prior()
    # Each data set counts alike, however many cases it has.
    weights = np.array([1 / sum(other.data_set == each.data_set for other in cases) for each in cases])
    found = minimize(
        lambda coded: -float(weights @ log_densities(cases, decoded(coded))),
        coded_of(usual),
        method="Nelder-Mead",
        options={"maxfev": STEPS, "xatol": 0.01, "fatol": 1e-3},
    )
    prior = decoded(found.x)
    console = Console(width=120)
    console.print({name: round(value, 3) for name, value in asdict(prior).items()})
    for name, each in (("as it is", usual), ("as fitted", prior)):
        total = float(weights @ log_densities(cases, each)) / weights.sum()
        console.print(f"{name}: mean log density {total:.4f}")
        for metric in METRICS:
            mine = [case for case in read_cases(folder, metric) if case.data_set in TUNED]
            console.print(metric, compared(mine, prior=each)["intervals"])


def log_densities(cases: list[Case], prior: Prior) -> Float[ndarray, " cases"]:
    """Logarithm of the probability density of what came, as a share of the last loss seen."""
    return np.array([_log_density(each, prior) for each in cases])


def coded_of(prior: Prior) -> Float[ndarray, " parameters"]:
    """The prior's numbers, none of which is negative, as logarithms."""
    return np.log(list(asdict(prior).values()))


def decoded(coded: Float[ndarray, " parameters"]) -> Prior:
    """The prior of these logarithms, kept within what a grid can hold."""
    values = np.clip(np.exp(coded), 0.02, 20.0)
    return Prior(**{name: float(value) for name, value in zip(asdict(Prior()), values, strict=True)})


def _log_density(case: Case, prior: Prior) -> float:
    measured = case.measured
    noise = measured.covariance + np.diag(np.full(len(measured.rows), (LEAST_POINTS * measured.unit) ** 2))
    laws = PowerLaws.after(measured.rows, measured.losses, noise, prior=prior)
    shapes = laws.floors + (1 - laws.floors) * (case.size / laws.largest) ** -laws.exponents
    wobble = float(prior.misfit(np.array([case.size / laws.largest]))[0])
    centres = shapes * laws.centres
    spreads = np.hypot(shapes * np.hypot(laws.spreads, wobble * laws.centres), case.came_error)
    loss = abs(measured.perfect - case.came)
    away = (loss - centres) / spreads
    density = laws.weights @ (np.exp(-(away**2) / 2) / (spreads * np.sqrt(2 * np.pi)))
    return float(np.log(density * max(loss, measured.unit) + LEAST_DENSITY))
