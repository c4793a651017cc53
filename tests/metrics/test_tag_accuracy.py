"""The share of words with their true tag."""

from __future__ import annotations

import math

import pytest

from tests.contracts.tag_data import TagMetricContract, gold_of, tags_told


class TestTagAccuracy(TagMetricContract):
    name = "tag_accuracy"

    def test_every_word_counts_alike_whatever_its_row(self, metric):
        gold = gold_of(["O", "O", "O", "B-THING"], ["B-ANIMAL"])
        given = tags_told(["O", "O", "B-THING", "B-THING"], ["O"])
        assert self.measure(metric, gold, given) == pytest.approx(3 / 5)

    def test_rows_without_words_say_nothing(self, metric):
        assert math.isnan(self.measure(metric, gold_of([]), tags_told([])))
