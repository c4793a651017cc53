"""How far predicted costs were off, from the trials that were measured."""

from __future__ import annotations

import json
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.common import command, machine, save, today

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

GOALS = {"seconds": 0.20, "peak_bytes": 0.25}
QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)


def summarise(folder: Path, *, into: Path, calibration: str) -> dict[str, Any]:
    """Write and print the errors of all predicted runs, the calibrating one left out.

    Args:
        folder: one file a run.
        into: where the summary goes.
        calibration: name of the run whose trials were there to learn from.
    """
    cells = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    cells = [each for each in cells if each["settings"]["case"] != calibration]
    trials = [trial for cell in cells for trial in cell["result"]["trials"]]
    found = {
        "command": command(),
        "date": today(),
        "machine": machine(),
        "load_averages": {cell["settings"]["case"]: round(cell["ran"]["load_average"], 2) for cell in cells},
        **table(trials, memory_bytes=2**30 * machine()["memory_gib"]),
        "by_case": {cell["settings"]["case"]: errors_of(cell["result"]["trials"]) for cell in cells},
    }
    save(into, found)
    print(json.dumps({key: found[key] for key in ("all", "by_strategy", "memory", "by_case")}, indent=1))
    return found


def table(trials: Sequence[dict[str, Any]], *, memory_bytes: float) -> dict[str, Any]:
    """Errors over all trials and by strategy, and how predicted and measured memory compare.

    Args:
        trials: each with `name`, `predicted`, `modelled` and `actual` costs.
        memory_bytes: memory of the computer.
    """
    names = sorted({each["name"] for each in trials})
    every = errors_of(trials)
    ratios = sorted(each["predicted"]["peak_bytes"] / each["actual"]["peak_bytes"] for each in trials)
    surprises = [
        each["name"]
        for each in trials
        if each["predicted"]["peak_bytes"] <= memory_bytes < each["actual"]["peak_bytes"]
    ]
    return {
        "goals": GOALS,
        "all": {**every, "holds": {key: every[key]["median"] < goal for key, goal in GOALS.items()}},
        "by_strategy": {name: errors_of([each for each in trials if each["name"] == name]) for name in names},
        "memory": {
            "predicted_over_actual": {str(share): round(_at(ratios, share), 3) for share in QUANTILES},
            "surprises": surprises,
        },
    }


def errors_of(trials: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Median error as a share of what was measured, predicted and as modelled alone; signs as a factor."""
    found: dict[str, Any] = {"trials": len(trials)}
    for key in GOALS:
        ratios = [each["predicted"][key] / each["actual"][key] for each in trials]
        modelled = [(each["modelled"] or each["predicted"])[key] / each["actual"][key] for each in trials]
        found[key] = {
            "median": round(median(abs(ratio - 1.0) for ratio in ratios), 3),
            "median_of_model_alone": round(median(abs(ratio - 1.0) for ratio in modelled), 3),
            "median_ratio": round(median(ratios), 3),
        }
    return found


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[round(share * (len(ordered) - 1))]
