"""ROUGE-1 against rouge-score: by known cases always, on random texts where it is installed."""

from __future__ import annotations

import pytest

from tests.contracts.text_data import TextMetricContract, gold_of, sentences, texts_told
from tests.metrics.text_cases import CASES


class TestRouge1(TextMetricContract):
    name = "rouge_1"

    @pytest.mark.parametrize("case", CASES)
    def test_says_what_rouge_score_says(self, metric, case):
        found = self.measure(metric, gold_of(*case.references), texts_told(*case.texts))
        assert found == pytest.approx(case.rouge[0])

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_rouge_score_where_it_is_installed(self, metric, seed):
        scorer = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(["rouge1"])
        gold, predictions = sentences(seed=seed)
        rows = [
            scorer.score_multi(list(each.texts), text)["rouge1"].fmeasure
            for each, text in zip(gold, predictions.texts, strict=True)
        ]
        assert metric.stats(gold, predictions)[:, 0] == pytest.approx(rows)

    @pytest.mark.parametrize(
        ("said", "true", "f1"),
        [("où est l'été", "l'été est là", 6 / 8), ("我喜欢这电影", "我喜欢这部电影", 12 / 13)],
    )
    def test_letters_of_all_scripts_count(self, metric, said, true, f1):
        assert self.measure(metric, gold_of((true,)), texts_told(said)) == pytest.approx(f1)
