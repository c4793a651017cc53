"""The table of `task_training`: by task, how many times faster, and the difference in what decides there."""

from __future__ import annotations

import json
from statistics import geometric_mean, mean, stdev
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from scipy.special import stdtrit

from benchmarks.common import command, machine, save, today
from benchmarks.task_fit_once import OURS
from benchmarks.task_rows import METRICS, SOURCES

if TYPE_CHECKING:
    from pathlib import Path

PEERS = ("trainer_bf16_grouped", "trainer_high_rate", "trainer_tutorial")
# How many times faster ours should be, and how far its quality may lie below.
WANTED, ALLOWED = 4.0, -0.01

Cells = dict[tuple[str, str, int], dict[str, Any]]


def summarise(folder: Path, *, into: Path) -> None:
    """Compare the fits that both sides have measured, print the table and save it."""
    cells: Cells = {}
    for path in sorted(folder.glob("*.json")):
        saved = json.loads(path.read_text())
        settings = saved["settings"]
        cells[settings["system"], settings["set"], settings["seed"]] = saved["result"]
    peers = [found for ours in OURS for peer in PEERS if (found := compared(cells, ours, peer))]
    save(into, {"command": command(), "date": today(), "machine": machine(), "peers": peers})
    _show(peers)


def compared(cells: Cells, ours: str, peer: str) -> dict[str, Any] | None:
    """One of ours beside a peer on the sets and seeds that both have run; None where there are none.

    Args:
        cells: results by system, set and seed.
        ours: name of our system.
        peer: name of the peer.
    """
    sets = [found for name in SOURCES if (found := _set(cells, (ours, peer), name))]
    if not sets:
        return None
    times = geometric_mean(each["times_faster"] for each in sets)
    return {
        "ours": ours,
        "peer": peer,
        "times_faster": round(times, 2),
        "holds": times >= WANTED and all(each["difference"] >= ALLOWED for each in sets),
        "sets": sets,
    }


def _set(cells: Cells, systems: tuple[str, str], name: str) -> dict[str, Any] | None:
    ours, peer = systems
    seeds = sorted(seed for system, of, seed in cells if (system, of) == (ours, name))
    both = [
        (cells[ours, name, each], cells[peer, name, each]) for each in seeds if (peer, name, each) in cells
    ]
    if not both:
        return None
    metric = METRICS[SOURCES[name].task][0]
    gains = [mine[metric] - theirs[metric] for mine, theirs in both]
    half = (
        float(stdtrit(len(gains) - 1, 0.975)) * stdev(gains) / len(gains) ** 0.5 if len(gains) > 1 else None
    )
    seconds, peers = (mean(each[side]["seconds"] for each in both) for side in (0, 1))
    return {
        "set": name,
        "metric": metric,
        "seeds": len(both),
        "seconds": round(seconds, 1),
        "peer_seconds": round(peers, 1),
        "times_faster": round(peers / seconds, 2),
        "quality": round(mean(each[0][metric] for each in both), 4),
        "peer_quality": round(mean(each[1][metric] for each in both), 4),
        "difference": round(mean(gains), 4),
        "half_width": None if half is None else round(half, 4),
    }


def _show(peers: list[dict[str, Any]]) -> None:
    console = Console(width=110)
    for peer in peers:
        table = Table(title=f"{peer['ours']} beside {peer['peer']}")
        for name in (
            "set",
            "metric",
            "seeds",
            "seconds",
            "peer's",
            "times faster",
            "quality",
            "peer's",
            "difference",
        ):
            table.add_column(name, justify="left" if name in ("set", "metric") else "right")
        for each in peer["sets"]:
            spread = "" if each["half_width"] is None else f" ± {each['half_width']:.3f}"
            table.add_row(
                *(each["set"], each["metric"], str(each["seeds"])),
                *(f"{each['seconds']:.1f}", f"{each['peer_seconds']:.1f}", f"{each['times_faster']:.1f}"),
                *(f"{each['quality']:.3f}", f"{each['peer_quality']:.3f}"),
                f"{each['difference']:+.3f}{spread}",
            )
        console.print(table)
        told = "holds" if peer["holds"] else "does not hold"
        console.print(
            f"{peer['times_faster']:.1f} times faster (wanted {WANTED:.0f}), each within a point: {told}"
        )
