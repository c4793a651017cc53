"""Weighted word lists."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.errors import SettingError
from headstart.models.lexicon import lexicon_scores, read_lexicon


@pytest.mark.parametrize("head", ["", "word,weight\n", "\ufeffword,weight\n"])
def test_reads_words_with_and_without_a_header(tmp_path, head):
    path = tmp_path / "words.csv"
    path.write_text(head + 'Splendid,1.5\n"awful",-2\n\n', encoding="utf-8")
    assert read_lexicon(path) == {"splendid": 1.5, "awful": -2.0}


@pytest.mark.parametrize(
    ("content", "part"),
    [("a,1\nb,two\n", "line 2"), ("a,1\nb\n", "line 2"), ("a,1\nb,nan\n", "line 2"), ("", "no word")],
)
def test_says_which_line_is_wrong(tmp_path, content, part):
    path = tmp_path / "words.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingError, match=part):
        read_lexicon(path)


def test_says_that_the_file_is_missing(tmp_path):
    with pytest.raises(SettingError, match="can't be read"):
        read_lexicon(tmp_path / "none.csv")


def test_scores_are_sums_for_and_against_over_the_root_of_the_length():
    texts = [["good", "film", "bad"], []]
    scores = lexicon_scores(texts, {"good": 1.0, "bad": -2.0})
    np.testing.assert_allclose(scores, [[0.5 / 2, 1.0 / 2], [0, 0]])
