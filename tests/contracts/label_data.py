"""Small data with any number of labels a row, and what is promised of it."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import numpy as np
import polars as pl

from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.tasks.multilabel import Multilabel
from tests.contracts.metric_contract import MetricContract
from tests.contracts.small_data import FILLERS, WORDS
from tests.contracts.strategy_contract import StrategyContract

LABELS = tuple(WORDS)


def label_rows(rows: int, *, seed: int = 0) -> Rows:
    """Short texts with two words of each of their labels."""
    rng = np.random.default_rng(seed)
    texts, sets = [], []
    for _ in range(rows):
        mine = [label for label, share in zip(LABELS, (0.5, 0.4, 0.3), strict=True) if rng.random() < share]
        words = [word for label in mine for word in rng.choice(WORDS[label], size=2)]
        words += list(rng.choice(FILLERS, size=int(rng.integers(2, 6))))
        texts.append(" ".join(rng.permutation(words)))
        sets.append(json.dumps(mine))
    frame = pl.DataFrame({"text": texts, "labels": sets})
    return Rows.of(frame, Columns(text=("text",), target="labels"))


def labels_told(probabilities: Any) -> Predictions:
    """Predictions with these probabilities, given from a half on."""
    found = np.asarray(probabilities, dtype=np.float64)
    return Predictions(classes=LABELS[: found.shape[1]], chosen=found >= 0.5, probabilities=found)


class LabelMetricContract(MetricContract):
    """What a metric of sets of labels promises."""

    def sample(self):
        rng = np.random.default_rng(0)
        gold = (rng.random((60, 3)) < 0.4).astype(np.float32)
        return gold, labels_told(np.clip(0.15 + 0.7 * gold + rng.normal(scale=0.3, size=gold.shape), 0, 1))

    def perfect(self, gold):
        return labels_told(0.98 * gold + 0.01)

    def bare(self):
        return np.eye(2), Predictions(classes=LABELS[:2])


class LabelContract(StrategyContract):
    """`accuracy` is the least micro-F1 on unseen rows."""

    metric: ClassVar[str] = "label_micro_f1"

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        return label_rows(rows, seed=seed)

    def make_task(self, rows: Rows) -> Any:
        return Multilabel(classes=LABELS)

    def quality(self, predictions: Predictions, gold: Any) -> float:
        true = gold > 0.5
        return float(2 * (true & predictions.chosen).sum() / max(1, true.sum() + predictions.chosen.sum()))

    def check_predictions(self, predictions: Predictions, task: Any, rows: int) -> None:
        assert predictions.classes == task.classes
        assert predictions.labels is None
        assert predictions.probabilities.shape == (rows, len(task.classes))
        assert ((predictions.probabilities >= 0) & (predictions.probabilities <= 1)).all()
        np.testing.assert_array_equal(predictions.chosen, predictions.probabilities >= 0.5)
