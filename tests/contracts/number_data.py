"""Small data with numbers as targets, written for these tests."""

from __future__ import annotations

import numpy as np
import polars as pl

from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.tasks.regression import Regression
from tests.contracts.metric_contract import MetricContract

GOOD, BAD = ("good", "light", "film"), ("bad", "broken", "never")
FILLERS = ("the", "a", "is", "my", "was", "it", "and", "on", "with", "at")


def number_rows(rows: int, *, seed: int = 0) -> Rows:
    """Short texts whose number is that of their good words less that of their bad ones, from -3 to 3."""
    rng = np.random.default_rng(seed)
    texts, numbers = [], []
    for _ in range(rows):
        good = int(rng.integers(0, 4))
        words = [*rng.choice(GOOD, size=good), *rng.choice(BAD, size=3 - good), *rng.choice(FILLERS, size=4)]
        texts.append(" ".join(rng.permutation(words)))
        numbers.append(str(2 * good - 3 + round(float(rng.normal(scale=0.1)), 3)))
    frame = pl.DataFrame({"text": texts, "score": numbers})
    return Rows.of(frame, Columns(text=("text",), target="score"))


def number_task(rows: Rows) -> Regression:
    """The task that these rows state."""
    return Regression.infer(rows)


class NumberMetricContract(MetricContract):
    """What a metric of numbers promises."""

    def sample(self):
        rng = np.random.default_rng(0)
        gold = rng.normal(3.0, 2.0, 60)
        return gold, Predictions(values=gold + rng.normal(size=60))

    def perfect(self, gold):
        return Predictions(values=gold.copy())

    def bare(self):
        return np.array([0.0, 1.0]), Predictions()
