"""Which labels a list names, as a person would say."""

from __future__ import annotations

import pytest

from headstart.core.read_labels import read_labels

LABELS = ("urgent", "not urgent", "card lost", "Film, TV", "données", "银行")


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ("urgent, card lost", ["urgent", "card lost"]),
        ("CARD_LOST; Urgent.", ["urgent", "card lost"]),
        ("- card lost\n- urgent\n", ["urgent", "card lost"]),
        ("1. urgent\n2. DONNÉES", ["urgent", "données"]),
        ("The labels are: urgent and card lost", ["urgent", "card lost"]),
        ("urgent, urgent", ["urgent"]),
        # A longer label takes its words, and the shorter one within it is not named.
        ("not urgent", ["not urgent"]),
        ("not urgent, urgent", ["urgent", "not urgent"]),
        # What parts two labels stands within none but one that holds it.
        ("card, lost", None),
        ("urgent; not, card lost", ["urgent", "card lost"]),
        ("urgent, film, TV", ["urgent", "Film, TV"]),
        ("urgent、银行", ["urgent", "银行"]),
        ("我去银行了\N{FULLWIDTH COMMA}urgent", ["urgent", "银行"]),
        ("urgent, boring", ["urgent"]),
        ("urgently", None),
        ("none", []),
        ("None of these.", []),
        ("none but urgent", ["urgent"]),
        ("no idea", None),
        ("", None),
        (",;\n", None),
    ],
)
def test_a_list_names_the_known_labels_in_it_or_says_that_there_are_none(answer, named):
    expected = None if named is None else tuple(sorted(map(LABELS.index, named)))
    assert read_labels(answer, LABELS, none="none") == expected


def test_labels_that_differ_in_marks_alone_are_not_told_apart():
    assert read_labels("C", ("C", "C++", "Go"), none="none") is None
    assert read_labels("C, Go", ("C", "C++", "Go"), none="none") == (2,)


def test_a_label_that_says_none_is_a_label():
    assert read_labels("none", ("none", "good"), none="no label") == (0,)
    assert read_labels("no label", ("none", "good"), none="no label") == ()
