"""BLEU against sacrebleu: known cases, and random texts with several references."""

from __future__ import annotations

import pytest

from headstart import registry
from tests.contracts.text_data import TextMetricContract, gold_of, sentences, texts_told
from tests.metrics.text_cases import CASES


class TestBleu(TextMetricContract):
    name = "bleu"

    @pytest.mark.parametrize("case", CASES)
    def test_says_what_sacrebleu_says(self, metric, case):
        found = self.measure(metric, gold_of(*case.references), texts_told(*case.texts))
        assert found == pytest.approx(case.bleu, abs=1e-9)

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_sacrebleu(self, metric, seed):
        from sacrebleu.metrics import BLEU

        gold, predictions = sentences(seed=seed)
        streams = [[each.texts[at] if at < len(each.texts) else None for each in gold] for at in range(3)]
        expected = BLEU().corpus_score(list(predictions.texts), streams).score
        assert self.measure(metric, gold, predictions) == pytest.approx(expected)

    def test_scripts_without_spaces_are_told_by_their_characters(self):
        gold, said = gold_of(("我喜欢这部电影",)), texts_told("我喜欢这电影")
        by_characters = registry.build("metrics", "bleu", {"tokenizer": "char"})
        assert self.measure(by_characters, gold, said) > 50.0
        assert self.measure(registry.build("metrics", "bleu", {}), gold, said) < 1.0
