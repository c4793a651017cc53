"""A race and its refits as `adapt` runs them, with drawn predictions in the place of what is fitted."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from benchmarks.voice import Part, Voice
from headstart import registry
from headstart.core.caps import Caps
from headstart.core.decision import Decision
from headstart.core.machine import Machine
from headstart.core.plan import Candidate, Cost, Plan, Step
from headstart.core.rows import Columns, Rows
from headstart.core.split import Dataset, Split
from headstart.flow.adapting.choosing import choose
from headstart.flow.adapting.display import Display
from headstart.flow.adapting.folds import folds_of
from headstart.flow.adapting.handover import write_predictions
from headstart.flow.adapting.leading import leading
from headstart.flow.adapting.portioned import portioned
from headstart.flow.adapting.race import race
from headstart.flow.adapting.refit import refit
from headstart.flow.adapting.session import Session
from headstart.race.clock import Clock
from headstart.race.folder import RunFolder
from headstart.race.worker import Worker
from headstart.tasks.classification import Classification
from headstart.train.folds import stratified_folds
from headstart.wording import WINNER

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from benchmarks.simulated import Drawn
    from headstart.core.metric import Metric
    from headstart.core.portion import Portion
    from headstart.core.trial import Trial
    from headstart.flow.adapting.race import Raced

CANDIDATES = 20
# Strategies that are no plain fine-tuning: the mean of the weights of their fits is not shipped.
ADAPTATION, BASELINES = "probe", ("tfidf", "majority", "trees")
# One fold in so many is the dev rows.
FOLDS = 5
COMPUTER = Machine(
    device="cpu", cores=1, memory_bytes=1, device_memory_bytes=1, precision="float32", flops=1.0
)
FIT = Cost(seconds=1.0, peak_bytes=1.0)
# What a prediction of a row takes a model alone; within this bound there is no room for two.
ROW_MS, ALONE = 1.0, Caps(row_ms=1.5)


@dataclass(frozen=True, kw_only=True)
class Selected:
    """What would be tested.

    Args:
        voices: the winner and the baselines as they are after their refits, by name.
        best_dev_baseline: which baseline was best on the dev rows.
        raced: the race itself.
    """

    voices: Mapping[str, Voice]
    best_dev_baseline: str
    raced: Raced


def select(
    drawn: Drawn, *, pool: int, metric: Metric, folder: Path, seed: int, caps: Caps | None = None
) -> Selected:
    """Races the first of the drawn models; those after them are the baselines.

    Args:
        drawn: rows and what each model says of them.
        pool: how many of the rows are not sealed.
        metric: what decides.
        folder: an empty one.
        seed: decides how rows are parted.
        caps: bounds on what may win.
    """
    session = _session(drawn, pool=pool, metric=metric, folder=folder, seed=seed, caps=caps or Caps())
    baselines = tuple(_candidate(use, CANDIDATES + place) for place, use in enumerate(BASELINES))
    adaptations = tuple(_candidate(ADAPTATION, place) for place in range(CANDIDATES))
    plan = Plan(baselines=baselines, candidates=adaptations, machine=COMPUTER)
    raced = race(session, plan, adaptations[0], folds=folds_of(session.dataset.split), proposing=None)
    assert raced.winner is not None
    fitted = refit(session, {WINNER: raced.winner, **raced.baselines}).fitted
    best = leading(list(raced.baselines.values()), metric)
    assert best is not None
    return Selected(
        voices={name: session.voices[trial.key] for name, trial in fitted.items()},
        best_dev_baseline=best.candidate.name,
        raced=raced,
    )


@dataclass(kw_only=True)
class _Simulated(Session):
    """A run whose workers say what was drawn; a refit says of other rows what its trials would."""

    drawn: Drawn
    voices: dict[str, Voice] = field(default_factory=dict)
    _judging: dict[Portion, np.ndarray] = field(default_factory=dict)

    def made(self, trial: Trial, job: str, request: dict[str, Any], *, reserve_s: float) -> Trial:
        voice = self._voice(trial, request)
        self.voices[trial.key] = voice
        ended = replace(trial, status="done", cost=FIT)
        if trial.role == "refit":
            return ended
        place = self.folder.trials / trial.key
        place.mkdir(parents=True, exist_ok=True)
        footprint = {"bytes": 1, "row_ms": ROW_MS * len(voice.parts)}
        (place / "outcome.json").write_text(json.dumps({"footprint": footprint}))
        judging = self._rows_of(trial.portion)
        said = voice.raw(self.drawn.predictions, judging)
        write_predictions(said, place / "raw.npz")
        # No wish is set, so that the decision would give the same labels.
        score = self.metric.value(self.metric.stats(self.drawn.gold[judging], said))
        return replace(ended, dev_score=score)

    def ask(self, job: str, request: Mapping[str, Any], *, place: Path, title: str, reserve_s: float) -> bool:
        combination = registry.load("combine", request["combination"]["use"])
        if getattr(combination, "averages", False):
            return False  # what is drawn has no weights that could be averaged
        place.mkdir(parents=True, exist_ok=True)
        choose({**request, "folder": str(place)}, lambda fraction, note="": None)
        return True

    def _voice(self, trial: Trial, request: Mapping[str, Any]) -> Voice:
        decision = Decision(**registry.frozen_values(request["decision"] or {}))
        if "models" not in request:
            return Voice(parts=(Part(model=int(trial.candidate.base or 0)),), decision=decision)
        members = [self.voices[Path(each).parent.name] for each in request["models"]]
        return Voice(
            parts=tuple(
                replace(each.parts[0], weight=weight, temperature=each.decision.temperature)
                for each, weight in zip(members, request["weights"], strict=True)
            ),
            decision=decision,
        )

    def _rows_of(self, portion: Portion) -> np.ndarray:
        if portion not in self._judging:
            split = self.dataset.split
            _, rows = portioned(split.train, split.dev, portion=portion, task=split.task, seed=self.seed)
            self._judging[portion] = rows.numbers - 1
        return self._judging[portion]


def _session(drawn: Drawn, *, pool: int, metric: Metric, folder: Path, seed: int, caps: Caps) -> _Simulated:
    frame = pl.DataFrame(
        {"text": [str(each) for each in range(pool)], "label": drawn.gold[:pool].astype(str)}
    )
    every = Rows.of(frame, Columns(text=("text",), target="label"))
    dev = stratified_folds(drawn.gold[:pool], every.groups, folds=FOLDS, seed=seed) == 0
    clock = Clock(path=folder / "clock.json", within_s=None, started_s=time.time())
    task = Classification(classes=drawn.predictions[0].classes)
    return _Simulated(
        folder=RunFolder(root=folder),
        worker=Worker(threads=1, tick=clock.tick),
        clock=clock,
        display=Display.on_stderr(lambda: 0.0, quiet=True),
        machine=COMPUTER,
        dataset=Dataset(
            split=Split(task=task, train=every.take(~dev), dev=every.take(dev)),
            test=every.take([]),
            sha256="0",
        ),
        metric=metric,
        others={},
        seed=seed,
        wish={},
        cache=None,
        caps=caps,
        drawn=drawn,
    )


def _candidate(use: str, place: int) -> Candidate:
    return Candidate(base=str(place), steps=(Step(use=use),), cost=FIT, variant=place)
