"""One fit of a task in a process of its own, timed from raw rows to a trained model.

python -m benchmarks.task_fit_once --data DATA --system headstart_full --set stsb --seed 0 --epochs 3
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import embedded_base
from benchmarks.preloaded import preload
from benchmarks.task_rows import SOURCES, draw_task

if TYPE_CHECKING:
    from benchmarks.task_rows import TaskRows

HEADSTART = "headstart_"


def main() -> None:
    """Prints seconds and the task's metrics on the test rows as one line of JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--system", required=True)
    parser.add_argument("--set", required=True, choices=SOURCES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rows", type=int, help="training and test rows at most")
    asked = parser.parse_args()
    rows = draw_task(asked.data, asked.set, rows=asked.rows)
    preload()
    if asked.system.startswith(HEADSTART):
        strategy = asked.system.removeprefix(HEADSTART)
        seconds, predictions = ours(rows, strategy, {"epochs": asked.epochs}, seed=asked.seed)
    else:
        from benchmarks.peers.trainer_tasks import fit

        seconds, predictions = fit(
            rows, asked.system, base=embedded_base(), epochs=asked.epochs, seed=asked.seed
        )
    sizes = {"train_rows": len(rows.train), "test_rows": len(rows.test)}
    print(json.dumps({"seconds": seconds, **rows.scores(predictions), **sizes}))


def ours(rows: TaskRows, strategy: str, params: dict[str, Any], *, seed: int) -> tuple[float, Any]:
    """Seconds from raw rows to a trained model, and what it says of the test rows.

    Args:
        rows: the rows.
        strategy: name of the strategy.
        params: its parameters where they are not its defaults.
        seed: owns all randomness.
    """
    preload("headstart.models.families.bert", "headstart.models.open_base", "headstart.train.workshop")
    from headstart import registry
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.describe import describe

    task = rows.task
    with tempfile.TemporaryDirectory() as folder:
        context = Context(
            seed=seed,
            device="cpu",
            precision="bfloat16",
            workdir=Path(folder),
            metric=registry.build("metrics", task.metrics()[0], {}),
            cache=Path(folder) / "cache",
        )
        started = time.perf_counter()
        start = Model(task=task, predictor=None, base=describe("embedded"))
        step = registry.build("strategies", strategy, params)
        *_, last = step.adapt(start, Split(task=task, train=rows.train, dev=rows.train.take([])), context)
        seconds = time.perf_counter() - started
        return seconds, last.model.predict(rows.test)


if __name__ == "__main__":
    main()
