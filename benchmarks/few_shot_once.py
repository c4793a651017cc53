"""One of our strategies on a few rows a class, in a process of its own.

python -m benchmarks.few_shot_once --rows ROWS.json --strategy contrastive --seed 0

ROWS.json holds `train` and `test`, each with `texts` and `labels`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.preloaded import preload

PRECISION = "bfloat16"


def main() -> None:
    """Print seconds and labels of the test rows as one line of JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--strategy", required=True)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    rows = json.loads(asked.rows.read_text())
    seconds, chosen = _fit(rows, asked.strategy, seed=asked.seed)
    print(json.dumps({"seconds": seconds, "labels": chosen}))


def _fit(rows: dict[str, Any], strategy: str, *, seed: int) -> tuple[float, list[str]]:
    preload("headstart.models.families.bert", "headstart.models.open_base")
    preload("headstart.train.contrastive_tuning", "headstart.train.workshop")
    from headstart import registry
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.describe import describe

    train, test = _table(rows["train"]), _table(rows["test"])
    task = registry.load("tasks", "classification").infer(train)
    metric = registry.build("metrics", "accuracy", {})
    with tempfile.TemporaryDirectory() as folder:
        context = Context(
            seed=seed, device="cpu", precision=PRECISION, workdir=Path(folder), metric=metric, cache=None
        )
        started = time.perf_counter()
        start = Model(task=task, predictor=None, base=describe("embedded"))
        step = registry.build("strategies", strategy, {})
        *_, last = step.adapt(start, Split(task=task, train=train, dev=train.take([])), context)
        seconds = time.perf_counter() - started
        labels = last.model.predict(test).labels
    return seconds, [task.classes[index] for index in labels]


def _table(part: dict[str, list[str]]) -> Any:
    import polars as pl

    from headstart.core.rows import Columns, Rows

    frame = pl.DataFrame({"text": part["texts"], "label": part["labels"]})
    return Rows.of(frame, Columns(text=("text",), target="label"))


if __name__ == "__main__":
    main()
