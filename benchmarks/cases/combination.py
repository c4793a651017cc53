"""Whether ensembles and soups of five fits gain over the best of them, on draws of several sets.

python -m benchmarks.cases.combination --data DATA --work WORK     # what is missing, then the tables
python -m benchmarks.cases.combination --data DATA --work WORK --cases sst2:200 --draws 0
python -m benchmarks.cases.combination --summary

What the fits say of each row is kept in WORK, so that another way to combine them needs no new fits.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.cells import Cells
from benchmarks.combination_fits import DEV_SHARE, MOST_TEST_ROWS, RATES, said
from benchmarks.combination_scores import BAGS, scores
from benchmarks.combination_table import summarise
from benchmarks.common import RESULTS, keep_to
from benchmarks.options import CellOptions
from benchmarks.subsets import draw_few

if TYPE_CHECKING:
    import argparse

    from benchmarks.subsets import Subset

# Data set and rows a class, of which a quarter are dev rows.
TUNING = ("customer_reviews:200", "tweeteval_emotion:100", "sst2:200", "ag_news:100")
CONFIRMATION = ("trec:66", "scicite:133")


def main() -> None:
    """Measure what is missing and print the tables."""
    asked = _arguments()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "combination", again=asked.again)
    for draw in () if asked.summary else asked.draws:
        for case in asked.cases:
            name, _, shots = case.partition(":")
            subset = draw_few(asked.data, name, shots=int(shots), seed=draw)
            settings = {
                "set": name,
                "kind": "tuning" if case in TUNING else "confirmation",
                "shots": int(shots),
                "draw": draw,
                "dev_share": DEV_SHARE,
                "test_rows": min(MOST_TEST_ROWS, len(subset.test)),
                "rates": RATES,
                "bags": BAGS,
                "rows_sha256": subset.sha256,
            }
            measure = _Draw(subset=subset, seed=draw, work=asked.work)
            cells.get(f"{name}.{shots}.draw{draw}", settings, measure)
    summarise(cells.folder, into=RESULTS / "combination.json")


@dataclass(frozen=True, kw_only=True)
class _Draw:
    subset: Subset
    seed: int
    work: Path

    def __call__(self) -> dict[str, Any]:
        path = self.work / f"{self.subset.name}.{self.subset.sha256[:16]}.{self.seed}.npz"
        if not path.exists():
            found = said(self.subset, seed=self.seed)
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(f".{os.getpid()}")
            with unfinished.open("wb") as file:
                np.savez_compressed(file, allow_pickle=False, **found)
            unfinished.replace(path)
        with np.load(path, allow_pickle=False) as arrays:
            return scores(dict(arrays), seed=self.seed)


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__)
    every = (*TUNING, *CONFIRMATION)
    options.add_argument("--work", type=Path, help="folder for what the fits say")
    options.several("--cases", every, told="data set:rows a class")
    options.numbers("--draws", (0, 1, 2, 3))
    return options.asked(needed=("data", "work"))


if __name__ == "__main__":
    main()
