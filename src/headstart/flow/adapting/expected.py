"""What quality the plan expects, and what trials add to what is known of it."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING

from headstart import registry
from headstart.config import cache_folder
from headstart.flow.adapting.is_whole import is_whole
from headstart.planning.quality import TASK, with_quality
from headstart.planning.scores import Reached, note_score, read_scores

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headstart.core.metric import Metric
    from headstart.core.plan import Plan
    from headstart.core.split import Dataset
    from headstart.core.trial import Trial
    from headstart.flow.adapting.session import Session


def expected(plan: Plan, dataset: Dataset, metric: Metric) -> Plan:
    """The plan with the range of the metric that each candidate may be expected to reach."""
    wanted = open_score(dataset, metric)
    if wanted is None:
        return plan
    history = read_scores(cache_folder(), metric=wanted.metric)
    split = dataset.split
    counts = [each for each in split.task.counts(split.train).values() if each]
    shares = tuple(each / sum(counts) for each in counts)
    return with_quality(plan, wanted=wanted, history=history, shares=shares)


def note_trials(session: Session, trials: Iterable[Trial]) -> None:
    """Keeps what strategies reached on all rows outside their folds, on the mean, for later plans.

    A fit that the deadline cut short says what the time was enough for, and not what its strategy reaches.

    Args:
        session: the run at work.
        trials: all that it has made.
    """
    wanted = open_score(session.dataset, session.metric)
    if wanted is None or session.history is None:
        return
    found: dict[Reached, list[float]] = {}
    for trial in trials:
        whole = trial.portion.whole and is_whole(session, trial)
        if trial.status == "done" and trial.role == "trial" and whole:
            fit = replace(wanted, strategy=trial.candidate.name, base=trial.candidate.base)
            found.setdefault(fit, []).extend([] if trial.dev_score is None else [trial.dev_score])
    known = {
        replace(each, score=0.0, judged=0) for each in read_scores(session.history, metric=wanted.metric)
    }
    for fit, scores in found.items():
        if scores and fit not in known:
            judged = len(scores) * len(session.dataset.split.dev)
            note_score(session.history, replace(fit, score=fmean(scores), judged=judged))


def open_score(dataset: Dataset, metric: Metric) -> Reached | None:
    """A score on this data that is still open, or None for a task of which nothing was measured."""
    task = dataset.split.task
    if registry.name_of(task) != TASK:
        return None
    return Reached(
        data=dataset.sha256,
        strategy="",
        base=None,
        metric=registry.name_of(metric),
        rows=len(dataset.split.train),
        classes=len(task.classes),
        score=0.0,
    )
