"""F1 of the words of answers against its contract; the rules themselves are tested in tests/core."""

from __future__ import annotations

import pytest

from headstart import registry
from tests.contracts.span_data import SpanMetricContract, gold_of, spans_told


class TestAnswerF1(SpanMetricContract):
    name = "answer_f1"

    def test_is_the_mean_over_rows(self, metric):
        gold = gold_of(["cat"], ["red light", "screen"], [], ["cat"])
        given = spans_told("the cat", "the light", "", "")
        assert self.measure(metric, gold, given) == pytest.approx((1 + 2 / 3 + 1 + 0) / 4)

    def test_leaves_out_the_articles_that_it_is_told(self):
        gold, given = gold_of(["Katze"]), spans_told("die Katze")
        german = registry.build("metrics", "answer_f1", {"articles": "der die das"})
        plain = registry.build("metrics", "answer_f1", {})
        assert self.measure(german, gold, given) == 1.0
        assert self.measure(plain, gold, given) < 1.0
