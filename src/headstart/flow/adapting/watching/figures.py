"""What a trial is and what it brought, as flat names and values for trackers of experiments."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from headstart.flow.adapting.watching.events import title
from headstart.wording import fit_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.flow.adapting.watching.events import Ended

PLAIN_VALUES = (bool, int, float, str)


def made(event: Ended) -> bool:
    """Whether this process made the fit, rather than an earlier one, or none for want of time."""
    return not event.earlier and event.trial.status != "skipped"


def trial_title(event: Ended) -> str:
    """`trial: probe, rung 2, fold 1`, and the trial's key, so that no two are alike."""
    trial = event.trial
    place = title(trial.role, fit_label(trial.candidate), rung=event.rung, fold=event.fold)
    return f"{place} ({trial.key[:6]})"


def trial_params(event: Ended) -> dict[str, bool | int | float | str]:
    """Base, strategies and every setting, those found while fitting included."""
    trial = event.trial
    found: dict[str, Any] = {"base": trial.candidate.base or "none", "strategies": trial.candidate.name}
    found |= {"role": trial.role, "status": trial.status}
    found |= {name: at for name, at in (("rung", event.rung), ("fold", event.fold)) if at is not None}
    for step in trial.candidate.steps:
        found |= {f"{step.use}.{name}": value for name, value in step.params.items()}
    found |= {f"chosen.{name}": value for name, value in trial.chosen.items()}
    return {name: value if isinstance(value, PLAIN_VALUES) else str(value) for name, value in found.items()}


def trial_figures(event: Ended) -> dict[str, float]:
    """Score on dev, seconds and bytes, predicted and actual, as far as they are known."""
    trial = event.trial
    found: dict[str, float | None] = {
        "dev_score": trial.dev_score,
        "seconds": trial.cost.seconds if trial.cost else None,
        "peak_bytes": trial.cost.peak_bytes if trial.cost else None,
        "predicted_seconds": trial.candidate.cost.seconds,
        "predicted_peak_bytes": trial.candidate.cost.peak_bytes,
    }
    return {name: float(value) for name, value in found.items() if value is not None and math.isfinite(value)}


def verdict_figures(values: Mapping[str, Any]) -> dict[str, float]:
    """Scores on the sealed rows with their bounds, and the seconds of the run."""
    found = {"seconds": float(values["seconds"]["actual"]), "peak_bytes": float(values["peak_bytes"])}
    for name, score in values["scores"].items():
        found |= {f"test.{name}": score["value"], f"test.{name}.low": score["low"]}
        found[f"test.{name}.high"] = score["high"]
    return {name: float(value) for name, value in found.items() if math.isfinite(value)}
