"""Which label an answer names, as a person would say."""

from __future__ import annotations

import pytest

from headstart.core.read_label import read_label

LABELS = ("card lost", "urgent", "not urgent", "C++", "données", "银行", "का", "कि")


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ("card lost", "card lost"),
        ("  Card-Lost. ", "card lost"),
        ('The label is "CARD_LOST".', "card lost"),
        ("urgent", "urgent"),
        # A longer label takes its words, and the shorter one within it is not named.
        ("not urgent", "not urgent"),
        ("It is not urgent!", "not urgent"),
        ("urgent, not not urgent", None),
        ("urgent or card lost", None),
        ("urgently", None),
        ("a lost card", None),
        ("DONNÉES", "données"),
        ("我去银行了", "银行"),
        ("का", "का"),
        ("कि", "कि"),
        ("", None),
        ("...", None),
        ("no idea", None),
    ],
)
def test_an_answer_names_the_one_label_that_it_is_or_holds(answer, named):
    assert read_label(answer, LABELS) == (None if named is None else LABELS.index(named))


def test_labels_that_differ_in_marks_alone_are_not_told_apart():
    assert read_label("C", ("C", "C++")) is None
    assert read_label("it is C", ("C", "C++")) is None
    assert read_label("it is C", ("C", "other")) == 0


def test_a_label_without_letters_is_never_named():
    assert read_label("!", ("!", "good")) is None
    assert read_label("good!", ("!", "good")) == 1
