"""Where sets of labels and tags are wrong."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import precision_recall_fscore_support

from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.evaluation.diagnose import diagnose
from tests.contracts.tag_data import gold_of, tags_told


def test_agrees_with_scikit_learn_by_label_and_names_the_surest_errors():
    rng = np.random.default_rng(0)
    gold = (rng.random((80, 2)) < 0.4).astype(float)
    scores = np.clip(0.2 + 0.6 * gold + rng.normal(scale=0.3, size=gold.shape), 0, 1)
    frame = pl.DataFrame({"text": [f"text {row}" for row in range(80)]})
    rows = Rows.of(frame, Columns(text=("text",)))
    told = Predictions(classes=("a", "b"), chosen=scores >= 0.5, probabilities=scores)
    found = diagnose(rows, gold, told)
    expected = zip(*precision_recall_fscore_support(gold, scores >= 0.5), strict=True)
    for quality, (precision, recall, f1, count) in zip(found.classes, expected, strict=True):
        assert (quality.precision, quality.recall, quality.f1) == pytest.approx((precision, recall, f1))
        assert quality.rows == count
    assert found.confusion == ()
    sure = [each.confidence for each in found.confident_errors]
    assert sure == sorted(sure, reverse=True)
    assert len(sure) == min(50, ((gold > 0.5) != (scores >= 0.5)).sum())
    worst = found.confident_errors[0]
    assert {worst.gold, worst.predicted} in ({"a", "not a"}, {"b", "not b"})


def test_entities_are_counted_by_kind():
    gold = gold_of(["B-THING", "I-THING", "O"], ["B-ANIMAL", "B-THING"])
    told = tags_told(["B-THING", "I-THING", "O"], ["B-THING", "B-THING"])
    frame = pl.DataFrame({"text": ["a b c", "d e"]})
    animal, thing = diagnose(Rows.of(frame, Columns(text=("text",))), gold, told).classes
    assert (animal.name, animal.rows, animal.recall) == ("ANIMAL", 1, 0.0)
    assert (thing.rows, thing.precision, thing.recall) == (2, pytest.approx(2 / 3), 1.0)
