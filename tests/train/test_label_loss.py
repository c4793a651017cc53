"""The log loss of labels, whatever the confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss

from headstart.core.predictions import Predictions
from headstart.train.label_loss import label_loss
from tests.contracts.small_data import CLASSES, small_rows, small_task


@dataclass(frozen=True)
class Told:
    task: Any
    logits: Any

    def predict(self, rows):
        powers = np.exp(self.logits)
        return Predictions(classes=CLASSES, probabilities=powers / powers.sum(axis=1, keepdims=True))


def test_it_is_that_of_the_best_temperature_and_confidence_does_not_matter():
    rows, rng = small_rows(60), np.random.default_rng(0)
    gold = small_task().gold(rows)
    logits = rng.normal(size=(60, 3)) + 1.5 * np.eye(3)[gold]

    def loss(temperature):
        powers = np.exp(logits / temperature)
        return log_loss(gold, powers / powers.sum(axis=1, keepdims=True))

    best = minimize_scalar(loss, bounds=(0.1, 10.0), method="bounded").fun
    found = [label_loss(Told(small_task(), scale * logits), rows) for scale in (0.5, 1.0, 3.0)]
    assert found == pytest.approx([best] * 3, rel=2e-3)
