"""A run at work whose worker trains no network, so that a population takes no time."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from headstart import registry
from headstart.flow.adapting.display import Display
from headstart.flow.adapting.populating.size import Pace
from headstart.flow.adapting.session import Session
from headstart.race.clock import Clock
from headstart.race.folder import CHECKPOINT, RunFolder
from headstart.race.worker import Finished
from tests.contracts.small_data import small_task

PACE = Pace(passes=6, pass_s=2.0, once_s=1.0)


@dataclass(kw_only=True)
class Pretending:
    """Does what a member's job does, without a network: it scores by how near its rates were to 2.

    Args:
        clock: goes on as a job would take.
        asked: requests, in order.
        stops_after: jobs after which the person presses Ctrl-C.
        fails: numbers of jobs that fail.
        slow: how much longer a job takes than it should.
    """

    clock: Clock
    asked: list[dict[str, Any]] = field(default_factory=list)
    stops_after: int = 1000
    fails: frozenset[int] = frozenset()
    slow: float = 1.0

    imported_s = 3.0

    def run(self, job, request, *, stderr, deadline, progress):
        if len(self.asked) == self.stops_after:
            raise KeyboardInterrupt
        self.asked.append(request)
        parent, folder = request["parent"], Path(request["folder"])
        before = json.loads(Path(parent).read_text()) if parent else {"passes": 0, "quality": 0.0}
        params = dict(request["steps"][-1]["params"])
        passes = round(request["until"] * params["epochs"])
        for share, changed in params.get("course", ()):
            params |= changed if share * params["epochs"] < passes - 1e-6 else {}
        quality = before["quality"] - (passes - before["passes"]) * abs(math.log2(params["rate_factor"]) - 1)
        seconds = self.slow * PACE.step_s(passes - before["passes"])
        self.clock.before_s += seconds
        if len(self.asked) - 1 in self.fails:
            return Finished(status="failed", seconds=seconds, message="no room")
        (folder / CHECKPOINT).write_text(json.dumps({"passes": passes, "quality": quality}))
        found = {"dev_score": quality, "chosen": {}, "fraction": request["until"]}
        (folder / "outcome.json").write_text(json.dumps(found))
        return Finished(status="done", seconds=seconds, peak_bytes=5)


def session_in(place: Path, *, within_s: float | None = None, **settings: Any) -> Session:
    """A run in a folder; settings are those of its worker."""
    folder = RunFolder(root=place)
    folder.trials.mkdir(parents=True, exist_ok=True)
    folder.work.mkdir(exist_ok=True)
    clock = Clock(path=folder.clock, within_s=within_s, started_s=time.time())
    machine = SimpleNamespace(device="cpu", precision="float32")
    dataset = SimpleNamespace(split=SimpleNamespace(task=small_task()), sha256="x", test=())
    return Session(
        folder=folder,
        worker=Pretending(clock=clock, **settings),  # type: ignore[arg-type]
        clock=clock,
        display=Display(watchers=SimpleNamespace(tell=lambda event: None)),  # type: ignore[arg-type]
        machine=machine,  # type: ignore[arg-type]
        dataset=dataset,  # type: ignore[arg-type]
        metric=registry.build("metrics", "macro_f1", {}),
        others={},
        seed=3,
        wish={},
        cache=None,
    )
