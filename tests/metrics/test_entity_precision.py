"""entity precision against seqeval: by known cases always, on random tags where it is installed."""

from __future__ import annotations

import numpy as np
import pytest

from tests.contracts.tag_data import TagMetricContract, gold_of, random_tags, tags_told
from tests.metrics.entity_cases import CASES


class TestEntityPrecision(TagMetricContract):
    name = "entity_precision"

    @pytest.mark.parametrize(("true", "given", "scores"), CASES)
    def test_says_what_seqeval_says(self, metric, true, given, scores):
        assert self.measure(metric, gold_of(*true), tags_told(*given)) == pytest.approx(scores[0])

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_seqeval_where_it_is_installed(self, metric, seed):
        seqeval = pytest.importorskip("seqeval.metrics")
        rng = np.random.default_rng(seed)
        true = [random_tags(rng, 8) for _ in range(30)]
        given = [each if rng.random() < 0.5 else random_tags(rng, 8) for each in true]
        expected = seqeval.precision_score(true, given, average="micro", zero_division=0)
        assert self.measure(metric, gold_of(*true), tags_told(*given)) == pytest.approx(expected)
