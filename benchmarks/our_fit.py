"""One of our strategies, timed from rows to a trained model."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.preloaded import preload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.model import Model
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task

PRELOADED = ("headstart.models.families.bert", "headstart.models.open_base", "headstart.train.workshop")


def our_fit(
    strategy: str,
    params: dict[str, Any],
    *,
    task: Task,
    parts: tuple[Rows, Rows],
    metric: str,
    seed: int,
    device: str = "cpu",
    cache: str | None = "cache",
) -> tuple[float, Predictions]:
    """Seconds of a fit of the embedded base, and what it says of unseen rows; no dev rows are kept back.

    Args:
        strategy: its name.
        params: its parameters where they are not its defaults.
        task: what is learnt.
        parts: rows to learn from, and rows to predict.
        metric: its name.
        seed: owns all randomness.
        device: `cpu` or `cuda`.
        cache: name of the folder that keeps features during the fit; None to keep none.
    """
    train, unseen = parts
    with our_model(
        strategy, params, task=task, train=train, metric=metric, seed=seed, device=device, cache=cache
    ) as (seconds, model):
        return seconds, model.predict(unseen)


@contextmanager
def our_model(
    strategy: str,
    params: dict[str, Any],
    *,
    task: Task,
    train: Rows,
    metric: str,
    seed: int,
    device: str = "cpu",
    cache: str | None = "cache",
) -> Iterator[tuple[float, Model]]:
    """Seconds of such a fit, and the model, whose files are there as long as it is used.

    Args:
        strategy: its name.
        params: its parameters where they are not its defaults.
        task: what is learnt.
        train: rows to learn from.
        metric: its name.
        seed: owns all randomness.
        device: `cpu` or `cuda`.
        cache: name of the folder that keeps features during the fit; None to keep none.
    """
    preload(*PRELOADED)
    from headstart import registry
    from headstart.config import cache_folder
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.describe import describe
    from headstart.models.machine import known_machine

    # As a run would choose it: without units for bfloat16 its products take many times what float32 takes.
    precision = known_machine(cache_folder()).precision if device == "cpu" else "bfloat16"

    with tempfile.TemporaryDirectory() as folder:
        context = Context(
            seed=seed,
            device=device,
            precision=precision,
            workdir=Path(folder),
            metric=registry.build("metrics", metric, {}),
            cache=None if cache is None else Path(folder) / cache,
        )
        started = time.perf_counter()
        start = Model(task=task, predictor=None, base=describe("embedded"))
        step = registry.build("strategies", strategy, params)
        *_, last = step.adapt(start, Split(task=task, train=train, dev=train.take([])), context)
        yield time.perf_counter() - started, last.model
