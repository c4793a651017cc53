"""ROUGE-2 against rouge-score: by known cases always, on random texts where it is installed."""

from __future__ import annotations

import pytest

from tests.contracts.text_data import TextMetricContract, gold_of, sentences, texts_told
from tests.metrics.text_cases import CASES


class TestRouge2(TextMetricContract):
    name = "rouge_2"

    @pytest.mark.parametrize("case", CASES)
    def test_says_what_rouge_score_says(self, metric, case):
        found = self.measure(metric, gold_of(*case.references), texts_told(*case.texts))
        assert found == pytest.approx(case.rouge[1])

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_rouge_score_where_it_is_installed(self, metric, seed):
        scorer = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(["rouge2"])
        gold, predictions = sentences(seed=seed)
        rows = [
            scorer.score_multi(list(each.texts), text)["rouge2"].fmeasure
            for each, text in zip(gold, predictions.texts, strict=True)
        ]
        assert metric.stats(gold, predictions)[:, 0] == pytest.approx(rows)
