"""Labels of rows in words, and how frequent they are."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.core.read_labels import read_labels
from headstart.train.label_lists import label_lists, label_shares, most_labels, none_word

WORDS = ("card lost", "urgent", "not urgent")
GOLD = np.array([[1, 1, 0], [0, 0, 1], [0, 0, 0], [1, 0, 0]], dtype=np.float32)


def test_a_list_is_read_as_it_was_written():
    lists = label_lists(GOLD, WORDS)
    assert lists == ["card lost, urgent", "not urgent", "none", "card lost"]
    read = [read_labels(each, WORDS, none=none_word(WORDS)) for each in lists]
    assert [list(each) for each in read] == [np.flatnonzero(row).tolist() for row in GOLD]


def test_what_says_that_there_is_none_is_no_label():
    assert none_word(WORDS) == "none"
    words = ("None", "good")
    assert label_lists(np.eye(2)[:, ::-1] * [0, 1], words) == ["good", "no label"]


def test_no_label_is_impossible_or_certain():
    assert label_shares(GOLD) == pytest.approx((3 / 6, 2 / 6, 2 / 6))
    assert label_shares(np.ones((8, 1))) == pytest.approx((9 / 10,))
    assert label_shares(np.zeros((8, 1))) == pytest.approx((1 / 10,))


def test_an_answer_has_room_for_as_many_labels_as_any_row_has():
    assert most_labels(GOLD) == 2
    assert most_labels(np.zeros((3, 2))) == 1
