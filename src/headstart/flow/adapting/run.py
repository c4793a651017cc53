"""A whole run, from settings to outcome."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.config import NO_SEARCH, cache_folder
from headstart.core.machine import Machine
from headstart.core.strategy_traits import StrategyTraits
from headstart.errors import RunError, SettingError, WorkerError
from headstart.flow.adapting.check_search import check_search
from headstart.flow.adapting.display import Display
from headstart.flow.adapting.expected import expected, note_trials
from headstart.flow.adapting.folds import folds_of
from headstart.flow.adapting.grow import grow
from headstart.flow.adapting.handover import write_also, write_rows
from headstart.flow.adapting.outcome import Outcome
from headstart.flow.adapting.prepare import Prepared, prepare
from headstart.flow.adapting.proposing import Proposing
from headstart.flow.adapting.prove import prove
from headstart.flow.adapting.race import race
from headstart.flow.adapting.session import Session
from headstart.flow.adapting.ship import checked, gather, ship
from headstart.flow.adapting.task_knobs import for_strategies
from headstart.flow.adapting.threads import threads
from headstart.flow.adapting.watching.events import Concluded, Planned
from headstart.flow.adapting.watching.trackers import check_trackers, trackers
from headstart.flow.adapting.with_room import with_room
from headstart.planning.history import CostHistory
from headstart.planning.planner import Planner
from headstart.race.clock import Clock
from headstart.race.folder import RunFolder, read_json, write_json, writing
from headstart.race.worker import Worker
from headstart.wording import said_of_features

if TYPE_CHECKING:
    from headstart.config import Settings
    from headstart.core.base import BaseInfo
    from headstart.core.deadline import Deadline
    from headstart.core.plan import Candidate, Plan


# What fits import, most of it slowly; once for all of them.
LIBRARIES = (
    *("torch", "transformers.modeling_utils", "transformers.models.auto.modeling_auto"),
    *("transformers.models.auto.tokenization_auto", "sklearn.linear_model", "headstart.models.features"),
    *("headstart.models.open_base", "headstart.flow.adapting.fit", "headstart.flow.adapting.test"),
)


def run(source: Any, settings: Settings, *, started_s: float) -> Outcome:
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
    check_trackers(settings)
    check_search(settings)
    folder = RunFolder(root=settings.out or Path("runs") / run_name(source))
    worker = Worker(threads=threads(), tick=lambda: None)
    worker.start(*LIBRARIES)
    try:
        prepared = prepare(source, settings)
        worker.preload(*(modelling(base) for base in prepared.bases))
        with folder.held(), writing(folder.root):
            folder.begin({"data": prepared.dataset.sha256, **settings.identity()})
            if (finished := read_json(folder.result)) is not None:
                # A kill may have come between the result and the end of the sweeping.
                folder.sweep()
                return Outcome(values=finished)
            clock = Clock.resume(folder.clock, settings.within, started_s)
            worker.tick = clock.tick
            display = _display(clock, folder, settings)
            with contextlib.closing(display):
                session = _session(worker, clock, prepared, folder=folder, display=display, settings=settings)
                return _at_work(session, prepared, settings)
    finally:
        worker.stop()


def _display(clock: Clock, folder: RunFolder, settings: Settings) -> Display:
    others = trackers(settings, run=folder.root.name, left_s=lambda: clock.left_s)
    return Display.on_stderr(lambda: clock.left_s, spent_s=lambda: clock.spent_s, others=others)


def _session(
    worker: Worker,
    clock: Clock,
    prepared: Prepared,
    *,
    folder: RunFolder,
    display: Display,
    settings: Settings,
) -> Session:
    _introduce(display, folder, prepared)
    write_json(folder.sealed, prepared.sealed.to_dict())
    for name in ("train", "dev", "unlabelled"):
        if (rows := getattr(prepared.dataset.split, name)) is not None:
            write_rows(rows, folder.work / f"{name}.parquet")
    write_also(prepared.dataset.split.also, folder.work)
    return Session(
        folder=folder,
        worker=worker,
        clock=clock,
        display=display,
        machine=measured(worker, folder.work, clock.deadline()),
        dataset=prepared.dataset,
        metric=prepared.metric,
        others=prepared.others,
        seed=settings.seed,
        wish=prepared.wish,
        cache=cache_folder() / "features",
        history=cache_folder(),
        caps=settings.caps,
    )


def _at_work(session: Session, prepared: Prepared, settings: Settings) -> Outcome:
    planner = planner_of(prepared, session.machine, settings)
    plan = planned(planner, prepared, settings)
    for line in plan.why:
        session.display.say(f"  note: {line}")
    session.display.tell(
        Planned(
            candidates=plan.candidates,
            baselines=plan.baselines,
            metric=registry.name_of(session.metric),
            greater_is_better=session.metric.greater_is_better,
        )
    )
    # Rows split by time are judged by later ones alone.
    folds = 1 if settings.time else folds_of(prepared.dataset.split)
    raced = race(
        session,
        plan,
        _first_rung(planner, plan),
        folds=folds,
        proposing=_proposing(session, planner, settings),
        shorter=planner.shorter,
        asked=bool(settings.strategy),
    )
    note_trials(session, [trial for each in raced.all for trial in each.trials])
    looked = prepared.sealed.looks - 1
    proof = prove(session, raced, margin=settings.margin, ledger=cache_folder() / "looks", looked=looked)
    proof = grow(session, checked(session, proof))
    result = gather(session, proof, raced=raced, plan=plan, profile=prepared.profile, settings=settings)
    values = ship(session, result, session.model_of(proof.shipped))
    session.display.tell(Concluded(values=values))
    return Outcome(values=values)


def _proposing(session: Session, planner: Planner, settings: Settings) -> Proposing | None:
    if settings.search == NO_SEARCH:
        return None
    return Proposing(
        search=registry.build("search", settings.search, {}),
        vary=with_room(planner.vary, planner.dataset, planner.bases),
        seed=settings.seed,
        sign=1.0 if session.metric.greater_is_better else -1.0,
    )


def planner_of(prepared: Prepared, machine: Machine, settings: Settings) -> Planner:
    """Makes candidates for the data on this machine."""
    return Planner(
        dataset=prepared.dataset,
        profile=prepared.profile,
        bases=prepared.bases,
        machine=machine,
        history=CostHistory.read(cache_folder(), machine),
        caps=settings.caps,
        further=prepared.further,
        absent=prepared.absent,
    )


def planned(planner: Planner, prepared: Prepared, settings: Settings) -> Plan:
    """The candidates that the settings allow."""
    plan = planner.plan(strategies=settings.strategy, params=for_strategies(settings.set))
    return expected(plan, prepared.dataset, prepared.metric)


def _first_rung(planner: Planner, plan: Plan) -> Candidate | None:
    task = planner.dataset.split.task
    rung = task.first_rung()
    if rung in task.baselines() or any(_stands_for_base(each, planner) for each in plan.baselines):
        # Then the untouched base is measured as what it is: something that an adaptation has to beat.
        return None
    for each in plan.candidates:
        if each.name == rung:
            return None if each.blocked else each
    alone = replace(planner, bases=planner.bases[:1]).plan(strategies=(rung,))
    return next((each for each in alone.candidates if not each.blocked), None)


def _stands_for_base(baseline: Candidate, planner: Planner) -> bool:
    """Whether a baseline gives what its base answers by itself."""
    kinds = {each.name: each.kind for each in planner.bases}
    stands_for = StrategyTraits.named(baseline.name).stands_for
    return not baseline.blocked and kinds.get(baseline.base or "") in stands_for


def measured(worker: Worker, work: Path, deadline: Deadline) -> Machine:
    """What this computer can do, measured by a worker under the conditions of the fits.

    Where time is up before that, what an earlier process of the run has measured stands: whatever it has made
    may need no more than to be put together.

    Raises:
        RunError: time was up, and nothing was measured before.
        WorkerError: the worker can't so much as multiply matrices.
    """
    work.mkdir(parents=True, exist_ok=True)
    out = work / "machine.json"
    earlier = read_json(out)
    end = worker.run(
        "headstart.flow.adapting.measure:measure",
        {"cache": str(cache_folder()), "out": str(out)},
        stderr=work / "measure.txt",
        deadline=deadline,
        progress=lambda fraction, note="": None,
    )
    if end.status == "stopped" and earlier is not None:
        return Machine(**earlier)
    if end.status == "stopped":
        raise RunError("time was up before the libraries were loaded; give more of it with --within")
    if end.status != "done":
        raise WorkerError(f"the machine could not be measured: {end.message}")
    return Machine(**json.loads(out.read_text()))


def _introduce(display: Display, folder: RunFolder, prepared: Prepared) -> None:
    split, test = prepared.dataset.split, prepared.dataset.test
    counts = f"{len(split.train)} train, {len(split.dev)} dev and {len(test)} sealed test rows"
    display.say(f"{split.task.summary}; {counts}; run in {folder.root}")
    if features := split.train.columns.features:
        display.say(f"  beside the text: {said_of_features(features)}")
    for name, each in split.also.items():
        display.say(f"  also: {name}, {registry.name_of(each.task)}, {len(each.train)} rows")
    for note in (*prepared.profile.warnings, *prepared.profile.notes):
        display.say(f"  note: {note}")


def run_name(source: object) -> str:
    """The name of a run: that of its file without endings and without what is no text, or `adapted`."""
    if not isinstance(source, str | Path):
        return "adapted"
    stem = Path(source).name.split(".")[0]
    # Libraries open no folder whose name is not valid Unicode.
    return "".join(each if each.isprintable() else "_" for each in stem) or "adapted"


def modelling(base: BaseInfo) -> str:
    """The module that holds the network of a base."""
    family = base.family.replace("-", "_")
    return f"transformers.models.{family}.modeling_{family}"
