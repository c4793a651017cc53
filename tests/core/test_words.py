"""Words of texts in every script, and texts made of words."""

from __future__ import annotations

import json

import numpy as np
import pytest

from headstart.core.words import join_words, joined_cell, marks_as_letters, spans_of_words, words_of

RUNNING = {
    "signs are words": ("Don't!", ["Don", "'", "t", "!"]),
    "an accent that stands for itself": ("Cafe\u0301 Zoe\u0308.", ["Cafe\u0301", "Zoe\u0308", "."]),
    "signs of vowels": ("नमस्ते दिल्ली।", ["नमस्ते", "दिल्ली", "।"]),
    "a joiner within a word": ("می\u200cخواهم به", ["می\u200cخواهم", "به"]),  # noqa: RUF001
    "marks of direction": ("\u200fאבג (\u200fגדה)", ["\u200f", "אבג", "(\u200f", "גדה", ")"]),
    "pictures of several characters": ("I ❤\ufe0f it", ["I", "❤\ufe0f", "it"]),
    "no spaces between words": ("张三住在NYC。", ["张", "三", "住", "在", "NYC", "。"]),
    "marks where there are no spaces": ("ก็ดี", ["ก็", "ดี"]),
    "a space of no width": ("one\u200btwo", ["one", "\u200b", "two"]),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("text", "words"), RUNNING.values(), ids=RUNNING)
def test_running_texts_are_cut_into_words_and_signs(text, words):
    assert [text[start:stop] for start, stop in spans_of_words(text)] == words
    assert words_of(text) == [each for each in words if each[0].isalnum()]


def test_a_text_with_letters_for_marks_is_as_long_as_before():
    for text, _ in RUNNING.values():
        assert len(marks_as_letters(text)) == len(text)
    assert marks_as_letters("naïve, “plain”") == "naïve, “plain”"


WORDS = ["New York", "", "is"]


@pytest.mark.parametrize("cell", [WORDS, ("New York", None, "is"), np.array(WORDS), json.dumps(WORDS)])
def test_words_are_joined_however_they_come(cell):
    assert joined_cell(cell) == join_words(WORDS) == "New\N{NO-BREAK SPACE}York  is"


@pytest.mark.parametrize("cell", [None, "plain", "[sic] he said", "[1, 2]", '[{"a": 1}]', "[" * 5000, 3.5])
def test_other_cells_stay_as_they_are(cell):
    assert joined_cell(cell) == cell
