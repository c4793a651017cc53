"""chrF against sacrebleu: known cases, and random texts with several references."""

from __future__ import annotations

import pytest

from tests.contracts.text_data import TextMetricContract, gold_of, sentences, texts_told
from tests.metrics.text_cases import CASES


class TestChrf(TextMetricContract):
    name = "chrf"

    @pytest.mark.parametrize("case", CASES)
    def test_says_what_sacrebleu_says(self, metric, case):
        found = self.measure(metric, gold_of(*case.references), texts_told(*case.texts))
        assert found == pytest.approx(case.chrf, abs=1e-9)

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_sacrebleu(self, metric, seed):
        from sacrebleu.metrics import CHRF

        gold, predictions = sentences(seed=seed)
        streams = [[each.texts[at] if at < len(each.texts) else None for each in gold] for at in range(3)]
        expected = CHRF().corpus_score(list(predictions.texts), streams).score
        assert self.measure(metric, gold, predictions) == pytest.approx(expected)

    def test_blanks_do_not_count(self, metric):
        gold = gold_of(("ein altes Haus",))
        assert self.measure(metric, gold, texts_told(" einaltes  Haus ")) == pytest.approx(100.0)
