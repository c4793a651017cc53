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

WANTED = 1.5
# Nats a token; a mean that is no further above the peer's counts as equal.
NOISE = 0.03


def summarise(folder: Path, *, into: Path) -> None:
    """Compare the tunings that both systems have measured, print the table and save it."""
    cells: dict[tuple[Any, ...], dict[str, dict[str, Any]]] = {}
    for path in sorted(folder.glob("*.json")):
        saved = json.loads(path.read_text())
        told = saved["settings"]
        key = (told["base"], told["strategy"], told["precision"], told["rows"], told["epochs"], told["seed"])
        cells.setdefault(key, {})[told["system"]] = saved["result"]
    both = {key: each for key, each in cells.items() if len(each) == 2}
    kinds = sorted({key[:-1] for key in both}, key=str)
    rows = [_row(kind, [each for key, each in both.items() if key[:-1] == kind]) for kind in kinds]
    save(into, {"command": command(), "date": today(), "machine": machine(), "tunings": rows})
    _show(rows)


def _row(kind: tuple[Any, ...], pairs: list[dict[str, dict[str, Any]]]) -> dict[str, Any]:
    base, strategy, precision, rows, epochs = kind
    ours, theirs = ([each[name] for each in pairs] for name in ("headstart", "trl"))
    speed, peer = (mean(each["tokens_a_second"] for each in side) for side in (ours, theirs))
    loss, peer_loss = (mean(each["test_loss"] for each in side) for side in (ours, theirs))
    return {
        "base": base,
        "strategy": strategy,
        "precision": precision,
        "rows": rows,
        "epochs": epochs,
        "seeds": len(pairs),
        "tokens_a_second": round(speed),
        "peer_tokens_a_second": round(peer),
        "times": round(speed / peer, 2),
        "test_loss": round(loss, 4),
        "peer_test_loss": round(peer_loss, 4),
        "holds": speed / peer >= WANTED and loss - peer_loss <= NOISE,
    }


def _show(rows: list[dict[str, Any]]) -> None:
    table = Table(title=f"Instruction tuning beside TRL (wanted: {WANTED:g} times, equal loss)")
    names = (
        "base",
        "strategy",
        "precision",
        "seeds",
        "tokens/s",
        "TRL's",
        "times",
        "loss",
        "TRL's loss",
        "holds",
    )
    for name in names:
        table.add_column(name)
    for row in rows:
        told = [row[key] for key in ("base", "strategy", "precision", "seeds", "tokens_a_second")]
        told += [row[key] for key in ("peer_tokens_a_second", "times", "test_loss", "peer_test_loss")]
        table.add_row(*map(str, told), "yes" if row["holds"] else "no")
    Console(width=120).print(table)
