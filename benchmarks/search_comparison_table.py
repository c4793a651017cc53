"""What the searches found at equal cost, and how each stands to chance."""

from __future__ import annotations

import json
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from scipy.stats import rankdata, t

from benchmarks.common import command, machine, save, today

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CHANCE = "random"
AFTER = (6, 12, 24)
# A search on one set with one seed: system, set, seed.
Runs = dict[tuple[str, str, int], dict[str, Any]]


def summarise(folder: Path, *, into: Path, systems: Sequence[str] = ()) -> None:
    """Write the table as JSON and print it.

    Args:
        folder: the finished measurements.
        into: file of the table.
        systems: the searches to compare; all that have been measured without any.
    """
    runs = whole({key: each for key, each in _read(folder).items() if not systems or key[0] in systems})
    found = {system: _system(system, runs) for system in sorted({system for system, _, _ in runs})}
    save(into, {"command": command(), "date": today(), "machine": machine(), "systems": found})
    _show(found)


def whole(runs: Runs) -> Runs:
    """The runs on sets and with seeds that every search ran on, so that all means are over the same."""
    systems = {system for system, _, _ in runs}
    return {
        (system, name, seed): result
        for (system, name, seed), result in runs.items()
        if all((each, name, seed) in runs for each in systems)
    }


def _read(folder: Path) -> Runs:
    runs = {}
    for path in sorted(folder.glob("[!.]*.json")):
        cell = json.loads(path.read_text())
        told = cell["settings"]
        if "system" in told:
            runs[told["system"], told["set"], told["seed"]] = cell["result"]
    return runs


def _system(system: str, runs: Runs) -> dict[str, Any]:
    own = {key[1:]: result for key, result in runs.items() if key[0] == system}
    chance = {key[1:]: result for key, result in runs.items() if key[0] == CHANCE}
    shared = sorted(own.keys() & chance.keys())
    sets = sorted({name for name, _ in own})
    return {
        "sets": len(sets),
        "seeds": len({seed for _, seed in own}),
        "dev": round(mean(each["dev"] for each in own.values()), 4),
        "held": round(mean(each["held"] for each in own.values()), 4),
        "dev_after": {
            str(spent): round(mean(each["best_after"][spent - 1] for each in own.values()), 4)
            for spent in AFTER
        },
        "mean_rank_on_dev": round(mean(_ranks(system, runs)), 2),
        "points_above_chance_on_dev": _difference(own, chance, shared, "dev"),
        "points_above_chance_on_held": _difference(own, chance, shared, "held"),
        "held_by_set": {
            name: round(mean(each["held"] for (of, _), each in own.items() if of == name), 4) for name in sets
        },
    }


def _ranks(system: str, runs: Runs) -> list[float]:
    """Ranks, 1 being the best, among the searches that ran on the same set with the same seed."""
    ranks = []
    for name, seed in {key[1:] for key in runs if key[0] == system}:
        rivals = [each for each, of, at in runs if (of, at) == (name, seed)]
        placed = rankdata([-runs[each, name, seed]["dev"] for each in rivals])
        ranks.append(float(placed[rivals.index(system)]))
    return ranks


def _difference(own: Any, chance: Any, shared: list[tuple[str, int]], part: str) -> dict[str, Any] | None:
    """Mean difference in points with its 95 % interval over the means of the sets."""
    by_set: dict[str, list[float]] = {}
    for key in shared:
        by_set.setdefault(key[0], []).append(100 * (own[key][part] - chance[key][part]))
    means = [mean(each) for each in by_set.values()]
    if len(means) < 2:
        return None
    half = float(t.ppf(0.975, len(means) - 1)) * stdev(means) / len(means) ** 0.5
    return {
        "mean": round(mean(means), 2),
        "low": round(mean(means) - half, 2),
        "high": round(mean(means) + half, 2),
    }


def _show(found: dict[str, Any]) -> None:
    table = Table("search", "rank", *(f"dev after {each}" for each in AFTER), "held", "above chance on held")
    for system, row in sorted(found.items(), key=lambda item: item[1]["mean_rank_on_dev"]):
        told = row["points_above_chance_on_held"]
        gain = "" if told is None else f"{told['mean']:+.2f} [{told['low']:+.2f}, {told['high']:+.2f}]"
        spent = [f"{each:.4f}" for each in row["dev_after"].values()]
        table.add_row(system, f"{row['mean_rank_on_dev']:.2f}", *spent, f"{row['held']:.4f}", gain)
    Console(width=110).print(table)
