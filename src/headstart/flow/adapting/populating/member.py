"""The job of a worker: take one training a step further, from a checkpoint to a checkpoint."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.course import NEARLY
from headstart.errors import WorkerError
from headstart.evaluation.decide import Wish, decide
from headstart.flow.adapting.fit import FitRequest, context_of, split_of, start_of
from headstart.flow.adapting.keep import write_last
from headstart.race.folder import CHECKPOINT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.context import Context, Progress
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint

JOB = "headstart.flow.adapting.populating.member:go_on"


def go_on(values: Mapping[str, Any], progress: Progress) -> None:
    """Trains until a share is done and leaves the checkpoint there and, last of all, `outcome.json`.

    Args:
        values: a `FitRequest`; beside it `parent`, the file of the checkpoint to go on from or None, and
            `until`, the share of the training at which to stop.
        progress: told how far it is.

    Raises:
        WorkerError: there was nothing left to train.
    """
    own = dict(values)
    parent, until = own.pop("parent"), float(own.pop("until"))
    request = FitRequest.read(own)
    # Its time runs while the rows are read, which takes seconds where there are many.
    context = context_of(request, progress)
    folder, split = Path(request.folder), split_of(request)
    last = _trained(request, split, context, parent=parent, until=until)
    shutil.rmtree(context.workdir, ignore_errors=True)
    progress(last.fraction, "measuring")
    if until - NEARLY <= last.fraction < 1.0 - NEARLY:
        # torch takes seconds to import and is needed in a worker alone.
        from headstart.train.saved_state import write_state

        write_state(last.state, folder / CHECKPOINT)
    found = {
        "dev_score": _score(last.model, split, context, request.wish),
        "chosen": {},
        "fraction": last.fraction,
        "curve": last.curve.to_dict(),
        "cpu_s": time.process_time(),
    }
    write_last(found, folder / "outcome.json")


def _trained(
    request: FitRequest, split: Split, context: Context, *, parent: str | None, until: float
) -> Checkpoint:
    from headstart.train.saved_state import read_state

    strategy = registry.from_spec("strategies", request.steps[-1])
    state = None if parent is None else read_state(Path(parent))
    last: Checkpoint | None = None
    for last in strategy.adapt(start_of(request, split), split, context, state=state):
        if last.fraction >= until - NEARLY:
            return last
    if last is None:
        raise WorkerError(f"{request.steps[-1]['use']} had nothing left to train")
    return last


def _score(model: Model, split: Split, context: Context, wish: Mapping[str, Any]) -> float:
    """The metric on the dev rows, after the decision that they lead to, as every fit of a race has it."""
    assert model.predictor is not None
    raw, gold = model.predictor.predict(split.dev), split.task.gold(split.dev)
    asked = Wish(**registry.frozen_values(wish))
    decided = decide(raw, gold, asked, metric=context.metric).apply(raw)
    return float(context.metric.value(context.metric.stats(gold, decided)))
