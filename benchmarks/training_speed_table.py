"""The table of `training_speed`: how many times faster, and the difference in macro-F1 with its interval."""

from __future__ import annotations

import json
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from scipy.special import stdtrit

from benchmarks.common import command, machine, save, today

if TYPE_CHECKING:
    from pathlib import Path

# Ours, the peer, and how many times faster ours should be.
PAIRS = (
    ("headstart_full", "trainer_dynamic_padding", 6.0),
    ("headstart_full", "trainer_bf16_grouped", 2.5),
    ("headstart_full", "trainer_fixed_padding", 15.0),
    ("headstart_lora", "trainer_peft_lora", 5.0),
    ("headstart_partial", "headstart_full", 1.0),
)
ALLOWED = -0.01


def summarise(folder: Path, *, into: Path) -> None:
    """Compare the fits that both sides of a pair have measured, print the table and save it."""
    cells: dict[tuple[str, str, int], dict[str, Any]] = {}
    for path in sorted(folder.glob("*.json")):
        saved = json.loads(path.read_text())
        settings = saved["settings"]
        cells[settings["system"], settings["set"], settings["seed"]] = saved["result"]
    pairs = [found for pair in PAIRS if (found := _pair(cells, *pair))]
    save(into, {"command": command(), "date": today(), "machine": machine(), "pairs": pairs})
    _show(pairs)


def _pair(
    cells: dict[tuple[str, str, int], dict[str, Any]], ours: str, peer: str, wanted: float
) -> dict[str, Any] | None:
    shared = sorted(
        {key[1:] for key in cells if key[0] == ours} & {key[1:] for key in cells if key[0] == peer}
    )
    if not shared:
        return None
    both = [(cells[ours, *key], cells[peer, *key]) for key in shared]
    gains = [mine["macro_f1"] - theirs["macro_f1"] for mine, theirs in both]
    half = (
        float(stdtrit(len(gains) - 1, 0.975)) * stdev(gains) / len(gains) ** 0.5 if len(gains) > 1 else None
    )
    by_set = {}
    for name in sorted({key[0] for key in shared}):
        here = [pair for key, pair in zip(shared, both, strict=True) if key[0] == name]
        by_set[name] = {
            "seeds": len(here),
            "seconds": round(mean(mine["seconds"] for mine, _ in here), 1),
            "peer_seconds": round(mean(theirs["seconds"] for _, theirs in here), 1),
            "macro_f1": round(mean(mine["macro_f1"] for mine, _ in here), 4),
            "peer_macro_f1": round(mean(theirs["macro_f1"] for _, theirs in here), 4),
        }
    ratios = [each["peer_seconds"] / each["seconds"] for each in by_set.values()]
    times = 1.0
    for ratio in ratios:
        times *= ratio ** (1 / len(ratios))
    low = mean(gains) - half if half is not None else None
    return {
        "ours": ours,
        "peer": peer,
        "times_faster": round(times, 2),
        "wanted": wanted,
        "difference": round(mean(gains), 4),
        "low": None if low is None else round(low, 4),
        "fits": len(shared),
        "holds": times >= wanted and low is not None and low > ALLOWED,
        "by_set": by_set,
    }


def _show(pairs: list[dict[str, Any]]) -> None:
    console = Console(width=110)
    for pair in pairs:
        table = Table(title=f"{pair['ours']} beside {pair['peer']}")
        for name in ("set", "seeds", "seconds", "peer's", "times faster", "macro-F1", "peer's"):
            table.add_column(name, justify="left" if name == "set" else "right")
        for name, row in pair["by_set"].items():
            ratio = row["peer_seconds"] / row["seconds"]
            figures = (
                row["seconds"],
                row["peer_seconds"],
                f"{ratio:.1f}",
                row["macro_f1"],
                row["peer_macro_f1"],
            )
            table.add_row(name, str(row["seeds"]), *map(str, figures))
        console.print(table)
        low = "unknown" if pair["low"] is None else f"{100 * pair['low']:+.2f}"
        console.print(
            f"  {'holds' if pair['holds'] else 'does not hold'}: {pair['times_faster']} times faster "
            f"(geometric mean; wanted {pair['wanted']:g}), macro-F1 {100 * pair['difference']:+.2f} points "
            f"(lower 95 % bound {low}, wanted above {100 * ALLOWED:g}) over {pair['fits']} fits"
        )
