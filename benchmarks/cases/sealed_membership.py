"""How many sealed rows stay sealed when a file grows, without and with the record of the earlier run.

python -m benchmarks.cases.sealed_membership
"""

from __future__ import annotations

import argparse
from statistics import mean
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from benchmarks.common import RESULTS, command, machine, save, today
from headstart.data.dataset import load_dataset
from headstart.data.options import DataOptions
from headstart.data.sealed import Sealed, text_hashes

if TYPE_CHECKING:
    from headstart.core.split import Dataset

ROWS, TIMES, DRAWS = (300, 600, 1500, 4000), (1.1, 1.5, 2.0, 4.0), 3
CLASSES, SHARES = ("a", "b", "c", "d"), (0.5, 0.3, 0.15, 0.05)


def main() -> None:
    """Splits files before and after they grew, prints the table and saves it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--draws", type=int, default=DRAWS)
    draws = parser.parse_args().draws
    found = [_measured(rows, times, draws) for rows in ROWS for times in TIMES]
    told = {"command": command(), "date": today(), "machine": machine(), "draws": draws}
    save(RESULTS / "sealed_membership.json", {**told, "cases": found})
    table = Table(
        "rows", "grown to", "sealed then", "still sealed", "sealed now that was trained on", "with it"
    )
    for each in found:
        table.add_row(
            *(f"{each[name]:,}" for name in ("rows", "grown", "sealed")),
            *(f"{each[name]:.0%}" for name in ("kept", "known", "kept_with_record")),
        )
    Console(width=110).print(table)


def _measured(rows: int, times: float, draws: int) -> dict[str, float]:
    grown, kept, known, recorded, sealed = round(rows * times), [], [], [], []
    for draw in range(draws):
        frame = _drawn(grown, seed=draw)
        before, after = _split(frame[:rows]), _split(frame)
        record = Sealed.of("classification", test=before.test, seen=before.split.train + before.split.dev)
        again = _split(frame, record)
        now, then = text_hashes(after.test), record.test
        kept.append(np.isin(then, now).mean())
        known.append(np.isin(now, record.seen).mean())
        recorded.append(np.isin(then, text_hashes(again.test)).mean())
        sealed.append(len(then))
        if np.isin(text_hashes(again.test), record.seen).any():
            raise SystemExit("with the record, a row that the earlier run had trained on was sealed")
    shares = {"kept": kept, "known": known, "kept_with_record": recorded}
    return {
        "rows": rows,
        "grown": grown,
        "sealed": round(mean(sealed)),
        **{name: round(float(mean(values)), 3) for name, values in shares.items()},
    }


def _split(frame: pl.DataFrame, record: Sealed | None = None) -> Dataset:
    return load_dataset(frame, DataOptions(target="label", sealed=record), task_name=None, task_settings={})


def _drawn(rows: int, *, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    texts = [" ".join(f"w{word}" for word in rng.integers(0, 5000, size=12)) for _ in range(rows)]
    return pl.DataFrame({"text": texts, "label": rng.choice(CLASSES, size=rows, p=SHARES)})


if __name__ == "__main__":
    main()
