"""What was done about over- or underfitting, and what a person could do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from headstart import registry
from headstart.core.fitting import OVERFITTING, UNDERFITTING, WELL_FITTED
from headstart.core.knob import knobs

if TYPE_CHECKING:
    from headstart.core.fitting import Fitting
    from headstart.core.plan import Step

DROPOUT = 0.1


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """What followed a training.

    Args:
        step: the strategy that trained, with its settings.
        refit_passes: passes over all rows of the refit that followed, or None without one.
        kept: the pass whose weights patience kept, by their score on dev; None without patience.
    """

    step: Step
    refit_passes: float | None = None
    kept: int | None = None


def with_remedy(fitting: Fitting, treatment: Treatment) -> Fitting:
    """The finding with what was done about it.

    Args:
        fitting: what the curve says.
        treatment: what followed.
    """
    if fitting.kind == WELL_FITTED:
        return replace(fitting, done="Nothing had to be done about it.")
    if fitting.kind not in (OVERFITTING, UNDERFITTING):
        return fitting
    about = {OVERFITTING: _against_too_much, UNDERFITTING: _against_too_little}[fitting.kind]
    return replace(fitting, done=about(fitting, treatment))


def _against_too_much(fitting: Fitting, treatment: Treatment) -> str:
    step, refitted = treatment.step, _refitted(fitting, treatment, sign=-1)
    if treatment.kept is not None:
        kept = f"Its patience kept the weights that scored best on dev, those after pass {treatment.kept}."
        return f"{kept} {refitted}" if refitted else kept
    if refitted:
        return refitted
    lower = f"a lower {step.use}.learning_rate holds it back"
    return (
        "Nothing was changed: the weights after the last pass stand. "
        f"{_set(step, 'patience', 2)} keeps those that score best on dev, "
        + (lower if step.params.get("dropout") else f"{_set(step, 'dropout', DROPOUT)} or {lower}")
        + "."
    )


def _against_too_little(fitting: Fitting, treatment: Treatment) -> str:
    if refitted := _refitted(fitting, treatment, sign=1):
        return refitted
    if fitting.curve.ended == "deadline":
        return "Nothing could be done in the time allowed; more of it, with --within, lets it go on."
    step, passes = treatment.step, max(1, round(_passes(fitting)))
    more = min(2 * passes, _most_epochs(step))
    if more <= passes:
        return f"Nothing was changed. A greater {step.use}.learning_rate lets it learn faster."
    longer = "twice as long" if more == 2 * passes else "longer"
    return f"Nothing was changed. {_set(step, 'epochs', more)} lets it learn {longer}."


def _refitted(fitting: Fitting, treatment: Treatment, *, sign: int) -> str:
    """That the refit took more passes than the trial, or fewer for a sign of -1; or nothing."""
    passes, again = _passes(fitting), treatment.refit_passes
    if again is None or sign * (round(again, 1) - round(passes, 1)) <= 0:
        return ""
    return f"The refit on all rows took {_told(again)} instead of {_told(passes)}."


def _passes(fitting: Fitting) -> float:
    return fitting.curve.points[-1].epoch


def _told(passes: float) -> str:
    """`4 passes`, `2.7 passes` where the last one was cut short."""
    amount = round(passes, 1)
    return f"{amount:g} {'pass' if amount == 1 else 'passes'}"


def _most_epochs(step: Step) -> int:
    declared = knobs(registry.load("strategies", step.use))
    return int(next((each.high for each in declared if each.name == "epochs" and each.high), 0))


def _set(step: Step, name: str, value: float) -> str:
    return f"--set {step.use}.{name}={value:g}"
