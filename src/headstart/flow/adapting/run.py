"""A whole run, from settings to outcome."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from headstart import registry
from headstart.config import cache_folder
from headstart.core.machine import Machine
from headstart.data.dataset import DataOptions, load_dataset
from headstart.errors import SettingError, WorkerError
from headstart.flow.adapting.climb import climb
from headstart.flow.adapting.display import Display
from headstart.flow.adapting.handover import write_rows
from headstart.flow.adapting.metric import choose_metric, wish
from headstart.flow.adapting.outcome import Outcome
from headstart.flow.adapting.prove import prove
from headstart.flow.adapting.session import Session
from headstart.flow.adapting.ship import gather, ship
from headstart.models.describe import describe
from headstart.models.open_base import open_tokenizer
from headstart.planning.planner import make_plan, strategies_for
from headstart.profile.profile import profile as profile_dataset
from headstart.race.clock import Clock
from headstart.race.folder import RunFolder, read_json, writing
from headstart.race.worker import Worker

if TYPE_CHECKING:
    from headstart.config import Settings
    from headstart.core.base import BaseInfo
    from headstart.core.deadline import Deadline
    from headstart.core.plan import Candidate, Plan
    from headstart.core.profile import Profile
    from headstart.core.split import Dataset


def run(source: object, settings: Settings, *, started_s: float) -> Outcome:
    """Everything that `adapt` does.

    Args:
        source: the labelled data: a path, a frame, a Dataset or lists.
        settings: what the person said.
        started_s: when the clock began, on the wall clock.

    Raises:
        UseError: something that a person can mend.
    """
    if source is None:
        raise SettingError("no data was given; name a file: headstart adapt FILE --target COLUMN")
    folder = RunFolder(root=settings.out or Path("runs") / run_name(source))
    clock = Clock.resume(folder.clock, settings.within, started_s)
    worker = Worker(threads=cores(), tick=lambda: None)
    worker.start()
    try:
        bases = [describe(name) for name in settings.base]
        dataset = load(source, settings)
        strategies_for(dataset.split.task, settings.strategy)
        with folder.held(), writing(folder.root):
            folder.begin({"data": dataset.sha256, **settings.identity()})
            if (finished := read_json(folder.result)) is not None:
                return Outcome(values=finished)
            worker.tick = clock.tick
            return _at_work(folder, worker, clock, dataset, (bases, settings))
    finally:
        worker.stop()


def load(source: object, settings: Settings) -> Dataset:
    """The rows of a source as the settings want them split."""
    options = DataOptions(
        target=settings.target,
        text=settings.text,
        ignore=settings.ignore,
        test=settings.test,
        unlabelled=settings.unlabelled,
        group=settings.group,
        time=settings.time,
        seed=settings.seed,
    )
    task_settings = {"describe": settings.describe, "positive": settings.positive, "windows": settings.windows}
    return load_dataset(source, options, task_name=settings.task, task_settings=task_settings)


def _at_work(
    folder: RunFolder, worker: Worker, clock: Clock, dataset: Dataset, chosen: tuple[list[BaseInfo], Settings]
) -> Outcome:
    bases, settings = chosen
    display = Display.on_stderr(lambda: clock.left_s)
    profile = profile_dataset(
        dataset, tokenizer=open_tokenizer(bases[0]), base_name=bases[0].name, limit=bases[0].max_length
    )
    _introduce(display, folder, dataset, profile)
    machine = measured(worker, folder.work, clock.deadline())
    plan = make_plan(dataset, profile, bases, machine, {"strategy": settings.strategy, "set": settings.set})
    session = Session(
        folder=folder,
        worker=worker,
        clock=clock,
        display=display,
        machine=machine,
        dataset=dataset,
        metric=choose_metric(dataset.split.task, profile, settings),
        seed=settings.seed,
        wish=wish(dataset.split.task, profile, settings),
        cache=cache_folder() / "features",
    )
    for name in ("train", "dev", "unlabelled"):
        if (rows := getattr(dataset.split, name)) is not None:
            write_rows(rows, folder.work / f"{name}.arrow")
    climbed = climb(session, plan, _first_rung(dataset, profile, (bases, machine), plan))
    proof = prove(session, climbed, margin=settings.margin, ledger=cache_folder() / "looks")
    return Outcome(values=ship(session, proof, gather(session, proof, climbed, plan, profile, settings)))


def _first_rung(
    dataset: Dataset, profile: Profile, surroundings: tuple[list[BaseInfo], Machine], plan: Plan
) -> Candidate | None:
    rung, (bases, machine) = dataset.split.task.first_rung(), surroundings
    known = [each for each in plan.candidates if each.name == rung and not each.blocked]
    if known:
        return known[0]
    alone = make_plan(dataset, profile, bases[:1], machine, {"strategy": (rung,), "set": {}}).candidates[0]
    return None if alone.blocked else alone


def measured(worker: Worker, work: Path, deadline: Deadline) -> Machine:
    """What this computer can do, measured by a worker or read from the cache.

    Raises:
        WorkerError: the worker can't so much as multiply matrices.
    """
    work.mkdir(parents=True, exist_ok=True)
    out = work / "machine.json"
    end = worker.run(
        "headstart.flow.adapting.measure:measure",
        {"cache": str(cache_folder()), "out": str(out)},
        stderr=work / "measure.txt",
        deadline=deadline,
        progress=lambda fraction, note="": None,
    )
    if end.status != "done":
        raise WorkerError(f"the machine could not be measured: {end.message}")
    return Machine(**json.loads(out.read_text()))


def _introduce(display: Display, folder: RunFolder, dataset: Dataset, profile: Profile) -> None:
    split = dataset.split
    counts = f"{len(split.train)} train, {len(split.dev)} dev and {len(dataset.test)} sealed test rows"
    display.say(
        f"{registry.name_of(split.task)} into {len(profile.classes)} classes; {counts}; run in {folder.root}"
    )
    for warning in profile.warnings:
        display.say(f"  note: {warning}")


def run_name(source: object) -> str:
    """The name of a run: that of its file without endings, or `adapted`."""
    if not isinstance(source, str | Path):
        return "adapted"
    return Path(source).name.split(".")[0] or "adapted"


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
