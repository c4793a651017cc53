"""One fit of a task in a process of its own, timed from raw rows to a trained model.

python -m benchmarks.task_fit_once --data DATA --system headstart_full --set stsb --seed 0 --epochs 3
"""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.common import embedded_base
from benchmarks.options import Options
from benchmarks.our_fit import our_fit
from benchmarks.preloaded import preload
from benchmarks.task_rows import SOURCES, draw_task

# Our systems: a strategy, and its parameters where they are not its defaults.
OURS: dict[str, tuple[str, dict[str, int]]] = {
    "headstart_full": ("full", {}),
    "headstart_top_3": ("partial", {"frozen_blocks": -3}),
}


def main() -> None:
    """Prints seconds and the task's metrics on the test rows as one line of JSON."""
    options = Options(__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--system", required=True)
    options.add_argument("--set", required=True, choices=SOURCES)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--epochs", type=int, default=3)
    options.add_argument("--rows", type=int, help="training and test rows at most")
    asked = options.parse_args()
    rows = draw_task(asked.data, asked.set, rows=asked.rows)
    preload()
    if asked.system in OURS:
        strategy, params = OURS[asked.system]
        parts, metric = (rows.train, rows.test), rows.task.metrics()[0]
        seconds, predictions = our_fit(
            strategy,
            {"epochs": asked.epochs, **params},
            task=rows.task,
            parts=parts,
            metric=metric,
            seed=asked.seed,
        )
    else:
        from benchmarks.peers.trainer_tasks import fit

        seconds, predictions = fit(
            rows, asked.system, base=embedded_base(), epochs=asked.epochs, seed=asked.seed
        )
    sizes = {"train_rows": len(rows.train), "test_rows": len(rows.test)}
    print(json.dumps({"seconds": seconds, **rows.scores(predictions), **sizes}))


if __name__ == "__main__":
    main()
