"""A linear model on the n-grams of a text."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart.models.ngrams import CHUNK, NgramOptions, Ngrams
from headstart.predictors.linear_text import LinearText
from tests.contracts.predictor_contract import PredictorContract
from tests.contracts.small_data import CLASSES, small_rows, small_task

OPTIONS = NgramOptions(stop_words=frozenset({"the"}), lexicon={"good": 1.0, "bad": -2.0})


def predictor_on(texts, options=OPTIONS):
    """Random weights on the n-grams of these texts."""
    ngrams = Ngrams.fit(texts, options)
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(3, ngrams.width)).astype(np.float32)
    bias = np.array([0.1, 0.2, 0.3], dtype=np.float32)
    return LinearText(classes=CLASSES, ngrams=ngrams, weight=weight, bias=bias)


class TestLinearText(PredictorContract):
    @pytest.fixture
    def rows(self):
        plain = small_rows(15)
        strange = [
            "",
            "Größe STRASSE ß",
            "日本語 テキスト",
            "🙂 ok \x00 end",
            "\u0130I\u0307",
            "line\nbreak\ttab",
        ]
        texts = [*plain.texts[:9], *strange]
        return replace(plain, frame=plain.frame.with_columns(text=pl.Series(texts)))

    @pytest.fixture
    def predictor(self, rows):
        return predictor_on(rows.texts)

    @pytest.fixture
    def task(self):
        return small_task()

    def test_features_are_the_same_from_disk(self, predictor, rows, task, tmp_path):
        config = predictor.save(tmp_path)
        reloaded = LinearText.load(tmp_path, config, task)
        texts = [*rows.texts, "a film never seen before", "GOOD bad"]
        before, after = predictor.ngrams.transform(texts), reloaded.ngrams.transform(texts)
        assert (before != after).nnz == 0
        assert after.shape == before.shape

    def test_rows_are_answered_alike_across_chunks(self, predictor, rows):
        many = rows.take(np.tile(np.arange(len(rows)), CHUNK // len(rows) + 20))
        predictions = predictor.predict(many).probabilities
        np.testing.assert_array_equal(predictions[: len(rows)], predictions[-len(rows) :])

    def test_needs_neither_torch_nor_scikit_learn_to_predict(self):
        program = (
            "import sys, headstart.predictors.linear_text; "
            "print([name for name in ('torch', 'transformers', 'sklearn') if name in sys.modules])"
        )
        found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert found.stdout.strip() == "[]"

    def test_nothing_counted_leaves_the_bias(self, rows):
        predictor = predictor_on(["", ""], NgramOptions())
        probabilities = predictor.predict(rows).probabilities
        expected = np.exp([0.1, 0.2, 0.3]) / np.exp([0.1, 0.2, 0.3]).sum()
        np.testing.assert_allclose(probabilities, np.tile(expected, (len(rows), 1)), rtol=1e-5)
