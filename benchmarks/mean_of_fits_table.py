"""The table of `mean_of_fits`: what each mean of weights gains over a single refit."""

from __future__ import annotations

import json
from collections import defaultdict
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.common import command, machine, save, today

if TYPE_CHECKING:
    from pathlib import Path

REFIT = "one refit"
MEAN, FOLDS_MEAN, REFITS_MEAN = "refit and folds", "folds alone", "three refits"
MEANS = (MEAN, FOLDS_MEAN, REFITS_MEAN)


def summarise(folder: Path, *, into: Path) -> None:
    """Compare what is measured, print the table and save it.

    Args:
        folder: finished cells.
        into: file to write.
    """
    results: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for path in sorted(folder.glob("[!.]*.json")):
        cell = json.loads(path.read_text())
        results[cell["settings"]["strategy"], cell["settings"]["set"]].append(cell["result"])
    rows = {f"{name}, {strategy}": _row(each) for (strategy, name), each in results.items()}
    gains = {each: _gain([row["gains"][each] for row in rows.values()]) for each in MEANS} if rows else {}
    _show(rows, gains)
    save(
        into,
        {
            "command": command(),
            "date": today(),
            "machine": machine(),
            "unit": "macro-F1 points",
            "cases": rows,
            "gains": gains,
        },
    )


def _row(draws: list[dict[str, Any]]) -> dict[str, Any]:
    scores = {name: 100 * mean(each[name] for each in draws) for name in (REFIT, *MEANS)}
    return {
        "draws": len(draws),
        "scores": {name: round(value, 2) for name, value in scores.items()},
        "gains": {name: round(scores[name] - scores[REFIT], 2) for name in MEANS},
    }


def _gain(by_case: list[float]) -> dict[str, float | None]:
    """The mean over the cases, and its standard error from how they differ."""
    error = stdev(by_case) / len(by_case) ** 0.5 if len(by_case) > 1 else None
    return {"mean": round(mean(by_case), 2), "standard_error": None if error is None else round(error, 2)}


def _show(rows: dict[str, dict[str, Any]], gains: dict[str, dict[str, float | None]]) -> None:
    table = Table(title="Means of weights: macro-F1 on held-out rows, and points over one refit")
    for column in ("case", "draws", REFIT, *MEANS):
        table.add_column(column, justify="left" if column == "case" else "right")
    for name, row in rows.items():
        cells = (f"{row['scores'][each]:.2f} ({row['gains'][each]:+.2f})" for each in MEANS)
        table.add_row(name, str(row["draws"]), f"{row['scores'][REFIT]:.2f}", *cells)
    if gains:
        told = (
            f"{each['mean']:+.2f}" + (f" ± {each['standard_error']:.2f}" if each["standard_error"] else "")
            for each in gains.values()
        )
        table.add_row("mean of the cases", "", "", *told)
    Console(width=110).print(table)
