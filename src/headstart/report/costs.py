"""What every fit was expected to cost and what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.wording import DASH, candidate_label, duration, portion_label, score, size

if TYPE_CHECKING:
    from headstart.core.result import Result
    from headstart.core.trial import Trial

_ROLES = {
    "trial": "on train rows",
    "refit": "refit on train and dev rows",
    "half": "on half of the train rows, to see what more of them may bring",
    "quarter": "on a quarter of the train rows, to see what more of them may bring",
}


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """One fit.

    Args:
        label: its strategies and base.
        role: on which rows.
        status: how it ended, with the reason where it did not end well.
        done: whether it ended well.
        dev_score: in figures, or a dash.
        predicted: seconds in figures.
        actual: seconds in figures, or a dash.
        peak: peak memory, actual against predicted.
        predicted_share: length of its bar in per cent.
        actual_share: length of its bar in per cent.
    """

    label: str
    role: str
    status: str
    done: bool
    dev_score: str
    predicted: str
    actual: str
    peak: str
    predicted_share: float
    actual_share: float


def cost_lines(result: Result) -> tuple[CostLine, ...]:
    """Every trial in the order in which it ran."""
    longest = (
        max((max(_predicted(trial), _actual(trial) or 0.0) for trial in result.trials), default=0.0) or 1.0
    )
    metric = result.evaluation.metric
    return tuple(_line(trial, longest, metric) for trial in result.trials)


def _line(trial: Trial, longest: float, metric: str) -> CostLine:
    predicted, actual = _predicted(trial), _actual(trial)
    return CostLine(
        label=candidate_label(trial.candidate),
        role=_role(trial),
        status=f"{trial.status}: {trial.message}" if trial.message else trial.status,
        done=trial.status == "done",
        dev_score=DASH if trial.dev_score is None else score(trial.dev_score, metric),
        predicted=duration(predicted),
        actual=DASH if actual is None else duration(actual),
        peak=DASH
        if trial.cost is None
        else f"{size(trial.cost.peak_bytes)} ({size(trial.candidate.cost.peak_bytes)})",
        predicted_share=round(100 * predicted / longest, 1),
        actual_share=round(100 * (actual or 0.0) / longest, 1),
    )


def _role(trial: Trial) -> str:
    if trial.step:
        return f"step {trial.step} of a population"
    return portion_label(trial.portion) or _ROLES.get(trial.role, trial.role)


def _predicted(trial: Trial) -> float:
    return trial.candidate.cost.seconds


def _actual(trial: Trial) -> float | None:
    return None if trial.cost is None else trial.cost.seconds
