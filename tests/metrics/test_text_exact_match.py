"""Texts that are right to the letter."""

from __future__ import annotations

import pytest

from tests.contracts.text_data import TextMetricContract, gold_of, texts_told


class TestTextExactMatch(TextMetricContract):
    name = "text_exact_match"

    def sample(self):
        gold, texts = gold_of(*(("a b", "c"),) * 60), [("a b", "d")[row % 2] for row in range(60)]
        return gold, texts_told(*texts)

    def test_one_of_the_references_is_enough_and_blanks_do_not_count(self, metric):
        gold = gold_of(("an old house", "a house"), ("a lake",), ("No.",))
        said = texts_told("a  house\n", "A lake", "No.")
        assert metric.stats(gold, said)[:, 0].tolist() == [1.0, 0.0, 1.0]
        assert self.measure(metric, gold, said) == pytest.approx(2 / 3)
