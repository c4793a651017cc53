"""Where a model errs, on test rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ClassQuality:
    """One class: its test rows, precision, recall and F1, which say nothing without a test row."""

    name: str
    rows: int
    precision: float
    recall: float
    f1: float

    @property
    def standing(self) -> tuple[bool, float, str]:
        """What classes are sorted by, the weakest first and those without a test row last."""
        return (not self.rows, self.f1, self.name)


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
        gold_probability: probability of the label in the file; None where it is not known.
    """

    number: int
    text: str
    gold: str
    predicted: str
    confidence: float
    gold_probability: float | None


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
class LengthBand:
    """Test rows whose sources are about as long, and how near the texts produced for them come.

    Args:
        rows: how many.
        low: words of the shortest source.
        high: words of the longest.
        likeness: mean chrF of the rows.
    """

    rows: int
    low: int
    high: int
    likeness: float


@dataclass(frozen=True, kw_only=True)
class TextAnswer:
    """A text that was produced for a test row, beside what would have been right.

    Args:
        number: row of the file, counted from 1 without the header.
        source: its text.
        references: the texts in the file.
        produced: the text given.
        likeness: its chrF, from 0 to 100.
    """

    number: int
    source: str
    references: tuple[str, ...]
    produced: str
    likeness: float


@dataclass(frozen=True, kw_only=True)
class TextErrors:
    """How near produced texts come to their references.

    Args:
        exact: rows whose text is right to the letter.
        empty: rows for which nothing was produced.
        length: words produced for each word of the references, over all rows.
        quartiles: the chrF that a quarter, a half and three quarters of the rows stay under.
        bands: fifths of the rows, from the shortest sources to the longest.
        worst: least like their references first.
        typical: spread evenly over all rows, from the worst to the best.
    """

    exact: int
    empty: int
    length: float
    quartiles: tuple[float, float, float]
    bands: tuple[LengthBand, ...]
    worst: tuple[TextAnswer, ...]
    typical: tuple[TextAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class QuestionKind:
    """Test questions with the same question word, and how the model does on them.

    Args:
        name: the word.
        rows: how many.
        exact: share that is answered exactly.
        f1: mean F1 of the words of their answers.
    """

    name: str
    rows: int
    exact: float
    f1: float


@dataclass(frozen=True, kw_only=True)
class AnswerErrors:
    """Which questions are answered, and which are not.

    Args:
        kinds: by question word, the most frequent first.
        missed: questions that have an answer and were given none.
        invented: questions that have no answer and were given one.
    """

    kinds: tuple[QuestionKind, ...]
    missed: int
    invented: int


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
        texts: how near texts come to their references, where those are produced.
        answers: which questions are answered, where those are asked.
        rankings: where right passages stand, where passages are ranked.
    """

    classes: tuple[ClassQuality, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration: tuple[CalibrationBin, ...]
    confident_errors: tuple[ConfidentError, ...]
    abstained: int = 0
    numbers: NumberErrors | None = None
    texts: TextErrors | None = None
    answers: AnswerErrors | None = None
    rankings: RankingErrors | None = None
