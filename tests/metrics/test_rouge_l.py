"""ROUGE-L against rouge-score: by known cases always, on random texts where it is installed."""

from __future__ import annotations

import pytest

from tests.contracts.text_data import TextMetricContract, gold_of, sentences, texts_told
from tests.metrics.text_cases import CASES


class TestRougeL(TextMetricContract):
    name = "rouge_l"

    @pytest.mark.parametrize("case", CASES)
    def test_says_what_rouge_score_says(self, metric, case):
        found = self.measure(metric, gold_of(*case.references), texts_told(*case.texts))
        assert found == pytest.approx(case.rouge[2])

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_rouge_score_where_it_is_installed(self, metric, seed):
        scorer = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(["rougeL"])
        gold, predictions = sentences(seed=seed)
        rows = [
            scorer.score_multi(list(each.texts), text)["rougeL"].fmeasure
            for each, text in zip(gold, predictions.texts, strict=True)
        ]
        assert metric.stats(gold, predictions)[:, 0] == pytest.approx(rows)
