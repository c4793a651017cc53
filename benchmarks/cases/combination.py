"""Whether ensembles and soups of five fits gain over the best of them, on draws of several sets.

python -m benchmarks.cases.combination --data DATA          # measures what is missing, shows the tables
python -m benchmarks.cases.combination --data DATA --cases sst2:200 --draws 0
python -m benchmarks.cases.combination --summary
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.cells import Cells
from benchmarks.combination_once import BAGS, DEV_SHARE, RATES, compare
from benchmarks.combination_table import summarise
from benchmarks.common import RESULTS, keep_to
from benchmarks.subsets import draw_few

# Data set and rows a class, of which a quarter are dev rows.
TUNING = ("customer_reviews:200", "sst2:200", "tweeteval_emotion:100", "ag_news:100")
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
                "rates": RATES,
                "bags": BAGS,
                "rows_sha256": subset.sha256,
            }
            cells.get(f"{name}.{shots}.draw{draw}", settings, lambda s=subset, d=draw: compare(s, seed=d))
    summarise(cells.folder, into=RESULTS / "combination.json")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    every = (*TUNING, *CONFIRMATION)
    parser.add_argument("--data", type=Path, help="folder with the data sets in it")
    parser.add_argument("--cases", nargs="+", choices=every, default=every, help="data set:rows a class")
    parser.add_argument("--draws", nargs="+", type=int, default=(0, 1, 2, 3))
    parser.add_argument("--cores", type=int, default=2, help="cores to keep to")
    parser.add_argument("--again", action="store_true", help="measure once more what is already saved")
    parser.add_argument("--summary", action="store_true", help="measure nothing, print the tables")
    asked = parser.parse_args()
    if not asked.summary and asked.data is None:
        parser.error("--data is needed to measure anything; --summary shows what is measured")
    return asked


if __name__ == "__main__":
    main()
