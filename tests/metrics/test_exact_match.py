"""Exact match against its contract; the rules themselves are tested in tests/core."""

from __future__ import annotations

import pytest

from headstart import registry
from tests.contracts.span_data import SpanMetricContract, gold_of, spans_told


class TestExactMatch(SpanMetricContract):
    name = "exact_match"

    def test_is_the_mean_over_rows(self, metric):
        gold = gold_of(["cat"], ["red light", "screen"], [], ["cat"])
        given = spans_told("the cat", "the light", "", "")
        assert self.measure(metric, gold, given) == pytest.approx(2 / 4)

    def test_leaves_out_the_articles_that_it_is_told(self):
        gold, given = gold_of(["Katze"]), spans_told("die Katze")
        german = registry.build("metrics", "exact_match", {"articles": "der die das"})
        plain = registry.build("metrics", "exact_match", {})
        assert self.measure(german, gold, given) == 1.0
        assert self.measure(plain, gold, given) < 1.0
