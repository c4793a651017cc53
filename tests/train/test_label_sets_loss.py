"""The log loss of sets of labels, whatever the confidence and the thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.metrics import log_loss

from headstart.core.predictions import Predictions
from headstart.tasks.multilabel import Multilabel
from headstart.train.label_sets_loss import label_sets_loss
from tests.contracts.label_data import LABELS, label_rows


@dataclass(frozen=True)
class Told:
    task: Any
    odds: Any

    def predict(self, rows):
        return Predictions(classes=LABELS, chosen=self.odds > 0, probabilities=expit(self.odds))


def test_it_is_that_of_the_best_temperature_and_the_best_thresholds():
    rows, rng, task = label_rows(60), np.random.default_rng(0), Multilabel(classes=LABELS)
    gold = task.gold(rows)
    odds = rng.normal(size=gold.shape) + 2.0 * gold - [1.0, 3.0, -1.0]

    def loss(told):
        moved = expit(odds / np.exp(told[0]) + told[1:])
        return np.mean([log_loss(gold[:, each], moved[:, each], labels=[0, 1]) for each in range(3)])

    best = minimize(loss, np.zeros(4), method="BFGS").fun
    same = [odds, 3.0 * odds, 0.5 * odds + [2.0, 0.0, -1.0]]
    found = [label_sets_loss(Told(task, each), rows) for each in same]
    assert found == pytest.approx([best] * 3, rel=5e-3)
    assert label_sets_loss(Told(task, rng.normal(size=gold.shape)), rows) > best


def test_a_label_that_no_row_has_says_nothing():
    rows, task = label_rows(20), Multilabel(classes=(*LABELS, "other"))
    odds = np.random.default_rng(0).normal(size=(20, 4))
    assert np.isfinite(label_sets_loss(Told(task, odds), rows))
