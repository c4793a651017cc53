"""Small pairs of answers of which the polite one is preferred, written for these tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from headstart import registry
from headstart.core.rows import Columns, Rows
from headstart.metrics.preference_accuracy import PreferenceAccuracy
from tests.contracts.chat_data import ChatContract

if TYPE_CHECKING:
    from headstart.core.predictions import Predictions


def preference_rows(rows: int, *, seed: int = 0) -> Rows:
    """Questions with a preferred answer and another one."""
    rng = np.random.default_rng(seed)
    things = rng.choice(["tea", "milk", "water", "juice"], size=rows)
    questions = [f"{place} {thing}?" for place, thing in enumerate(things)]
    pairs = [json.dumps([f"yes, {thing}", f"no {thing}!"]) for thing in things]
    frame = pl.DataFrame({"prompt": questions, "chosen+rejected": pairs})
    return Rows.of(frame, Columns(text=("prompt",), target="chosen+rejected"))


class PreferenceContract(ChatContract):
    """`accuracy` is the least preference accuracy on unseen rows."""

    metric = "preference_accuracy"

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        return preference_rows(rows, seed=seed)

    def make_task(self, rows: Rows) -> Any:
        return registry.load("tasks", "preference").infer(rows)

    def quality(self, predictions: Predictions, gold: Any) -> float:
        return PreferenceAccuracy().value(PreferenceAccuracy().stats(gold, predictions))

    def check_predictions(self, predictions: Predictions, task: Any, rows: int) -> None:
        super().check_predictions(predictions, task, rows)
        assert predictions.rivals is not None
        assert predictions.rivals.shape == (rows, 2)
        assert predictions.drift is not None
        assert (predictions.drift[:, 0] >= -1e-4).all()
