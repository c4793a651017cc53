"""Which questions are answered."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.evaluation.diagnose import diagnose
from tests.contracts.span_data import gold_of, spans_told

QUESTIONS = (
    "Who sat there?",
    "In what year was it?",
    "How many cats came?",
    "And how did it end?",
    "Name the moon.",
    "who?",
)


def rows_of(questions) -> Rows:
    frame = pl.DataFrame({"question": questions, "context": ["a text"] * len(questions)})
    return Rows.of(frame, Columns(text=("question", "context")))


def told(*texts: str, sure=None) -> Predictions:
    plain = spans_told(*texts)
    return Predictions(
        texts=plain.texts, spans=plain.spans, confidence=None if sure is None else np.array(sure)
    )


def test_questions_are_told_by_their_question_word():
    gold = gold_of(["cat"], ["1843"], ["two"], ["well"], ["moon"], ["dog"])
    found = diagnose(rows_of(QUESTIONS), gold, told("the cat", "1843 AD", "two", "", "moon", "cat"))
    kinds = {each.name: (each.rows, each.exact, each.f1) for each in found.answers.kinds}
    assert kinds == {
        "who": (2, 0.5, 0.5),
        "what": (1, 0.0, pytest.approx(2 / 3)),
        "how many": (1, 1.0, 1.0),
        "how": (1, 0.0, 0.0),
        "other": (1, 1.0, 1.0),
    }
    assert found.answers.kinds[-1].name == "other"
    assert (found.answers.missed, found.answers.invented) == (1, 0)
    assert found.confident_errors == ()


def test_first_words_stand_in_where_no_question_word_is_known():
    questions = ["Wann kam er?"] * 6 + ["Eins?"]
    found = diagnose(rows_of(questions), gold_of(*[["x"]] * 7), told(*["x"] * 7))
    assert [(each.name, each.rows) for each in found.answers.kinds] == [("wann", 6), ("other", 1)]


def test_wrong_answers_stand_first_where_the_model_is_surest():
    gold = gold_of(["cat"], [], ["two"], ["red light"])
    found = diagnose(
        rows_of(QUESTIONS[:4]), gold, told("dog", "moon", "", "the light", sure=[0.6, 0.9, 0.3, 0.99])
    )
    assert [(each.number, each.gold, each.predicted) for each in found.confident_errors] == [
        (2, "(no answer)", "moon"),
        (1, "cat", "dog"),
        (3, "two", "(no answer)"),
    ]
    assert (found.answers.missed, found.answers.invented) == (1, 1)
    assert sum(each.rows for each in found.calibration) == 4


def test_articles_are_those_of_the_task():
    found = [
        diagnose(rows_of(["Wer?"]), gold_of(["Katze"]), told("die Katze"), settings=settings)
        .answers.kinds[0]
        .exact
        for settings in (None, {"articles": "der die das"})
    ]
    assert found == [0.0, 1.0]
