"""What a quarter of the rows says of all of them: coverage and interval score of the forecast.

python -m benchmarks.cases.learning_curve --data DATA                  # all that is missing, then the table
python -m benchmarks.cases.learning_curve --data DATA --sets trec --strategies tfidf --seeds 0
python -m benchmarks.cases.learning_curve --summary
python -m benchmarks.cases.learning_curve --fit-prior                  # prints the prior that fits best
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, keep_to
from benchmarks.learning_curve_fits import MOST_PROBED, SIZES, Pool, cases_of
from benchmarks.learning_curve_prior import fit_prior
from benchmarks.learning_curve_table import CONFIRMED, TUNED, summarise
from benchmarks.options import CellOptions

if TYPE_CHECKING:
    import argparse

STRATEGIES = ("tfidf_words", "probe", "tfidf")
# Training takes minutes a case, so that there are few of them.
TRAINED = {("sst2", "full"), ("trec", "full"), ("scicite", "partial"), ("tweeteval_emotion", "partial")}
TRAINED_SIZE = SIZES[0]


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "learning_curve", again=asked.again)
    for name in () if asked.summary or asked.fit_prior else asked.sets:
        for seed in asked.seeds:
            pool = Pool.read(asked.data, name, seed=seed, work=asked.work)
            for strategy in asked.strategies:
                _measure(cells, pool, strategy, seed)
    if asked.fit_prior:
        fit_prior(cells.folder)
        return
    if not asked.no_summary:
        summarise(cells.folder, into=RESULTS / "learning_curve.json")


def _measure(cells: Cells, pool: Pool, strategy: str, seed: int) -> None:
    if strategy in STRATEGIES:
        sizes = pool.sizes(most=MOST_PROBED if strategy == "probe" else SIZES[-1])
    else:
        sizes = (TRAINED_SIZE,) if (pool.name, strategy) in TRAINED and not seed else ()
    if not sizes or (strategy == "probe" and pool.long):
        return
    settings = {"set": pool.name, "strategy": strategy, "seed": seed, "sizes": sizes, "rows": len(pool.rows)}
    cells.get(
        f"{pool.name}.{strategy}.seed{seed}",
        settings,
        lambda: cases_of(pool, strategy, sizes=sizes, seed=seed),
    )


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__)
    every = (*STRATEGIES, *sorted({strategy for _, strategy in TRAINED}))
    options.add_argument("--work", type=Path, default=Path("work"), help="folder that keeps features")
    options.several("--sets", (*TUNED, *CONFIRMED))
    options.several("--strategies", every)
    options.numbers("--seeds", (0, 1, 2))
    options.add_argument("--no-summary", action="store_true", help="measure, and print no table")
    options.add_argument("--fit-prior", action="store_true", help="measure nothing, fit the prior")
    return options.asked(instead=("summary", "fit_prior"))


if __name__ == "__main__":
    main()
