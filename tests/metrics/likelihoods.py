"""Likelihoods of true answers, for the tests of the metrics that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.predictions import Predictions
from headstart.core.references import References, as_gold
from tests.contracts.metric_contract import MetricContract

if TYPE_CHECKING:
    from collections.abc import Sequence


def told(losses: Sequence[tuple[float, int]]) -> Predictions:
    """Predictions with these sums of losses and numbers of tokens."""
    return Predictions(likelihoods=np.array(losses, dtype=np.float64))


class LikelihoodContract(MetricContract):
    """What a metric of likelihoods promises."""

    def sample(self):
        rng = np.random.default_rng(0)
        tokens = rng.integers(1, 30, size=60)
        gold = as_gold(References(texts=("a",)) for _ in tokens)
        return gold, told(list(zip(rng.gamma(2.0, tokens), tokens, strict=True)))

    def perfect(self, gold):
        return told([(0.01, 5)] * len(gold))

    def bare(self):
        return as_gold(References(texts=(each,)) for each in "ab"), Predictions()
