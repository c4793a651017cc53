"""All that a run found, for people, programs and reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.diagnosis import Diagnosis
    from headstart.core.evaluation import Evaluation, Verdict
    from headstart.core.fitting import Fitting
    from headstart.core.importance import Importance
    from headstart.core.plan import Candidate, Plan
    from headstart.core.profile import Profile
    from headstart.core.trial import Trial


@dataclass(frozen=True, kw_only=True)
class Seconds:
    """Active seconds from process start, summed over resumes."""

    predicted: float
    actual: float
    deadline: float | None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run found and left.

    Args:
        name: name of the run's folder.
        verdict: what to do.
        winner: the adaptation that was best on dev, with the settings it was refitted with.
        evaluation: what the test rows say.
        diagnosis: where the shipped model errs.
        dev_scores: metric on dev of every candidate and baseline by name.
        selection: how the winner was chosen, in plain words.
        plan: what was planned.
        trials: what was run.
        profile: the data.
        seconds: time predicted, taken and allowed.
        peak_bytes: peak memory of the dearest process.
        bundle: folder of the model that ships.
        report: the report's file.
        text_kept: whether the report and the card may show users' texts.
        settings: the settings of the run as plain values.
        fitting: whether the winner's training fitted its rows too closely, too little or about right;
            None where it trained nothing in passes.
        task: name of the kind of task.
        importance: what the shipped model's trees go by; None where it has none.
    """

    name: str
    verdict: Verdict
    winner: Candidate
    evaluation: Evaluation
    diagnosis: Diagnosis
    dev_scores: Mapping[str, float]
    plan: Plan
    trials: tuple[Trial, ...]
    profile: Profile
    seconds: Seconds
    peak_bytes: int
    bundle: Path
    report: Path
    text_kept: bool = True
    selection: tuple[str, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    fitting: Fitting | None = None
    task: str = "classification"
    importance: Importance | None = None
