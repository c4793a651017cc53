"""The job of a worker: fit one candidate, measure it on dev, keep it on disk."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from headstart import registry
from headstart.bundle.load import load_model
from headstart.core.context import Context
from headstart.core.deadline import Deadline
from headstart.core.model import Model
from headstart.core.plan import Step
from headstart.core.portion import Portion
from headstart.core.split import Split
from headstart.core.strategy import last_of
from headstart.core.trial import ON_A_PORTION
from headstart.errors import WorkerError
from headstart.flow.adapting.as_it_is import as_it_is
from headstart.flow.adapting.handover import read_also, read_rows
from headstart.flow.adapting.keep import keep, write_last
from headstart.flow.adapting.portioned import portioned
from headstart.flow.adapting.shares import SHARES
from headstart.models.describe import describe
from headstart.models.device_memory import device_peak_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.context import Progress
    from headstart.core.strategy import Checkpoint


@dataclass(frozen=True, kw_only=True)
class FitRequest:
    """All that decides the outcome of a fit, as plain values.

    Args:
        folder: where the fit leaves its model and what it measured.
        work: where the rows lie.
        task: the task as a spec.
        base: name of the base, or None.
        steps: strategies with their parameters.
        metric: the metric as a spec.
        role: `trial` or `member` on a portion, `refit` on train and dev rows, `half` and `quarter` on
            that much of the train rows.
        portion: for a `trial` or a `member`, which rows it is fitted on and judged by.
        seed: owns all randomness.
        rows_seed: decides how the rows are parted.
        device: `cpu`, `cuda` or `mps`.
        precision: `bfloat16` or `float32`.
        cache: folder of the feature cache, or None.
        left_s: seconds in which it has to be done.
        wish: how probabilities should become labels, where there are dev rows to find it on.
        decision: how they do, for a refit; found by its trial.
    """

    folder: str
    work: str
    task: Mapping[str, Any]
    base: str | None
    steps: tuple[Mapping[str, Any], ...]
    metric: Mapping[str, Any]
    role: str
    portion: Mapping[str, Any]
    seed: int
    rows_seed: int
    device: str
    precision: str
    cache: str | None
    left_s: float | None
    wish: Mapping[str, Any]
    decision: Mapping[str, Any] | None = None

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """The request as it came through JSON."""
        return cls(**{**values, "steps": tuple(values["steps"])})


def fit(values: Mapping[str, Any], progress: Progress) -> None:
    """Fits a candidate and leaves `model/`, `dev.npz`, `raw.npz` and, last of all, `outcome.json`.

    `raw.npz` holds what the predictor says of the rows that judge it, `dev.npz` the same after the
    decision that was set on those rows.
    """
    request = FitRequest.read(values)
    folder = Path(request.folder)
    # Its time runs while the rows are read, which takes seconds where there are many.
    context = context_of(request, progress)
    split = split_of(request)
    last = _adapt(request, split, context)
    progress(1.0, "packing")
    steps = tuple(Step(use=each["use"], params={**each["params"]}) for each in request.steps)
    model = Model(task=split.task, predictor=last.model.predictor, base=last.model.base, lineage=steps)
    ready = as_it_is(request.steps[-1]["use"])
    found = keep(
        last.model if ready else model,
        folder,
        dev=split.dev,
        train=split.train,
        metric=registry.from_spec("metrics", request.metric),
        wish=None if ready else request.wish,
        decision=request.decision,
    )
    last_words = {
        "chosen": dict(last.chosen),
        "fraction": last.fraction,
        "curve": last.curve.to_dict(),
        "cpu_s": time.process_time(),
    }
    if held := device_peak_bytes(request.device):
        last_words["device_bytes"] = held
    write_last({**found, **last_words}, folder / "outcome.json")


def split_of(request: FitRequest) -> Split:
    """The rows that the role and the portion of a request name."""
    work = Path(request.work)
    task = registry.from_spec("tasks", request.task)
    train = read_rows(work / f"{request.role if request.role in SHARES else 'train'}.parquet")
    dev = read_rows(work / "dev.parquet")
    if request.role == "refit":
        train, dev = train + dev, dev.take([])
    if request.role in ON_A_PORTION:
        portion = Portion(**request.portion)
        train, dev = portioned(train, dev, portion=portion, task=task, seed=request.rows_seed)
    unlabelled = work / "unlabelled.parquet"
    return Split(
        task=task,
        train=train,
        dev=dev,
        unlabelled=read_rows(unlabelled) if unlabelled.exists() else None,
        also=read_also(work),
    )


def context_of(request: FitRequest, progress: Progress) -> Context:
    """The surroundings of a fit; its work folder is made."""
    workdir = Path(request.folder) / "work"
    workdir.mkdir(parents=True, exist_ok=True)
    return Context(
        seed=request.seed,
        device=request.device,
        precision=request.precision,
        workdir=workdir,
        metric=registry.from_spec("metrics", request.metric),
        cache=Path(request.cache) if request.cache else None,
        deadline=Deadline.after(request.left_s),
        progress=progress,
        opens=load_model,
    )


def start_of(request: FitRequest, split: Split) -> Model:
    """What a fit starts from: the base alone, or nothing."""
    return Model(task=split.task, predictor=None, base=describe(request.base) if request.base else None)


def _adapt(request: FitRequest, split: Split, context: Context) -> Checkpoint:
    model = start_of(request, split)
    last: Checkpoint | None = None
    for step in request.steps:
        last = last_of(registry.from_spec("strategies", step).adapt(model, split, context))
        model = model if last is None else last.model
    shutil.rmtree(context.workdir, ignore_errors=True)
    if last is None:
        raise WorkerError(f"{request.steps} yielded no checkpoint")
    return last
