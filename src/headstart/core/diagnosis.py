"""Where a model errs, on test rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ClassQuality:
    """One class: its test rows, precision, recall and F1."""

    name: str
    rows: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, kw_only=True)
class CalibrationBin:
    """Test rows of like confidence: how sure the model was and how often it was right."""

    rows: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, kw_only=True)
class ConfidentError:
    """A test row that the model gets wrong with confidence: the model's fault, or the label's.

    Args:
        number: row of the file, counted from 1 without the header.
        text: its text.
        gold: the label in the file.
        predicted: the label given.
        confidence: probability of the label given.
        gold_probability: probability of the label in the file.
    """

    number: int
    text: str
    gold: str
    predicted: str
    confidence: float
    gold_probability: float


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """Errors of one model by class, by confidence and by row.

    Args:
        classes: quality by class, in the order of the confusion matrix.
        confusion: test rows by true class (first index) and predicted class (second).
        calibration: bins from least to most confident.
        confident_errors: worst first.
        abstained: rows that got no label.
    """

    classes: tuple[ClassQuality, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration: tuple[CalibrationBin, ...]
    confident_errors: tuple[ConfidentError, ...]
    abstained: int = 0
