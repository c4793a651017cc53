"""The cells of `against_peers`: mean quality of each system, and how far below the best peer ours is."""

from __future__ import annotations

import json
from collections import defaultdict
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from scipy.special import stdtrit

from benchmarks.common import command, machine, save, today

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

OURS = "adapt"
# Points of macro-F1 below the best peer of each set that are allowed on the mean.
WANTED_REGRET = 1.0

# What a draw of a set of some size gave in some time: results by system.
Case = tuple[str, str, int, int]
Found = dict[Case, dict[str, dict[str, Any]]]


def summarise(folder: Path, *, into: Path, confirmation: Sequence[str]) -> None:
    """Compare what is measured, print the tables and save them.

    Args:
        folder: finished cells.
        into: file to write.
        confirmation: sets that nothing was tuned on, which are shown apart.
    """
    found: Found = defaultdict(dict)
    for path in sorted(folder.glob("[!.]*.json")):
        cell = json.loads(path.read_text())
        told = cell["settings"]
        found[told["set"], told["size"], told["within"], told["draw"]][told["system"]] = cell["result"]
    groups = {
        "all sets": found,
        "sets that were tuned on": {case: one for case, one in found.items() if case[0] not in confirmation},
        "confirmation sets": {case: one for case, one in found.items() if case[0] in confirmation},
    }
    tables = {name: table for name, some in groups.items() if (table := compare(some))}
    sizes = {size: table for size in _sizes(found) if (table := compare(_of_size(found, size)))}
    saved = {"command": command(), "date": today(), "machine": machine(), "unit": "macro-F1 points"}
    save(into, {**saved, "groups": tables, "sizes": sizes})
    for name, table in {**tables, **sizes}.items():
        _show(name, table)


def compare(found: Mapping[Case, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any] | None:
    """Means on the cases that ours and at least one peer have; None where there are none.

    The regret of a set is how far below its best peer ours is, on the mean of the draws and sizes that
    all of them have; nought where ours is the best. Its interval is that of a mean over sets (Student).
    """
    shared = {case: systems for case, systems in found.items() if OURS in systems and len(systems) > 1}
    if not shared:
        return None
    peers = sorted({name for systems in shared.values() for name in systems if name != OURS})
    regrets = [_regret([shared[case] for case in shared if case[0] == name]) for name in _sets(shared)]
    middle, half = mean(regrets), _half_width(regrets)
    return {
        "cases": len(shared),
        "ours": _points(systems[OURS] for systems in shared.values()),
        "winner": round(100 * mean(_winner(systems[OURS]) for systems in shared.values()), 2),
        "not_trusted": sum(systems[OURS].get("trusted") is False for systems in shared.values()),
        "peers": {name: _against(shared, name) for name in peers},
        "regret": {"mean": round(middle, 2), "half_width": None if half is None else round(half, 2)},
        "deadlines_kept": all(systems[OURS]["deadline_kept"] for systems in shared.values()),
        "holds": middle < WANTED_REGRET
        and all(_against(shared, name)["difference"] > 0 for name in peers)
        and all(systems[OURS]["deadline_kept"] for systems in shared.values()),
    }


def _winner(ours: Mapping[str, Any]) -> float:
    """What the winner of the race scores, whether it ships or not."""
    told = ours.get("winner_macro_f1")
    return float(ours["macro_f1"] if told is None else told)


def _against(shared: Mapping[Case, Mapping[str, Mapping[str, Any]]], name: str) -> dict[str, Any]:
    both = [systems for systems in shared.values() if name in systems]
    gains = [100 * (systems[OURS]["macro_f1"] - systems[name]["macro_f1"]) for systems in both]
    return {
        "cases": len(both),
        "macro_f1": _points(systems[name] for systems in both),
        "difference": round(mean(gains), 2),
        "ours_ahead": sum(gain > 0 for gain in gains),
        "cut_short": sum(systems[name].get("whole") is False for systems in both),
    }


def _regret(cases: Sequence[Mapping[str, Mapping[str, Any]]]) -> float:
    """Points below the peer that is best on the mean of these cases, of those that all of them have."""
    everywhere = set.intersection(*(set(systems) for systems in cases)) - {OURS}
    if not everywhere:
        return 0.0
    best = max(mean(systems[name]["macro_f1"] for systems in cases) for name in everywhere)
    return max(0.0, 100 * (best - mean(systems[OURS]["macro_f1"] for systems in cases)))


def _half_width(values: Sequence[float]) -> float | None:
    """Half of the 95 % interval of a mean."""
    if len(values) < 2:
        return None
    return float(stdtrit(len(values) - 1, 0.975)) * stdev(values) / len(values) ** 0.5


def _points(results: Any) -> float:
    return round(100 * mean(each["macro_f1"] for each in results), 2)


def _sets(found: Mapping[Case, Any]) -> list[str]:
    return list(dict.fromkeys(case[0] for case in found))


def _sizes(found: Mapping[Case, Any]) -> list[str]:
    return list(dict.fromkeys(f"{case[1]}, {case[2]} s" for case in found))


def _of_size(found: Found, size: str) -> Found:
    return {case: one for case, one in found.items() if f"{case[1]}, {case[2]} s" == size}


def _show(name: str, table: dict[str, Any]) -> None:
    console = Console(width=110)
    shown = Table("system", "cases", "macro-F1", "ours minus it", "ours ahead", "cut short", title=name)
    shown.add_row(OURS, str(table["cases"]), f"{table['ours']:.1f}", "", "", "")
    shown.add_row("adapt, the race's winner", "", f"{table['winner']:.1f}", "", "", "")
    for peer, row in sorted(table["peers"].items(), key=lambda item: -item[1]["macro_f1"]):
        shown.add_row(
            peer,
            str(row["cases"]),
            f"{row['macro_f1']:.1f}",
            f"{row['difference']:+.1f}",
            f"{row['ours_ahead']} of {row['cases']}",
            str(row["cut_short"]),
        )
    console.print(shown)
    regret, kept = table["regret"], "kept" if table["deadlines_kept"] else "BROKEN"
    within = "" if regret["half_width"] is None else f" ± {regret['half_width']:.2f}"
    answer = "holds" if table["holds"] else "does not hold"
    console.print(
        f"  {answer}: {regret['mean']:.2f}{within} points below the best peer of each set (wanted: less than "
        f"{WANTED_REGRET:g}), deadlines {kept}; {table['not_trusted']} with too few test rows for a verdict"
    )
