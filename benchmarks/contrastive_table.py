"""The table of `contrastive`: mean accuracy and seconds of each system, and the differences draw by draw."""

from __future__ import annotations

import json
from collections import defaultdict
from statistics import geometric_mean, mean, median, stdev
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.common import command, machine, save, today

if TYPE_CHECKING:
    from pathlib import Path

OURS, PEER = "contrastive", "setfit"
WANTED_TIMES = 4.0

# By case and system, what each draw gave.
Found = dict[str, dict[str, dict[int, dict[str, Any]]]]


def summarise(folder: Path, *, into: Path) -> None:
    """Compare what is measured, print the table and save it.

    Args:
        folder: finished cells.
        into: file to write.
    """
    found: Found = defaultdict(lambda: defaultdict(dict))
    for path in sorted(folder.glob("[!.]*.json")):
        cell = json.loads(path.read_text())
        told = cell["settings"]
        found[f"{told['set']}, {told['shots']} a class"][told["system"]][told["draw"]] = cell["result"]
    cases = {case: _case(systems) for case, systems in found.items()}
    goal = _goal(cases)
    save(into, {"command": command(), "date": today(), "machine": machine(), "cases": cases, "goal": goal})
    _show(cases, goal)


def _case(systems: dict[str, dict[int, dict[str, Any]]]) -> dict[str, Any]:
    return {
        "systems": {
            system: {
                "draws": sorted(draws),
                "accuracy": round(mean(each["accuracy"] for each in draws.values()), 4),
                "seconds": round(median(each["seconds"] for each in draws.values()), 2),
                "max_steps": sorted({each["max_steps"] for each in draws.values() if "max_steps" in each}),
            }
            for system, draws in systems.items()
        },
        "against": {
            system: _difference(systems[OURS], draws)
            for system, draws in systems.items()
            if system != OURS and systems.get(OURS, {}).keys() & draws.keys()
        },
    }


def _difference(ours: dict[int, dict[str, Any]], theirs: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """On the draws that both have: mean gain in accuracy with its standard error, and how much faster."""
    shared = sorted(ours.keys() & theirs.keys())
    gains = [ours[draw]["accuracy"] - theirs[draw]["accuracy"] for draw in shared]
    times = [theirs[draw]["seconds"] / ours[draw]["seconds"] for draw in shared]
    return {
        "draws": len(shared),
        "gain": round(mean(gains), 4),
        "standard_error": round(stdev(gains) / len(gains) ** 0.5, 4) if len(gains) > 1 else None,
        "times_faster": round(geometric_mean(times), 2),
    }


def _goal(cases: dict[str, Any]) -> dict[str, Any] | None:
    """No worse on the mean of the cases, and four times faster on their geometric mean."""
    both = [case["against"][PEER] for case in cases.values() if PEER in case["against"]]
    if not both:
        return None
    gain, times = mean(each["gain"] for each in both), geometric_mean(each["times_faster"] for each in both)
    return {
        "cases": len(both),
        "gain": round(gain, 4),
        "times_faster": round(times, 2),
        "wanted_times": WANTED_TIMES,
        "holds": gain >= 0.0 and times >= WANTED_TIMES,
    }


def _show(cases: dict[str, Any], goal: dict[str, Any] | None) -> None:
    console = Console(width=110)
    for name, case in cases.items():
        table = Table("system", "draws", "accuracy", "seconds", "ours minus it", "ours faster", title=name)
        for system, row in sorted(case["systems"].items(), key=lambda item: -item[1]["accuracy"]):
            against = case["against"].get(system)
            table.add_row(
                system + (f" ({', '.join(map(str, row['max_steps']))} steps)" if row["max_steps"] else ""),
                str(len(row["draws"])),
                f"{row['accuracy']:.3f}",
                f"{row['seconds']:.1f}",
                _gain(against) if against else "",
                f"{against['times_faster']:.1f} times" if against else "",
            )
        console.print(table)
    if goal:
        answer = "holds" if goal["holds"] else "does not hold"
        console.print(
            f"  {answer}: {goal['times_faster']} times faster than {PEER} (wanted {goal['wanted_times']:g}), "
            f"accuracy {100 * goal['gain']:+.2f} points (wanted 0 or more) over {goal['cases']} cases"
        )


def _gain(against: dict[str, Any]) -> str:
    error = against["standard_error"]
    return f"{100 * against['gain']:+.1f}" + ("" if error is None else f" ± {100 * error:.1f}")
