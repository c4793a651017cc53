"""Small data with texts as targets, written for these tests, and what is promised of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import polars as pl
import pytest

from headstart import registry
from headstart.core.model import Model
from headstart.core.predictions import Predictions
from headstart.core.references import References, as_gold
from headstart.core.rows import Columns, Rows
from headstart.models.describe import describe
from headstart.tasks.text_to_text import TextToText
from tests.contracts.metric_contract import MetricContract
from tests.contracts.strategy_contract import StrategyContract

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.split import Split

# Sentences whose words are all known to the tiny models, and the words that stand for them.
SAID = {
    "the": "the", "a": "a", "my": "my", "film": "screen", "screen": "film", "was": "is", "is": "was",
    "good": "bad", "bad": "good", "light": "red", "red": "light", "broken": "paid", "paid": "broken",
}  # fmt: skip
MIXED = "Das ist, was wir (heute) sehen: ein altes Haus am See. It's 3.5 km - or 2,000 m!"
SUBJECTS, STATES = ("film", "screen", "light"), ("good", "bad", "broken", "paid", "red")


def text_rows(rows: int, *, seed: int = 0, references: int = 1) -> Rows:
    """Short sentences, each word of which stands for another one, the same throughout."""
    rng = np.random.default_rng(seed)
    sources, targets = [], []
    for _ in range(rows):
        kinds = (("the", "a", "my"), SUBJECTS, ("was", "is"), STATES)
        words = [str(rng.choice(each)) for each in kinds]
        sources.append(" ".join(words))
        told = " ".join(SAID[each] for each in words)
        more = [f"{told} {each}" for each in ("again", "never")[: references - 1]]
        targets.append(json.dumps([told, *more]))
    frame = pl.DataFrame({"source": sources, "target": targets})
    return Rows.of(frame, Columns(text=("source",), target="target"))


def gold_of(*references: tuple[str, ...]) -> np.ndarray:
    """Gold of rows with these references."""
    return as_gold(References(texts=each) for each in references)


def texts_told(*texts: str) -> Predictions:
    """Predictions with these texts."""
    return Predictions(texts=texts)


def sentences(rows: int = 60, *, seed: int = 0) -> tuple[np.ndarray, Predictions]:
    """References of one to three sentences a row, and texts that share most words with one of them."""
    rng = np.random.default_rng(seed)
    words = np.array(MIXED.split())
    gold, texts = [], []
    for _ in range(rows):
        mine = [rng.choice(words, size=int(rng.integers(4, 14))) for _ in range(int(rng.integers(1, 4)))]
        said = mine[0].copy()
        changed = rng.random(len(said)) < 0.3
        said[changed] = rng.choice(words, size=int(changed.sum()))
        if rng.random() < 0.3:
            said = np.roll(said, 2)
        gold.append(References(texts=tuple(" ".join(each) for each in mine)))
        texts.append(" ".join(said[: len(said) - int(rng.integers(0, 3))]))
    return as_gold(gold), Predictions(texts=tuple(texts))


class TextMetricContract(MetricContract):
    """What a metric of texts promises."""

    def sample(self):
        return sentences()

    def perfect(self, gold):
        return Predictions(texts=tuple(each.texts[0] for each in gold))

    def bare(self):
        return gold_of(("a",), ("b",)), Predictions()

    def test_an_empty_text_is_the_worst_there_is(self, metric):
        gold, predictions = self.sample()
        empty = self.measure(metric, gold, Predictions(texts=("",) * len(gold)))
        said = self.measure(metric, gold, predictions)
        assert np.isfinite(empty)
        assert empty < said if metric.greater_is_better else empty > said


class TextContract(StrategyContract):
    """`accuracy` is the least chrF on unseen rows."""

    metric: ClassVar[str] = "chrf"

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        return text_rows(rows, seed=seed)

    def make_task(self, rows: Rows) -> Any:
        return TextToText()

    def quality(self, predictions: Predictions, gold: Any) -> float:
        metric = registry.build("metrics", "chrf", {})
        return float(metric.value(metric.stats(gold, predictions)))

    def check_predictions(self, predictions: Predictions, task: Any, rows: int) -> None:
        assert predictions.classes == ()
        assert predictions.labels is None
        assert len(predictions.texts) == rows
        assert all(isinstance(each, str) for each in predictions.texts)

    @pytest.fixture
    def start(self, split: Split, tiny_t5: Path) -> Model:
        needs_base = registry.load("strategies", self.name).needs_base
        return Model(task=split.task, predictor=None, base=describe(str(tiny_t5)) if needs_base else None)
