"""The table of `instruction_tuning`: tokens a second, how many times the peer's, and the losses of both."""

from __future__ import annotations

import json
from statistics import mean
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.common import command, machine, save, today

if TYPE_CHECKING:
    from pathlib import Path

WANTED, WANTED_SAVING = 1.5, 0.3
# Nats a token; a mean that is no further above the peer's counts as equal.
NOISE = 0.03


def summarise(folder: Path, *, into: Path) -> None:
    """Compare the tunings that both systems have measured, print the table and save it."""
    cells: dict[tuple[Any, ...], dict[str, dict[str, Any]]] = {}
    for path in sorted(folder.glob("*.json")):
        saved = json.loads(path.read_text())
        told = saved["settings"]
        kind = (told["base"], told["strategy"], told["precision"], told["rows"], told["epochs"])
        key = (*kind, told["tokens_a_step"], told.get("device", "cpu"), told["seed"])
        cells.setdefault(key, {})[told["system"]] = saved["result"]
    both = {key: each for key, each in cells.items() if len(each) == 2}
    kinds = sorted({key[:-1] for key in both}, key=str)
    rows = [_row(kind, [each for key, each in both.items() if key[:-1] == kind]) for kind in kinds]
    save(into, {"command": command(), "date": today(), "machine": machine(), "tunings": rows})
    _show(rows)


def _row(kind: tuple[Any, ...], pairs: list[dict[str, dict[str, Any]]]) -> dict[str, Any]:
    base, strategy, precision, rows, epochs, tokens_a_step, device = kind
    ours, theirs = ([each[name] for each in pairs] for name in ("headstart", "trl"))
    speed, peer = (mean(each["tokens_a_second"] for each in side) for side in (ours, theirs))
    loss, peer_loss = (mean(each["test_loss"] for each in side) for side in (ours, theirs))
    held, fits = _memory(ours, theirs)
    return {
        "base": base,
        "strategy": strategy,
        "precision": precision,
        "rows": rows,
        "epochs": epochs,
        "tokens_a_step": tokens_a_step,
        "device": device,
        "seeds": len(pairs),
        "tokens_a_second": round(speed),
        "peer_tokens_a_second": round(peer),
        "times": round(speed / peer, 2),
        "warm_times": _warm_times(ours, theirs),
        "test_loss": round(loss, 4),
        "peer_test_loss": round(peer_loss, 4),
        **held,
        "holds": speed / peer >= WANTED and loss - peer_loss <= NOISE and fits,
    }


def _warm_times(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> float | None:
    """How many times the peer's speed after the first step, where that was noted."""
    if not all("warm_tokens_a_second" in each for each in (*ours, *theirs)):
        return None
    speed, peer = (mean(each["warm_tokens_a_second"] for each in side) for side in (ours, theirs))
    return round(speed / peer, 2)


def _memory(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> tuple[dict[str, float | None], bool]:
    """Peaks of the GPU's memory in GiB and the share that is saved, and whether that is as wanted."""
    if not all("peak_bytes" in each for each in (*ours, *theirs)):
        return {"peak_gib": None, "peer_peak_gib": None, "memory_saved": None}, True
    peak, peer = (mean(each["peak_bytes"] for each in side) / 2**30 for side in (ours, theirs))
    saved = 1.0 - peak / peer
    told = {"peak_gib": round(peak, 2), "peer_peak_gib": round(peer, 2), "memory_saved": round(saved, 3)}
    return told, saved >= WANTED_SAVING


def _show(rows: list[dict[str, Any]]) -> None:
    table = Table(
        title=f"Instruction tuning beside TRL (wanted: {WANTED:g} times, equal loss; "
        f"on a GPU {WANTED_SAVING:.0%} less memory)"
    )
    names = (
        "base",
        "strategy",
        "precision",
        "seeds",
        "tokens/s",
        "TRL's",
        "times",
        "warm",
        "loss",
        "TRL's loss",
        "GiB",
        "TRL's GiB",
        "holds",
    )
    for name in names:
        table.add_column(name)
    for row in rows:
        told = [row[key] for key in ("base", "strategy", "precision", "seeds", "tokens_a_second")]
        told += [row[key] for key in ("peer_tokens_a_second", "times")]
        told += ["" if row["warm_times"] is None else row["warm_times"]]
        told += [row[key] for key in ("test_loss", "peer_test_loss")]
        told += ["" if row[key] is None else row[key] for key in ("peak_gib", "peer_peak_gib")]
        table.add_row(*map(str, told), "yes" if row["holds"] else "no")
    Console(width=140).print(table)
