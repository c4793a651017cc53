"""What was done about over- or underfitting, and what a person could do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.core.fitting import OVERFITTING, UNDERFITTING, WELL_FITTED
from headstart.wording import count

if TYPE_CHECKING:
    from headstart.core.fitting import Fitting
    from headstart.core.plan import Step


def with_remedy(fitting: Fitting, *, step: Step, refit_passes: float | None) -> Fitting:
    """The finding with what was done about it.

    Args:
        fitting: what the curve says.
        step: the strategy that trained, with its settings.
        refit_passes: passes over all rows of the refit that followed, or None without one.
    """
    if fitting.kind == WELL_FITTED:
        return replace(fitting, done="Nothing had to be done about it.")
    if fitting.kind not in (OVERFITTING, UNDERFITTING):
        return fitting
    about = {OVERFITTING: _against_too_much, UNDERFITTING: _against_too_little}[fitting.kind]
    return replace(fitting, done=about(fitting, step, refit_passes))


def _against_too_much(fitting: Fitting, step: Step, refit_passes: float | None) -> str:
    passes, best = _passes(fitting), round(fitting.best_share * _planned(fitting))
    refitted = refit_passes is not None and refit_passes < passes
    then = f"The refit on all rows took {_told(refit_passes or 0)} instead of {_told(passes)}."
    if step.params.get("patience") is not None:
        kept = f"Its patience kept the weights that were best on dev, those after pass {best}."
        return f"{kept} {then}" if refitted else kept
    if refitted:
        return then
    return (
        "Nothing was changed: the weights after the last pass stand. "
        f"{_set(step, 'patience', 2)} keeps those that were best on dev, "
        f"{_set(step, 'label_smoothing', 0.1)} or a lower {step.use}.learning_rate holds it back."
    )


def _against_too_little(fitting: Fitting, step: Step, refit_passes: float | None) -> str:
    passes = _passes(fitting)
    if refit_passes is not None and refit_passes > passes:
        return f"The refit on all rows took {_told(refit_passes)} instead of {_told(passes)}."
    if fitting.curve.ended == "deadline":
        return "Nothing could be done in the time allowed; more of it, with --within, lets it go on."
    return (
        f"Nothing was changed. {_set(step, 'epochs', 2 * max(1, round(passes)))} lets it learn twice as long."
    )


def _passes(fitting: Fitting) -> float:
    return fitting.curve.points[-1].epoch


def _planned(fitting: Fitting) -> float:
    last = fitting.curve.points[-1]
    return last.epoch / last.fraction if last.fraction else 0.0


def _told(passes: float) -> str:
    return count(round(passes), "pass", "passes")


def _set(step: Step, name: str, value: float) -> str:
    return f"--set {step.use}.{name}={value:g}"
