"""Small conversations whose answers can be learnt, written for these tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from headstart import registry
from headstart.core.rows import Columns, Rows
from tests.contracts.from_decoder import FromDecoder
from tests.contracts.strategy_contract import StrategyContract

if TYPE_CHECKING:
    from headstart.core.predictions import Predictions

COLOURS = {"sky": "blue", "grass": "green", "snow": "white", "coal": "black"}
CHATML = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '</s>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def chat_rows(rows: int, *, seed: int = 0) -> Rows:
    """Questions for the colour of a thing, no two alike, and their answers."""
    rng = np.random.default_rng(seed)
    things = rng.choice(list(COLOURS), size=rows)
    questions = [f"{place} {thing}?" for place, thing in enumerate(things)]
    frame = pl.DataFrame({"prompt": questions, "completion": [COLOURS[each] for each in things]})
    return Rows.of(frame, Columns(text=("prompt",), target="completion"))


class ChatContract(FromDecoder, StrategyContract):
    """What a strategy owes where answers are written; `accuracy` is the share right to the letter."""

    metric = "answer_loss"
    train_rows, dev_rows = 64, 8

    @pytest.fixture
    def unseen(self):
        return self.make_rows(12, seed=3)

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        return chat_rows(rows, seed=seed)

    def make_task(self, rows: Rows) -> Any:
        return registry.load("tasks", "chat").infer(rows)

    def quality(self, predictions: Predictions, gold: Any) -> float:
        told = zip(predictions.texts or (), gold, strict=True)
        return float(np.mean([text == each.texts[0] for text, each in told]))

    def check_predictions(self, predictions: Predictions, task: Any, rows: int) -> None:
        assert predictions.texts is not None
        assert len(predictions.texts) == rows
        assert predictions.likelihoods is not None
        assert predictions.likelihoods.shape == (rows, 2)
        assert (predictions.likelihoods[:, 1] > 0).all()

    def test_it_predicts_rows_without_a_target_and_no_rows(self, start, split, context, unseen):
        model = self.adapted(start, split, context)[-1].model
        columns = replace(unseen.columns, target=None)
        blind = replace(unseen, columns=columns, frame=unseen.frame.select(unseen.columns.text))
        told = model.predict(blind)
        assert told.texts == model.predict(unseen).texts
        assert told.likelihoods is None
        assert len(model.predict(unseen.take([]))) == 0

    def muddled(self, dev: Rows) -> Any:
        return dev.frame[dev.columns.target].sort(descending=True)
