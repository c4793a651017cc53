"""Ridge regression on n-grams against its contract, and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from headstart.models.ngrams import Ngrams
from headstart.train.ngram_options import ngram_options
from tests.contracts.number_contract import NumberContract


class TestTfidfRidge(NumberContract):
    name = "tfidf_ridge"
    accuracy = 0.8

    def test_it_predicts_what_scikit_learn_does_on_the_same_features(self, start, split, context, unseen):
        model = self.adapted(start, split, context, penalty=1.0)[-1].model
        texts = split.train.texts
        ngrams = Ngrams.fit(texts, ngram_options(texts))
        exact = Ridge(alpha=1.0, solver="cholesky").fit(
            ngrams.transform(texts).toarray(), split.task.gold(split.train)
        )
        expected = exact.predict(ngrams.transform(unseen.texts).toarray())
        np.testing.assert_allclose(model.predict(unseen).values, expected, atol=0.05)

    def test_texts_that_say_nothing_get_a_number_all_the_same(self, start, split, context):
        model = self.adapted(start, split, context)[-1].model
        bare = split.train.take([0])
        bare = bare.of(bare.frame.with_columns(text=bare.frame["text"].str.replace(r".*", "")), bare.columns)
        assert model.predict(bare).values == pytest.approx(split.task.gold(split.train).mean(), abs=1.0)
