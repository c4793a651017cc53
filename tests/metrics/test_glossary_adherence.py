"""Terms that texts must hold."""

from __future__ import annotations

import math

import pytest

from headstart.core.references import References, as_gold
from tests.contracts.text_data import TextMetricContract, texts_told

BRAKE, WHEEL, BANK = ("Bremse",), ("Rad", "Laufrad"), ("银行",)


def due(*terms):
    return as_gold(References(texts=("x",), terms=each) for each in terms)


class TestGlossaryAdherence(TextMetricContract):
    name = "glossary_adherence"

    def sample(self):
        texts = [("Die Bremse am Rad", "Die Bremse", "")[row % 3] for row in range(60)]
        return due(*((BRAKE, WHEEL),) * 60), texts_told(*texts)

    def perfect(self, gold):
        return texts_told(*("Bremse, Rad",) * len(gold))

    def bare(self):
        from headstart.core.predictions import Predictions

        return due((BRAKE,), ()), Predictions()

    def test_terms_are_words_of_their_own_in_any_case_and_spelling(self, metric):
        gold = due((BRAKE, WHEEL), (BRAKE,), (WHEEL,), (BANK,), ())
        said = texts_told("Die BREMSE am Laufrad", "Die Bremsen", "Fahrrad", "我去银行了", "Bremse")
        assert metric.stats(gold, said).tolist() == [[2, 2], [0, 1], [0, 1], [1, 1], [0, 0]]
        assert self.measure(metric, gold, said) == pytest.approx(3 / 5)

    def test_is_not_a_number_where_nothing_is_due(self, metric):
        assert math.isnan(self.measure(metric, due((), ()), texts_told("a", "b")))
