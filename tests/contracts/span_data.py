"""Small data whose answers are stretches of a text, and what is promised of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import polars as pl

from headstart.core.answer_match import word_f1
from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.tasks.question_answering import QuestionAnswering
from tests.contracts.metric_contract import MetricContract
from tests.contracts.small_data import FILLERS
from tests.contracts.strategy_contract import StrategyContract

if TYPE_CHECKING:
    from collections.abc import Sequence

THINGS = ("cat", "screen", "red light", "invoice")
QUESTIONS = ("what was it?", "what is broken?", "my film was on what?")
COLUMNS = Columns(text=("question", "context"), target="answers", group="context")


def span_rows(rows: int, *, seed: int = 0, unanswerable: bool = True) -> Rows:
    """Short texts that name one thing, which is what every question asks for; every fifth names none."""
    rng = np.random.default_rng(seed)
    questions, contexts, answers = [], [], []
    for place in range(rows):
        before, after = (list(rng.choice(FILLERS, size=int(rng.integers(1, 5)))) for _ in range(2))
        thing = [] if unanswerable and place % 5 == 4 else [str(rng.choice(THINGS))]
        questions.append(str(rng.choice(QUESTIONS)))
        contexts.append(" ".join([*before, *thing, *after]))
        answers.append(json.dumps([[len(" ".join([*before, ""])), each] for each in thing]))
    frame = pl.DataFrame({"question": questions, "context": contexts, "answers": answers})
    return Rows.of(frame, COLUMNS)


def gold_of(*rows: Sequence[str]) -> Any:
    """Gold of these right answers."""
    found = np.empty(len(rows), dtype=object)
    for place, right in enumerate(rows):
        found[place] = tuple(right)
    return found


def spans_told(*texts: str) -> Predictions:
    """Predictions of these answers."""
    spans = [[0, len(each)] if each else [-1, -1] for each in texts]
    return Predictions(texts=texts, spans=np.array(spans, dtype=np.int64).reshape(-1, 2))


class SpanMetricContract(MetricContract):
    """What a metric of answers promises."""

    def sample(self):
        rng = np.random.default_rng(0)
        right = [tuple(rng.choice(THINGS, size=int(rng.integers(0, 3)))) for _ in range(60)]
        given = [
            str(rng.choice(each)) if each and rng.random() < 0.6 else str(rng.choice(THINGS))
            for each in right
        ]
        return gold_of(*right), spans_told(*given)

    def perfect(self, gold):
        return spans_told(*[next(iter(each), "") for each in gold])

    def bare(self):
        return gold_of(["cat"], []), Predictions()


class SpanContract(StrategyContract):
    """`accuracy` is the least mean F1 of the words of answers to unseen questions."""

    metric: ClassVar[str] = "answer_f1"

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        return span_rows(rows, seed=seed)

    def make_task(self, rows: Rows) -> Any:
        return QuestionAnswering(unanswerable=True)

    def quality(self, predictions: Predictions, gold: Any) -> float:
        pairs = zip(predictions.texts, gold, strict=True)
        return float(np.mean([word_f1(given, right) for given, right in pairs]))

    def check_predictions(self, predictions: Predictions, task: Any, rows: int) -> None:
        assert predictions.classes == ()
        assert len(predictions.texts) == len(predictions.spans) == rows
        for text, (start, end) in zip(predictions.texts, predictions.spans, strict=True):
            assert len(text) == end - start
            assert (start < 0) == (text == "")
        if predictions.confidence is not None:
            assert ((predictions.confidence >= 0) & (predictions.confidence <= 1)).all()
