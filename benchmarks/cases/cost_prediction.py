"""Predicted beside actual seconds and memory of fits, after one run that calibrates the predictions.

python -m benchmarks.cases.cost_prediction --data DATA            # measures what is missing, shows the table
python -m benchmarks.cases.cost_prediction --data DATA --cases sst2:16 ag_news:16
python -m benchmarks.cases.cost_prediction --summary
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, ROOT, keep_to
from benchmarks.cost_table import summarise
from benchmarks.headstart_run import first_fits
from benchmarks.options import CellOptions
from benchmarks.subsets import Subset, Texts, draw, draw_few

if TYPE_CHECKING:
    import argparse

# Rows a class where the number is small, training rows in all where it is large.
CALIBRATION = "tweeteval_emotion:500"
CASES = (
    *("sst2:16", "ag_news:16", "customer_reviews:64", "sst2:500", "banking77:16", "ag_news:500"),
    *("sst2:2000", "tweeteval_emotion:2000", "ag_news:64", "customer_reviews:2000", "tweeteval_emotion:64"),
)
# Enough for every strategy on the largest set, and an end for the search that comes after them.
WITHIN = "5m"
MOST_SHOTS, DRAW, TEST_ROWS = 64, 0, 400


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "cost_prediction", again=asked.again)
    for case in () if asked.summary else (CALIBRATION, *asked.cases):
        subset = _rows(asked.data, case)
        settings = {
            "case": case,
            "rows_sha256": subset.sha256,
            "calibrated_on": CALIBRATION,
            "within": WITHIN,
        }
        cells.get(case.replace(":", "."), settings, partial(_measure, subset, case, asked.work))
    summarise(cells.folder, into=RESULTS / "cost_prediction.json", calibration=CALIBRATION)


def _measure(subset: Subset, case: str, work: Path) -> dict[str, Any]:
    """The first fits of one run, predicted from the calibration run alone: no other is known."""
    place = work / case.replace(":", ".")
    shutil.rmtree(place, ignore_errors=True)
    train, test = subset.write(place / "rows")
    kept = work / "calibrated"
    if case != CALIBRATION:
        if not kept.exists():
            raise SystemExit(f"{kept} is missing; measure {CALIBRATION} again with --again --cases")
        shutil.copytree(kept, place / "cache")
    options = ["--target", "label", "--test", str(test), "--metric", "macro_f1", "--within", WITHIN]
    trials = first_fits(train, out=place / "run", options=options, cache=place / "cache")
    if case == CALIBRATION:
        # The history and the machine's rates; kept features would make later fits cheaper than they are.
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(place / "cache", kept, ignore=shutil.ignore_patterns("features", "looks"))
    return {"train_rows": len(subset.train), "trials": trials}


def _rows(data: Path, case: str) -> Subset:
    name, _, size = case.partition(":")
    if int(size) <= MOST_SHOTS:
        drawn = draw_few(data, name, shots=int(size), seed=DRAW)
        return Subset(name=name, train=drawn.train, test=_some(drawn.test, TEST_ROWS))
    drawn = draw(data, name)
    return Subset(name=name, train=_some(drawn.train, int(size)), test=_some(drawn.test, TEST_ROWS))


def _some(part: Texts, rows: int) -> Texts:
    return part if len(part) <= rows else part.halves(rows / len(part))[1]


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__)
    options.add_argument(
        "--work", type=Path, default=ROOT / "runs" / "cost_prediction", help="where rows, runs and caches go"
    )
    options.add_argument("--cases", nargs="*", choices=CASES, default=CASES, help="data set:rows")
    return options.asked()


if __name__ == "__main__":
    main()
