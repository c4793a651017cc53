"""A run at work whose worker fits nothing: each strategy is right as often as it was told."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart import registry
from headstart.core.caps import Caps
from headstart.core.machine import Machine
from headstart.core.plan import Candidate, Cost, Plan, Step
from headstart.core.portion import Portion
from headstart.core.predictions import Predictions
from headstart.core.split import Dataset, Split
from headstart.flow.adapting.display import Display
from headstart.flow.adapting.handover import read_rows, write_predictions
from headstart.flow.adapting.portioned import portioned
from headstart.flow.adapting.session import Session
from headstart.race.clock import Clock
from headstart.race.folder import RunFolder
from headstart.race.worker import Finished
from tests.contracts.small_data import CLASSES, small_rows, small_task
from tests.flow.fits import WISH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from headstart.core.rows import Rows

COMPUTER = Machine(
    device="cpu",
    cores=1,
    memory_bytes=2**34,
    device_memory_bytes=2**34,
    precision="float32",
    flops=1e10,
)


@dataclass(kw_only=True)
class Drawing:
    """Leaves what a job would leave, drawn by chance, while the clock goes on as it would.

    Args:
        clock: of the run.
        split: the rows.
        right: share of right answers of each strategy; those that are not named guess.
        row_ms: milliseconds a row of each strategy.
        fails: whether a fit fails, by strategy, role and fold.
        fraction: share of its training that each fit comes to.
        untested: strategies whose models can't be tested.
        asked: title of each job, in order.
    """

    clock: Clock
    split: Split
    right: Mapping[str, float] = field(default_factory=dict)
    row_ms: Mapping[str, float] = field(default_factory=dict)
    fails: Callable[[str, str, int], bool] = lambda name, role, fold: False
    starves: bool = False
    fraction: float = 1.0
    untested: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)

    imported_s = 3.0

    def run(self, job: str, request: Mapping[str, Any], **_: Any) -> Finished:
        """A fit or a test, of a second; other jobs find no time."""
        self.clock.before_s += 1.0
        if not job.endswith("fit:fit"):
            self.asked.append(job.rpartition(":")[2])
            return self._tested(request)
        name, role, portion = request["steps"][-1]["use"], request["role"], Portion(**request["portion"])
        self.asked.append(f"{role}: {name} {portion.fold}{'' if portion.whole else ' of some'}")
        if self.fails(name, role, portion.fold):
            return Finished(status="failed", seconds=1.0, message="no room", starved=self.starves)
        self._leave(Path(request["folder"]), name, role, portion, request["rows_seed"])
        return Finished(status="done", seconds=1.0, peak_bytes=5)

    def _tested(self, request: Mapping[str, Any]) -> Finished:
        for folder in map(Path, request.get("folders", ["no test"])):
            name = self._names.get(folder.name)
            if name is None or name in self.untested:
                return Finished(status="stopped", seconds=1.0, message="it was out of time")
            rows = read_rows(Path(request["rows"]))
            write_predictions(self._said(name, rows, len(name)), folder / "test.npz")
            (folder / "test.json").write_text(json.dumps({"row_ms": self.row_ms.get(name, 1.0), "bytes": 1}))
        return Finished(status="done", seconds=1.0, peak_bytes=5)

    def _said(self, name: str, rows: Rows, *seed: int) -> Predictions:
        gold, rng = small_task().gold(rows), np.random.default_rng([*seed, len(name)])
        true = rng.random(len(gold)) < self.right.get(name, 1 / len(CLASSES))
        said = np.where(true, gold, (gold + 1) % len(CLASSES))
        probabilities = np.full((len(said), len(CLASSES)), 0.1)
        probabilities[np.arange(len(said)), said] = 0.8
        return Predictions(classes=CLASSES, labels=said, probabilities=probabilities)

    def _leave(self, folder: Path, name: str, role: str, portion: Portion, seed: int) -> None:
        self._names[folder.name] = name
        task = small_task()
        _, judging = portioned(self.split.train, self.split.dev, portion=portion, task=task, seed=seed)
        told = self._said(name, judging, seed, portion.fold)
        for file in ("raw.npz", "dev.npz"):
            write_predictions(told, folder / file)
        (folder / "model").mkdir()
        (folder / "model" / "bundle.json").write_text("{}")
        row_ms = None if role == "refit" else self.row_ms.get(name, 1.0)
        outcome = {
            "dev_score": None if role == "refit" else float((told.labels == task.gold(judging)).mean()),
            "chosen": {},
            "fraction": self.fraction,
            "footprint": {"bytes": 1, "row_ms": row_ms},
        }
        (folder / "outcome.json").write_text(json.dumps(outcome))


def session_in(
    root: Path,
    *,
    within_s: float | None = None,
    caps: Caps | None = None,
    history: Path | None = None,
    rows: int = 600,
    **settings: Any,
) -> Session:
    """A run in a folder, on rows of which a fifth are dev rows; settings are those of its worker."""
    folder = RunFolder(root=root)
    folder.trials.mkdir(parents=True, exist_ok=True)
    folder.work.mkdir(exist_ok=True)
    clock = Clock(path=folder.clock, within_s=within_s, started_s=time.time())
    train, dev, test = (small_rows(each, seed=each) for each in (rows * 4 // 5, rows // 5, rows // 5))
    split = Split(task=small_task(), train=train, dev=dev)
    return Session(
        folder=folder,
        worker=Drawing(clock=clock, split=split, **settings),  # type: ignore[arg-type]
        clock=clock,
        display=Display.on_stderr(lambda: 0.0, quiet=True),
        machine=COMPUTER,
        dataset=Dataset(split=split, test=test, sha256="0"),
        metric=registry.build("metrics", "accuracy", {}),
        others={},
        seed=0,
        wish=WISH,
        cache=None,
        history=history,
        caps=caps or Caps(),
    )


def candidate(name: str, *, seconds: float = 1.0) -> Candidate:
    return Candidate(base=None, steps=(Step(use=name),), cost=Cost(seconds=seconds, peak_bytes=1.0))


def plan(*names: str) -> Plan:
    """A race of these against one baseline."""
    return Plan(
        baselines=(candidate("majority"),),
        candidates=tuple(candidate(each) for each in names),
        machine=COMPUTER,
    )
