"""What little time is worth: all epochs without a refit, or half of them on all rows.

python -m benchmarks.cases.short_training --data DATA             # measures what is missing, shows the table
python -m benchmarks.cases.short_training --data DATA --sets sst2 --strategies full --seeds 0
python -m benchmarks.cases.short_training --summary
"""

from __future__ import annotations

import json
from functools import partial
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.metrics import accuracy_score, f1_score

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, command, keep_to, machine, save, today
from benchmarks.options import CellOptions
from benchmarks.our_fit import our_fit
from benchmarks.subsets import draw_inside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.subsets import Subset

SETS, STRATEGIES = ("sst2", "tweeteval_emotion", "ag_news"), ("full", "partial", "gradual", "lora")
SEEDS, ROWS, HELD_ROWS = (0, 1), 2000, 1200
# Share of the rows that a fit without a refit learns from, and the epochs that suit 2,000 rows.
TRAIN_SHARE, EPOCHS = 0.8, 4
WAYS = {"all epochs": (TRAIN_SHARE, EPOCHS), "half": (1.0, EPOCHS // 2), "both": (1.0, EPOCHS)}


def main() -> None:
    """Measure what is missing and print the table."""
    options = CellOptions(__doc__)
    options.several("--sets", SETS)
    options.several("--strategies", STRATEGIES)
    options.numbers("--seeds", SEEDS)
    asked = options.asked()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "short_training", again=asked.again)
    for seed in () if asked.summary else asked.seeds:
        for name in asked.sets:
            subset = draw_inside(asked.data, name, rows=ROWS, held=HELD_ROWS)
            for strategy in asked.strategies:
                settings = {"set": name, "strategy": strategy, "seed": seed, "rows": ROWS}
                settings |= {"rows_sha256": subset.sha256}
                measure = partial(_measured, subset, strategy, seed)
                cells.get(f"{name}.{strategy}.seed{seed}", settings, measure)
    _summarise(cells.folder)


def _measured(subset: Subset, strategy: str, seed: int) -> dict[str, Any]:
    """Scores on training rows that were not learnt from, and seconds of a fit, for each way."""
    from headstart import registry

    train, test = subset.train.rows(), subset.test.rows()
    task = registry.load("tasks", "classification").infer(train)
    order = np.random.default_rng(seed).permutation(len(train))
    found: dict[str, Any] = {}
    for way, (share, epochs) in WAYS.items():
        some = train.take(np.sort(order[: round(share * len(train))]))
        seconds, told = our_fit(
            strategy, {"epochs": epochs}, task=task, parts=(some, test), metric="macro_f1", seed=seed
        )
        gold = task.gold(test)
        found[way] = {
            "macro_f1": round(float(f1_score(gold, told.labels, average="macro")), 4),
            "accuracy": round(float(accuracy_score(gold, told.labels)), 4),
            "seconds": round(seconds, 2),
        }
    return found


def _summarise(folder: Path) -> None:
    cells = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    rows = [
        _row(strategy, [each["result"] for each in cells if each["settings"]["strategy"] == strategy])
        for strategy in STRATEGIES
        if any(each["settings"]["strategy"] == strategy for each in cells)
    ]
    told = {"command": command(), "date": today(), "machine": machine()}
    save(RESULTS / "short_training.json", {**told, "strategies": rows})
    table = Table(title="Half of the epochs on all rows, beside all epochs on four fifths")
    for title in (
        "strategy",
        "fits",
        "gain, points",
        "error",
        "seconds",
        "instead of",
        "all of both, points",
    ):
        table.add_column(title)
    for row in rows:
        table.add_row(*(str(each) for each in row.values()))
    Console().print(table)


def _row(strategy: str, results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Points of macro-F1 over all epochs on four fifths of the rows, and seconds, on the mean."""
    scores = {way: [100.0 * each[way]["macro_f1"] for each in results] for way in WAYS}
    took = {way: fmean(each[way]["seconds"] for each in results) for way in WAYS}
    gains = [half - whole for half, whole in zip(scores["half"], scores["all epochs"], strict=True)]
    return {
        "strategy": strategy,
        "fits": len(gains),
        "gain": round(fmean(gains), 2),
        "error": round(stdev(gains) / len(gains) ** 0.5, 2) if len(gains) > 1 else None,
        "seconds": round(took["half"], 1),
        "instead_of": round(took["all epochs"], 1),
        "both": round(fmean(scores["both"]) - fmean(scores["all epochs"]), 2),
    }


if __name__ == "__main__":
    main()
