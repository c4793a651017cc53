"""Whether the mean of the weights of a refit and of its folds' fits is better than the refit alone.

python -m benchmarks.cases.mean_of_fits --data DATA                     # what is missing, then the table
python -m benchmarks.cases.mean_of_fits --data DATA --sets sst2 --draws 0 --strategies full
python -m benchmarks.cases.mean_of_fits --summary

Rows to learn from and rows to score on are both drawn from the training files.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import f1_score

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, keep_to
from benchmarks.fit_within import last_checkpoint
from benchmarks.mean_of_fits_table import FOLDS_MEAN, MEAN, REFIT, REFITS_MEAN, summarise
from benchmarks.options import CellOptions
from benchmarks.subsets import draw_within

if TYPE_CHECKING:
    import argparse

    from benchmarks.subsets import Subset

# Sets whose training files defaults may be tuned on.
SETS = ("sst2", "customer_reviews", "tweeteval_emotion", "banking77")
STRATEGIES = ("full", "lora")
ROWS, HELD_OUT = "2000 rows", 4000
FOLDS, REFITS = 5, 3


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "mean_of_fits", again=asked.again)
    for draw in () if asked.summary else asked.draws:
        for name in asked.sets:
            subset = draw_within(asked.data, name, size=ROWS, seed=draw, held_out=HELD_OUT)
            for strategy in asked.strategies:
                settings = {
                    "set": name,
                    "strategy": strategy,
                    "draw": draw,
                    "rows": ROWS,
                    "folds": FOLDS,
                    "refits": REFITS,
                    "rows_sha256": subset.sha256,
                }
                measure = _Draw(subset=subset, strategy=strategy, draw=draw)
                cells.get(f"{name}.{strategy}.draw{draw}", settings, measure)
    summarise(cells.folder, into=RESULTS / "mean_of_fits.json")


@dataclass(frozen=True, kw_only=True)
class _Draw:
    subset: Subset
    strategy: str
    draw: int

    def __call__(self) -> dict[str, Any]:
        train = self.subset.train.rows()
        refits = [self._model(train, seed=seed) for seed in range(REFITS)]
        order = np.random.default_rng(self.draw).permutation(len(train))
        folds = [
            self._model(train.take(np.sort(np.delete(order, np.s_[fold::FOLDS]))), seed=REFITS + fold)
            for fold in range(FOLDS)
        ]
        return {
            REFIT: float(np.mean([self._score(each) for each in refits])),
            MEAN: float(np.mean([self._score(_mean([each, *folds])) for each in refits])),
            FOLDS_MEAN: self._score(_mean(folds)),
            REFITS_MEAN: self._score(_mean(refits)),
            "refits": [self._score(each) for each in refits],
            "folds": [self._score(each) for each in folds],
        }

    def _model(self, rows: Any, *, seed: int) -> Any:
        return copy.deepcopy(last_checkpoint(rows, self.strategy, {}, seed=seed).model)

    def _score(self, model: Any) -> float:
        held_out = self.subset.test.rows()
        gold = model.task.gold(held_out)
        return float(f1_score(gold, model.predict(held_out).labels, average="macro"))


def _mean(models: list[Any]) -> Any:
    from headstart import registry

    return registry.build("combine", "soup", {}).build(models, [1.0 / len(models)] * len(models))


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__)
    options.several("--sets", SETS)
    options.several("--strategies", STRATEGIES)
    options.numbers("--draws", (0, 1))
    return options.asked()


if __name__ == "__main__":
    main()
