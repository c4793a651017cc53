"""Where sets of labels are wrong: by label and by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.diagnosis import ClassQuality, ConfidentError, Diagnosis

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows

ERRORS_KEPT = 50


def diagnose_labels(
    rows: Rows,
    gold: Float[ndarray, "rows labels"],
    *,
    chosen: Bool[ndarray, "rows labels"],
    told: Predictions,
) -> Diagnosis:
    """The errors of one model that gives any number of labels.

    Args:
        rows: the rows, for their texts and numbers.
        gold: 1 where a row has a label, else 0.
        chosen: which labels the model gives.
        told: the predictions they come from.
    """
    true = np.asarray(gold) > 0.5
    right, given, there = (true & chosen).sum(axis=0), chosen.sum(axis=0), true.sum(axis=0)
    return Diagnosis(
        classes=tuple(
            ClassQuality(
                name=name,
                rows=int(there[at]),
                precision=float(right[at] / max(1, given[at])),
                recall=float(right[at] / max(1, there[at])),
                f1=float(2 * right[at] / max(1, given[at] + there[at])),
            )
            for at, name in enumerate(told.classes)
        ),
        confusion=(),
        calibration=(),
        confident_errors=_confident_errors(rows, true, chosen, told),
    )


def _confident_errors(
    rows: Rows, true: Bool[ndarray, "rows labels"], chosen: Bool[ndarray, "rows labels"], told: Predictions
) -> tuple[ConfidentError, ...]:
    """Labels that are given without being true, or true without being given, surest first."""
    if told.probabilities is None:
        return ()
    sure = np.where(chosen, told.probabilities, 1.0 - told.probabilities)
    row, label = np.nonzero(true != chosen)
    worst = np.argsort(-sure[row, label], kind="stable")[:ERRORS_KEPT]
    texts, numbers = rows.take(row[worst]).texts, rows.numbers[row[worst]]
    return tuple(
        ConfidentError(
            number=int(numbers[at]),
            text=texts[at],
            gold=_said(told.classes[label[place]], bool(true[row[place], label[place]])),
            predicted=_said(told.classes[label[place]], bool(chosen[row[place], label[place]])),
            confidence=float(sure[row[place], label[place]]),
            gold_probability=float(1.0 - sure[row[place], label[place]]),
        )
        for at, place in enumerate(worst)
    )


def _said(label: str, there: bool) -> str:
    return label if there else f"not {label}"
