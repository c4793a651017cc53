"""A race as `adapt` runs it, with drawn predictions in the place of fits."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from headstart.core.machine import Machine
from headstart.core.plan import Candidate, Cost, Plan, Step
from headstart.core.portion import Portion
from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.core.split import Dataset, Split
from headstart.core.trial import Trial
from headstart.flow.adapting.display import Display
from headstart.flow.adapting.handover import write_predictions
from headstart.flow.adapting.portioned import portioned
from headstart.flow.adapting.race import folds_of, race
from headstart.flow.adapting.session import Session
from headstart.race.clock import Clock
from headstart.race.folder import RunFolder
from headstart.race.worker import Worker
from headstart.tasks.classification import Classification

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.simulated import Drawn
    from headstart.core.metric import Metric

CANDIDATES = 20
DEV_SHARE = 0.2
COMPUTER = Machine(
    device="cpu", cores=1, memory_bytes=1, device_memory_bytes=1, precision="float32", flops=1.0
)


def race_of(drawn: Drawn, *, pool: int, metric: Metric, folder: Path, seed: int) -> int:
    """The place of the candidate that wins; the models after them are the baselines.

    Args:
        drawn: rows and what each model says of them.
        pool: how many of the rows are not sealed.
        metric: what decides.
        folder: an empty one.
        seed: decides how rows are parted.
    """
    session = _session(drawn, pool=pool, metric=metric, folder=folder, seed=seed)
    baselines = tuple(_candidate(place) for place in range(CANDIDATES, len(drawn.predictions)))
    plan = Plan(
        baselines=baselines,
        candidates=tuple(_candidate(place) for place in range(CANDIDATES)),
        machine=COMPUTER,
    )
    raced = race(session, plan, plan.candidates[0], folds=folds_of(session.dataset.split), proposing=None)
    assert raced.winner is not None
    return int(raced.winner.candidate.name)


def rows_of(predictions: Predictions, rows: Any) -> Predictions:
    """The predictions of some of the rows."""
    assert predictions.labels is not None
    assert predictions.probabilities is not None
    classes = predictions.classes
    return Predictions(
        classes=classes, labels=predictions.labels[rows], probabilities=predictions.probabilities[rows]
    )


@dataclass(kw_only=True)
class _Simulated(Session):
    """A run whose fits take no time and say what was drawn for them."""

    drawn: Drawn

    def fit(
        self,
        candidate: Candidate,
        *,
        reserve_s: float,
        role: str = "trial",
        portion: Portion = Portion(),  # noqa: B008 (frozen)
        decision: Any = None,
    ) -> Trial:
        split = self.dataset.split
        key = f"{candidate.name}-{portion.fold}-{portion.share}-{portion.repeat}"
        _, judging = portioned(split.train, split.dev, portion=portion, task=split.task, seed=self.seed)
        said = rows_of(self.drawn.predictions[int(candidate.name)], judging.numbers - 1)
        if self.metric.needs == "labels":
            # Labels are drawn apart from probabilities, and a decision would draw them from those.
            said = replace(said, probabilities=None)
        place = self.folder.trials / key
        place.mkdir(parents=True, exist_ok=True)
        write_predictions(said, place / "raw.npz")
        (place / "outcome.json").write_text(json.dumps({"footprint": {"bytes": 1, "row_ms": 1.0}}))
        score = self.metric.value(self.metric.stats(split.task.gold(judging), said))
        trial = Trial(key=key, candidate=candidate, role=role, status="done", portion=portion)
        return replace(trial, dev_score=score, cost=Cost(seconds=1.0, peak_bytes=1.0))


def _session(drawn: Drawn, *, pool: int, metric: Metric, folder: Path, seed: int) -> _Simulated:
    classes = tuple(str(each) for each in range(int(drawn.gold.max()) + 1))
    frame = pl.DataFrame(
        {"text": [str(each) for each in range(pool)], "label": drawn.gold[:pool].astype(str)}
    )
    every = Rows.of(frame, Columns(text=("text",), target="label"))
    dev = np.arange(pool) < DEV_SHARE * pool
    clock = Clock(path=folder / "clock.json", within_s=None, started_s=time.time())
    return _Simulated(
        folder=RunFolder(root=folder),
        worker=Worker(threads=1, tick=clock.tick),
        clock=clock,
        display=Display.on_stderr(lambda: 0.0, quiet=True),
        machine=COMPUTER,
        dataset=Dataset(
            split=Split(task=Classification(classes=classes), train=every.take(~dev), dev=every.take(dev)),
            test=every.take([]),
            sha256="0",
        ),
        metric=metric,
        others={},
        seed=seed,
        wish={},
        cache=None,
        drawn=drawn,
    )


def _candidate(place: int) -> Candidate:
    return Candidate(base=None, steps=(Step(use=str(place)),), cost=Cost(seconds=1.0, peak_bytes=1.0))
