"""Which questions are answered, and which are not."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.answer_match import exact_match, word_f1
from headstart.core.diagnosis import AnswerErrors, ConfidentError, Diagnosis, QuestionKind
from headstart.core.words import words_of
from headstart.evaluation.calibration_bins import calibration_bins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows

NONE, OTHER = "(no answer)", "other"
ERRORS_KEPT, KINDS_SHOWN = 50, 10
# A word that fewer questions begin with says more of them than of their kind.
FEWEST = 5
# Below it an answer counts as wrong rather than as cut too short or too long.
WRONG = 0.5
_ASKING = (
    "how many",
    "how much",
    "how long",
    "what",
    "who",
    "whom",
    "whose",
    "when",
    "where",
    "which",
    "why",
)


def diagnose_answers(rows: Rows, gold: Any, predictions: Predictions, *, articles: str) -> Diagnosis:
    """The errors of one model that answers questions.

    Args:
        rows: the rows, questions in their first text column.
        gold: the right answers of each row.
        predictions: an answer for each row.
        articles: words that don't count when answers are compared.
    """
    given = predictions.texts or ()
    pairs = list(zip(given, gold, strict=True))
    exact = np.array([exact_match(one, right, articles) for one, right in pairs])
    f1 = np.array([word_f1(one, right, articles) for one, right in pairs])
    questions = rows.frame[rows.columns.text[0]].to_list()
    sure = predictions.confidence
    return Diagnosis(
        classes=(),
        confusion=(),
        calibration=() if sure is None else calibration_bins(sure, exact > 0),
        confident_errors=() if sure is None else _confident_errors(rows, pairs, sure, f1),
        answers=AnswerErrors(
            kinds=_kinds(questions, exact, f1),
            missed=sum(bool(right) and not one for one, right in pairs),
            invented=sum(bool(one) and not right for one, right in pairs),
        ),
    )


def _kinds(
    questions: Sequence[str], exact: Float[ndarray, " rows"], f1: Float[ndarray, " rows"]
) -> tuple[QuestionKind, ...]:
    """By question word, or by first word where no question word is known; rare ones together."""
    words = [_asking(each) for each in questions]
    counts = Counter(words).most_common(KINDS_SHOWN)
    frequent = {word for word, rows in counts if rows >= FEWEST or word in (*_ASKING, "how")}
    named = np.array([word if word in frequent else OTHER for word in words], dtype=object)
    ordered = sorted(Counter(named.tolist()).items(), key=lambda each: (each[0] == OTHER, -each[1], each[0]))
    return tuple(
        QuestionKind(
            name=name, rows=rows, exact=float(exact[named == name].mean()), f1=float(f1[named == name].mean())
        )
        for name, rows in ordered
    )


def _asking(question: str) -> str:
    words = words_of(question.lower())
    for pair in pairwise((*words, "")):
        if (both := " ".join(pair)) in _ASKING or pair[0] in _ASKING or pair[0] == "how":
            return both if both in _ASKING else pair[0]
    return words[0] if words else OTHER


def _confident_errors(
    rows: Rows,
    pairs: Sequence[tuple[str, Sequence[str]]],
    sure: Float[ndarray, " rows"],
    f1: Float[ndarray, " rows"],
) -> tuple[ConfidentError, ...]:
    """The wrong answers that the model is surest of, the surest first."""
    wrong = np.flatnonzero(f1 < WRONG)
    worst = wrong[np.argsort(-sure[wrong], kind="stable")][:ERRORS_KEPT]
    questions = rows.frame[rows.columns.text[0]]
    return tuple(
        ConfidentError(
            number=int(rows.numbers[row]),
            text=str(questions[row]),
            gold=next(iter(pairs[row][1]), NONE),
            predicted=pairs[row][0] or NONE,
            confidence=float(sure[row]),
            gold_probability=None,
        )
        for row in worst.tolist()
    )
