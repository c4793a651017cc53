"""Which texts hold which terms."""

from __future__ import annotations

import pytest

from headstart.core.terms import holds


@pytest.mark.parametrize(
    ("text", "term", "held"),
    [
        ("Die Bremse quietscht", "bremse", True),
        ("Die Bremsen quietschen", "Bremse", False),
        ("in  New\nYork", "new york", True),
        ("written in C++, mostly", "C++", True),
        ("the .NET runtime", ".net", True),
        ("我去银行了", "银行", True),
        ("anything", " ", False),
    ],
)
def test_a_term_is_words_of_its_own(text, term, held):
    assert holds(text, term) is held
