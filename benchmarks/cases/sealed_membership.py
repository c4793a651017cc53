"""How many sealed rows stay sealed when a file grows, without and with the record of the earlier run.

python -m benchmarks.cases.sealed_membership
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.common import RESULTS, command, machine, save, today
from benchmarks.options import Options
from headstart.data.clusters import Clusters
from headstart.data.earlier import Earlier
from headstart.data.options import DataOptions
from headstart.data.split import Shares, split_rows

if TYPE_CHECKING:
    from jaxtyping import Bool, Int, UInt
    from numpy import ndarray

ROWS, TIMES, DRAWS = (300, 600, 1500, 6000), (1.1, 1.5, 2.0, 5.0), 20
SHARES = (0.5, 0.3, 0.15, 0.05)


def main() -> None:
    """Splits files before and after they grew, prints the table and saves it."""
    options = Options(__doc__)
    options.add_argument("--draws", type=int, default=DRAWS)
    draws = options.parse_args().draws
    found = [_measured(rows, times, draws) for rows in ROWS for times in TIMES]
    told = {"command": command(), "date": today(), "machine": machine(), "draws": draws}
    save(RESULTS / "sealed_membership.json", {**told, "cases": found})
    table = Table(
        "rows", "grown to", "sealed then", "still sealed", "sealed now, trained on then", "still, with record"
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
        file = _File.drawn(grown, seed=draw)
        then = np.zeros(grown, dtype=bool)
        then[:rows] = file.sealed(rows)
        trained = ~then & (np.arange(grown) < rows)
        now = file.sealed(grown)
        again = file.sealed(grown, Earlier(sealed=then, seen=trained, itself=then))
        kept.append((now & then).sum() / then.sum())
        known.append((now & trained).sum() / now.sum())
        recorded.append((again & then).sum() / then.sum())
        sealed.append(int(then.sum()))
        if (again & trained).any():
            raise SystemExit("with the record, a row that the earlier run had trained on was sealed")
    shares = {"kept": kept, "known": known, "kept_with_record": recorded}
    return {
        "rows": rows,
        "grown": grown,
        "sealed": round(mean(sealed)),
        **{name: round(float(np.mean(values)), 3) for name, values in shares.items()},
    }


@dataclass(frozen=True, kw_only=True, eq=False)
class _File:
    """Rows without duplicates, by the hash of their text and by class."""

    keys: UInt[ndarray, " rows"]
    labels: Int[ndarray, " rows"]

    @classmethod
    def drawn(cls, rows: int, *, seed: int) -> _File:
        rng = np.random.default_rng(seed)
        keys = rng.integers(0, 2**63, size=rows, dtype=np.uint64)
        return cls(keys=keys, labels=rng.choice(len(SHARES), size=rows, p=SHARES))

    def sealed(self, rows: int, earlier: Earlier | None = None) -> Bool[ndarray, " rows"]:
        """Which of the first rows are sealed."""
        keys = self.keys[:rows]
        order = np.arange(rows)
        clusters = Clusters(of=order, texts=order, keys=keys, hashes=keys, near=0)
        options = DataOptions()
        shares = Shares(test=options.share_of(rows), dev=options.dev_share, seed=0)
        return split_rows(clusters, self.labels[:rows], shares, earlier=earlier)[0]


if __name__ == "__main__":
    main()
