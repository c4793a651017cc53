"""The table of `combination`: how much each way to combine fits gains over the best of them."""

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

# Each is held against the best of what it had to choose from.
AGAINST = {
    "greedy ensemble": "best alone",
    "greedy ensemble, unchecked": "best alone",
    "greedy ensemble, 10 bags": "best alone",
    "mean of all": "best alone",
    "best alone on test": "best alone",
    "greedy ensemble of full": "best full",
    "mean of full": "best full",
    "soup of full": "best full",
    "soup of all full": "best full",
}
KINDS = ("tuning", "confirmation")


def summarise(folder: Path, *, into: Path) -> None:
    """Compare what is measured, print the tables and save them.

    Args:
        folder: finished cells.
        into: file to write.
    """
    cells = [json.loads(path.read_text()) for path in sorted(folder.glob("[!.]*.json"))]
    tables = {kind: _table([each for each in cells if each["settings"]["kind"] == kind]) for kind in KINDS}
    for kind, table in tables.items():
        _show(kind, table)
    save(
        into,
        {
            "command": command(),
            "date": today(),
            "machine": machine(),
            "unit": "macro-F1 points",
            "tables": tables,
        },
    )


def _table(cells: list[dict[str, Any]]) -> dict[str, Any]:
    sets: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in cells:
        sets[cell["settings"]["set"]].append(cell["result"])
    return {
        "draws": {name: len(results) for name, results in sets.items()},
        "scores": {
            name: {
                system: round(100 * mean(each[system]["macro_f1"] for each in results), 2)
                for system in results[0]
            }
            for name, results in sets.items()
        },
        "gains": {system: _gain(sets, system, over) for system, over in AGAINST.items()} if cells else {},
    }


def _gain(sets: dict[str, list[dict[str, Any]]], system: str, over: str) -> dict[str, Any]:
    """Mean difference over the draws with its error, how often, and the networks that a row runs through."""
    by_set = {
        name: [100 * (each[system]["macro_f1"] - each[over]["macro_f1"]) for each in results]
        for name, results in sets.items()
    }
    every = [gain for gains in by_set.values() for gain in gains]
    results = [each for group in sets.values() for each in group]
    chosen = [each[system]["gained"] for each in results if "gained" in each[system]]
    return {
        "over": over,
        "draws": len(every),
        "gain": round(mean(every), 2),
        "standard_error": round(stdev(every) / len(every) ** 0.5, 2) if len(every) > 1 else None,
        "better_equal_worse": [
            sum(gain > 0 for gain in every),
            sum(gain == 0 for gain in every),
            sum(gain < 0 for gain in every),
        ],
        "by_set": {name: round(mean(gains), 2) for name, gains in by_set.items()},
        "combined": sum(chosen) if chosen else None,
        "networks": round(mean(each[system]["networks"] for each in results), 2),
        "networks_over": round(mean(each[over]["networks"] for each in results), 2),
    }


def _show(kind: str, table: dict[str, Any]) -> None:
    console = Console(width=130)
    names = list(table["draws"])
    shown = Table("system", "over", "gain", "better/equal/worse", "combined", "networks", *names, title=kind)
    for system, gain in table["gains"].items():
        error = "" if gain["standard_error"] is None else f" ± {gain['standard_error']:.2f}"
        shown.add_row(
            system,
            gain["over"],
            f"{gain['gain']:+.2f}{error}",
            "/".join(map(str, gain["better_equal_worse"])),
            "" if gain["combined"] is None else f"{gain['combined']} of {gain['draws']}",
            f"{gain['networks']:.1f}, {gain['networks_over']:.1f} alone",
            *(f"{gain['by_set'][name]:+.2f}" for name in names),
        )
    console.print(shown)
