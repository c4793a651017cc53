"""The main job's cells as one table a data set, held against what is promised."""

from __future__ import annotations

import json
from collections import defaultdict
from statistics import mean
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.common import command, machine, save, today

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# How far below each the main job may be, in points of macro-F1.
BASELINE_SLACK = 0.5
PEER_SLACK = 1.0
SEEDS = 3
PEERS = ("trainer_tutorial", "trainer_tuned")
NOT_BASELINES = ("winner", "untouched_base")

Scores = dict[str, dict[int, float]]


def summarise(folder: Path, *, into: Path) -> None:
    """Print a table a data set and save all figures as JSON.

    Args:
        folder: finished cells.
        into: file to write.
    """
    sets: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted(folder.glob("[!.]*.json")):
        cell = json.loads(path.read_text())
        sets[cell["settings"]["set"]].append(cell)
    tables = {name: _one_set(cells) for name, cells in sets.items()}
    for name, table in tables.items():
        _print(name, table)
    save(
        into,
        {
            "command": command(),
            "date": today(),
            "machine": machine(),
            "unit": "macro-F1 points",
            "sets": tables,
        },
    )


def _one_set(cells: list[dict[str, Any]]) -> dict[str, Any]:
    scores = _scores(cells)
    means = {system: 100 * mean(by_seed.values()) for system, by_seed in scores.items()}
    return {
        "means": {system: round(value, 2) for system, value in means.items()},
        "by_seed": {
            system: {str(seed): round(100 * v, 2) for seed, v in s.items()} for system, s in scores.items()
        },
        "grid": {
            cell["name"].partition("grid.")[2]: cell["result"]["macro_f1"]
            for cell in _of(cells, "trainer_grid")
        },
        "tuned_recipe": next((cell["settings"]["recipe"] for cell in _of(cells, "trainer_tuned")), None),
        "goals": _goals(scores),
        "runs": [_run(cell) for cell in _of(cells, "adapt")],
        "measured_on": sorted({cell["ran"]["machine"]["cpu"] for cell in cells}),
    }


def _of(cells: list[dict[str, Any]], system: str) -> list[dict[str, Any]]:
    return [cell for cell in cells if cell["settings"]["system"] == system]


def _scores(cells: list[dict[str, Any]]) -> Scores:
    """Macro-F1 by system and seed; `adapt` is what ships, scored here; `adapt: ...` is as it was reported."""
    scores: Scores = defaultdict(dict)
    for cell in cells:
        system, seed, result = cell["settings"]["system"], cell["settings"]["seed"], cell["result"]
        if system != "trainer_grid":
            scores[system][seed] = result["macro_f1"]
        for name, score in result.get("scores", {}).items():
            scores[f"adapt: {name}"][seed] = score["value"]
    return scores


def _goals(scores: Scores) -> dict[str, dict[str, Any]]:
    """Whether `adapt` is near enough to the best baseline and to each peer, on the seeds that both have."""
    if "adapt" not in scores:
        return {}
    rivals = {peer: (peer, PEER_SLACK) for peer in PEERS if peer in scores}
    baselines = [name for name in scores if name.startswith("adapt: ") and name[7:] not in NOT_BASELINES]
    if baselines:
        best = max(baselines, key=lambda name: mean(scores[name].values()))
        rivals[f"best baseline ({best[7:]})"] = (best, BASELINE_SLACK)
    return {told: _goal(scores["adapt"], scores[name], slack) for told, (name, slack) in rivals.items()}


def _goal(ours: Mapping[int, float], theirs: Mapping[int, float], slack: float) -> dict[str, Any]:
    seeds = sorted(ours.keys() & theirs.keys())
    difference = 100 * mean(ours[seed] - theirs[seed] for seed in seeds) if seeds else float("nan")
    return {
        "difference": round(difference, 2),
        "at_least": -slack,
        "seeds": seeds,
        "holds": difference >= -slack and len(seeds) >= SEEDS,
    }


def _run(cell: dict[str, Any]) -> dict[str, Any]:
    result = cell["result"]
    kept = ("seconds", "deadline_kept", "verdict", "winner", "macro_f1", "peak_bytes", "commit")
    return {"seed": cell["settings"]["seed"], **{key: result[key] for key in kept}}


def _print(name: str, table: dict[str, Any]) -> None:
    console = Console()
    shown = Table("system", "mean macro-F1", "by seed", "adapt minus it", title=name)
    for system, value in sorted(table["means"].items(), key=lambda item: -item[1]):
        gap = f"{table['means']['adapt'] - value:+.2f}" if "adapt" in table["means"] else ""
        shown.add_row(
            system, f"{value:.2f}", " ".join(f"{v:.2f}" for v in table["by_seed"][system].values()), gap
        )
    console.print(shown)
    for against, goal in table["goals"].items():
        answer = "holds" if goal["holds"] else ("MISSED" if len(goal["seeds"]) >= SEEDS else "unfinished")
        console.print(
            f"  {answer}: {goal['difference']:+.2f} against {against}, allowed {goal['at_least']:+.1f}"
        )
    for run in table["runs"]:
        kept = "kept" if run["deadline_kept"] else "BROKEN"
        console.print(
            f"  seed {run['seed']}: {_verdict(run['verdict'])}, {run['seconds']:.0f} s, deadline {kept}"
        )


def _verdict(verdict: Any) -> str:
    return str(verdict.get("outcome", verdict)) if isinstance(verdict, dict) else str(verdict)
