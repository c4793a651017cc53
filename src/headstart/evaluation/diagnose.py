"""Where a model errs: by class, by confidence and by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.answer_match import ARTICLES
from headstart.core.diagnosis import CalibrationBin, ClassQuality, ConfidentError, Diagnosis
from headstart.core.predictions import ABSTAINED
from headstart.evaluation.calibration_bins import calibration_bins
from headstart.evaluation.diagnose_answers import diagnose_answers
from headstart.evaluation.diagnose_labels import diagnose_labels
from headstart.evaluation.diagnose_numbers import diagnose_numbers
from headstart.evaluation.diagnose_rankings import diagnose_rankings
from headstart.evaluation.diagnose_tags import diagnose_tags
from headstart.evaluation.diagnose_texts import diagnose_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows

ERRORS_KEPT = 50


def diagnose(
    rows: Rows, gold: Any, predictions: Predictions, *, settings: Mapping[str, Any] | None = None
) -> Diagnosis:
    """The errors of one model on rows with gold.

    Args:
        rows: the rows, for their texts and numbers.
        gold: the true answers as the task gives them.
        predictions: what the model says of each row; where it gives labels, probabilities are welcome.
        settings: what the task sets for metrics, where that matters to what is right.

    Raises:
        ValueError: the predictions carry nothing that can be right or wrong.
    """
    if predictions.values is not None:
        return diagnose_numbers(rows, gold, predictions.values)
    if predictions.chosen is not None:
        return diagnose_labels(rows, gold, chosen=predictions.chosen, told=predictions)
    if predictions.tags is not None:
        return diagnose_tags(gold, predictions)
    if predictions.texts is not None and predictions.spans is not None:
        return diagnose_answers(rows, gold, predictions, articles=(settings or {}).get("articles", ARTICLES))
    if predictions.texts is not None:
        return diagnose_texts(rows, gold, predictions.texts)
    if predictions.ranked is not None:
        return diagnose_rankings(rows, gold, predictions)
    if predictions.labels is None:
        raise ValueError("a diagnosis needs labels, and these predictions have none")
    labels = np.asarray(predictions.labels)
    confusion = _confusion(gold, labels, len(predictions.classes))
    return Diagnosis(
        classes=_by_class(gold, confusion, predictions.classes),
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
        calibration=_calibration(gold, predictions.probabilities),
        confident_errors=_confident_errors(rows, gold, predictions),
        abstained=int((labels == ABSTAINED).sum()),
    )


def _confusion(
    gold: Int[ndarray, " rows"], labels: Int[ndarray, " rows"], classes: int
) -> Int[ndarray, "classes classes"]:
    answered = (labels != ABSTAINED) & (gold >= 0)
    cells = gold[answered] * classes + labels[answered]
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def _by_class(
    gold: Int[ndarray, " rows"], confusion: Int[ndarray, "classes classes"], names: tuple[str, ...]
) -> tuple[ClassQuality, ...]:
    true = np.bincount(gold[gold >= 0], minlength=len(names))
    predicted, right = confusion.sum(axis=0), np.diagonal(confusion)
    return tuple(
        ClassQuality(
            name=name,
            rows=int(true[index]),
            precision=float(right[index] / max(1, predicted[index])),
            recall=float(right[index] / max(1, true[index])),
            f1=float(2 * right[index] / max(1, predicted[index] + true[index])),
        )
        for index, name in enumerate(names)
    )


def _calibration(
    gold: Int[ndarray, " rows"], probabilities: Float[ndarray, "rows classes"] | None
) -> tuple[CalibrationBin, ...]:
    """Bins of equal width of the most probable class's probability; empty ones are left out."""
    if probabilities is None or not len(probabilities):
        return ()
    return calibration_bins(probabilities.max(axis=1), probabilities.argmax(axis=1) == gold)


def _confident_errors(
    rows: Rows, gold: Int[ndarray, " rows"], predictions: Predictions
) -> tuple[ConfidentError, ...]:
    """The wrong labels that are furthest more probable than the file's, worst first."""
    probabilities, labels = predictions.probabilities, predictions.labels
    if probabilities is None or labels is None:
        return ()
    wrong = np.flatnonzero((labels != gold) & (labels != ABSTAINED) & (gold >= 0))
    given = probabilities[wrong, labels[wrong]]
    asked = probabilities[wrong, gold[wrong]]
    worst = np.argsort(asked - given, kind="stable")[:ERRORS_KEPT]
    names, numbers = predictions.classes, rows.numbers[wrong[worst]]
    texts = rows.take(wrong[worst]).texts
    return tuple(
        ConfidentError(
            number=int(numbers[index]),
            text=texts[index],
            gold=names[gold[wrong[place]]],
            predicted=names[labels[wrong[place]]],
            confidence=float(given[place]),
            gold_probability=float(asked[place]),
        )
        for index, place in enumerate(worst)
    )
