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
class Stretch:
    """Test rows whose true numbers lie close together, and how the model does on them.

    Args:
        rows: how many.
        low: their least true number.
        high: their greatest.
        bias: mean of predicted less true numbers.
        error: mean of the absolute differences.
    """

    rows: int
    low: float
    high: float
    bias: float
    error: float


@dataclass(frozen=True, kw_only=True)
class LargeError:
    """A test row whose number the model misses by far: the model's fault, or the file's.

    Args:
        number: row of the file, counted from 1 without the header.
        text: its text.
        gold: the number in the file.
        predicted: the number given.
    """

    number: int
    text: str
    gold: float
    predicted: float


@dataclass(frozen=True, kw_only=True)
class NumberErrors:
    """How far predicted numbers are from the true ones.

    Args:
        quartiles: the absolute error that a quarter, a half and three quarters of the rows stay within.
        bias: mean of predicted less true numbers.
        points: true and predicted number of some rows.
        stretches: fifths of the rows, from the least true numbers to the greatest.
        largest: worst first.
    """

    quartiles: tuple[float, float, float]
    bias: float
    points: tuple[tuple[float, float], ...]
    stretches: tuple[Stretch, ...]
    largest: tuple[LargeError, ...]


@dataclass(frozen=True, kw_only=True)
class MissedQuery:
    """A test row whose right passages stand low in its ranking: the model's fault, or the file's.

    Args:
        number: row of the file, counted from 1 without the header.
        text: the query.
        wanted: the right passage that stands highest, or one of them where none was found.
        found: the passage that stands first.
        rank: place of the right passage from 1, or None where none of them is among those ranked.
    """

    number: int
    text: str
    wanted: str
    found: str
    rank: int | None


@dataclass(frozen=True, kw_only=True)
class Depth:
    """How many rows have a right passage among the first so many.

    Args:
        depth: number of passages.
        rows: rows with a right one among them.
        share: the same over all rows.
    """

    depth: int
    rows: int
    share: float


@dataclass(frozen=True, kw_only=True)
class RankingErrors:
    """Where right passages stand in rankings.

    Args:
        corpus: passages that were ranked.
        depths: rows with a right passage among the first few, from few to many.
        missed: worst first.
    """

    corpus: int
    depths: tuple[Depth, ...]
    missed: tuple[MissedQuery, ...]


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """Errors of one model by class, by confidence and by row.

    Args:
        classes: quality by class, in the order of the confusion matrix; by label or kind of entity where
            a row may have several.
        confusion: test rows by true class (first index) and predicted class (second); empty where a row
            may have several.
        calibration: bins from least to most confident.
        confident_errors: worst first.
        abstained: rows that got no label.
        numbers: how far numbers are off, where those are predicted.
        rankings: where right passages stand, where passages are ranked.
    """

    classes: tuple[ClassQuality, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration: tuple[CalibrationBin, ...]
    confident_errors: tuple[ConfidentError, ...]
    abstained: int = 0
    numbers: NumberErrors | None = None
    rankings: RankingErrors | None = None
