"""The sentence with most of the question's words against its contract."""

from __future__ import annotations

import polars as pl
import pytest

from headstart.core.rows import Columns, Rows
from headstart.predictors.overlap_sentence import OverlapSentence
from tests.contracts.span_data import SpanContract


class TestBestOverlapSentence(SpanContract):
    name = "best_overlap_sentence"
    accuracy = 0.2


def answered(question: str, context: str) -> dict[str, object]:
    frame = pl.DataFrame({"question": [question], "context": [context]})
    return OverlapSentence().predict(Rows.of(frame, Columns(text=("question", "context")))).answers[0]


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ("It rained. The cat sat on the mat! Nobody came.", "The cat sat on the mat!"),
        ("  Nobody came\n\n the cat sat on 3.5 mats  ", "the cat sat on 3.5 mats"),
        ("The cat sat. The cat sat down.", "The cat sat."),
        ("猫坐在那里。the cat sat。没有人来。", "the cat sat。"),
        ("nothing alike", "nothing alike"),
        ("   ", ""),
    ],
)
def test_the_sentence_is_cut_out_whole(context, expected):
    found = answered("Where did the CAT sit, on the mat?", context)
    assert found["text"] == expected
    if expected:
        assert context[found["start"] : found["end"]] == expected
    else:
        assert (found["start"], found["end"]) == (None, None)


def test_words_are_shared_in_scripts_without_spaces_between_them():
    assert answered("猫在哪里", "其他。猫就坐在那张垫子上。狗没有来过。")["text"] == "猫就坐在那张垫子上。"
