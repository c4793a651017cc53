"""Where a model errs."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.evaluation.diagnose import ERRORS_KEPT, diagnose

CLASSES = ("ham", "spam", "rare")


def sample(rows=200, seed=0):
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, 3, rows)
    logits = rng.normal(size=(rows, 3)) + 1.2 * np.eye(3)[gold]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    frame = pl.DataFrame({"text": [f"text {row}" for row in range(rows)]})
    table = Rows.of(frame, Columns(text=("text",))).take(np.arange(rows))
    predictions = Predictions(
        classes=CLASSES, labels=probabilities.argmax(axis=1), probabilities=probabilities
    )
    return table, gold, predictions


def test_agrees_with_scikit_learn_by_class():
    rows, gold, predictions = sample()
    found = diagnose(rows, gold, predictions)
    assert found.confusion == tuple(map(tuple, confusion_matrix(gold, predictions.labels).tolist()))
    expected = zip(*precision_recall_fscore_support(gold, predictions.labels), strict=True)
    for quality, (precision, recall, f1, count) in zip(found.classes, expected, strict=True):
        assert (quality.precision, quality.recall, quality.f1) == pytest.approx((precision, recall, f1))
        assert quality.rows == count


def test_abstentions_are_counted_and_miss_their_class():
    rows, gold, predictions = sample()
    silent = np.where(np.arange(200) < 50, -1, predictions.labels)
    found = diagnose(
        rows, gold, Predictions(classes=CLASSES, labels=silent, probabilities=predictions.probabilities)
    )
    assert found.abstained == 50
    assert sum(map(sum, found.confusion)) == 150
    right = ((silent == gold) & (gold == 0)).sum()
    assert found.classes[0].recall == pytest.approx(right / (gold == 0).sum())
    assert found.classes[0].rows == (gold == 0).sum()
    assert all(error.number > 50 for error in found.confident_errors)


def test_a_class_without_rows_or_predictions_is_nought():
    rows, _, _ = sample(rows=2)
    found = diagnose(rows, np.array([0, 1]), Predictions(classes=CLASSES, labels=np.array([0, 1])))
    assert (found.classes[2].rows, found.classes[2].f1) == (0, 0.0)


def test_calibration_bins_go_from_least_to_most_confident_and_hold_all_rows():
    rows, gold, predictions = sample(rows=1000)
    bins = diagnose(rows, gold, predictions).calibration
    confidences = [each.confidence for each in bins]
    assert confidences == sorted(confidences)
    assert sum(each.rows for each in bins) == 1000
    right = sum(each.rows * each.accuracy for each in bins)
    assert right == pytest.approx((predictions.labels == gold).sum())


def test_confident_errors_come_worst_first_with_row_and_text():
    rows, gold, predictions = sample(rows=600)
    errors = diagnose(rows, gold, predictions).confident_errors
    gaps = [error.confidence - error.gold_probability for error in errors]
    assert gaps == sorted(gaps, reverse=True)
    assert len(errors) == ERRORS_KEPT
    for error in errors:
        row = error.number - 1
        assert error.text == f"text {row}"
        assert error.gold == CLASSES[gold[row]] != error.predicted == CLASSES[predictions.labels[row]]
        assert error.confidence == pytest.approx(predictions.probabilities[row].max())


def test_numbers_are_those_of_the_file():
    rows, gold, predictions = sample(rows=20)
    part = np.arange(10, 20)
    taken = Predictions(
        classes=CLASSES, labels=predictions.labels[part], probabilities=predictions.probabilities[part]
    )
    errors = diagnose(rows.take(part), gold[part], taken).confident_errors
    assert errors
    assert all(error.text == f"text {error.number - 1}" and error.number > 10 for error in errors)


def test_labels_alone_are_enough():
    rows, gold, predictions = sample()
    found = diagnose(rows, gold, Predictions(classes=CLASSES, labels=predictions.labels))
    assert found.calibration == found.confident_errors == ()


def test_a_perfect_model_has_no_errors():
    rows, gold, _ = sample()
    told = Predictions(classes=CLASSES, labels=gold, probabilities=np.eye(3)[gold])
    assert diagnose(rows, gold, told).confident_errors == ()


def test_probabilities_that_are_no_numbers_are_left_out_of_the_bins():
    rows, gold, predictions = sample(rows=20)
    odd = predictions.probabilities.copy()
    odd[0] = np.nan
    bins = diagnose(
        rows, gold, Predictions(classes=CLASSES, labels=predictions.labels, probabilities=odd)
    ).calibration
    assert sum(each.rows for each in bins) == 19


def test_predictions_without_labels_are_refused():
    rows, gold, predictions = sample()
    with pytest.raises(ValueError, match="labels"):
        diagnose(rows, gold, Predictions(classes=CLASSES, probabilities=predictions.probabilities))
