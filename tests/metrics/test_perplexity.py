"""The exponential of the mean loss of the tokens of true answers."""

from __future__ import annotations

import math

import pytest

from headstart.metrics.perplexity import Perplexity
from tests.metrics.likelihoods import LikelihoodContract, told


class TestPerplexity(LikelihoodContract):
    name = "perplexity"


def test_a_fair_choice_among_eight_is_a_perplexity_of_eight():
    metric = Perplexity()
    predictions = told([(3 * math.log(8), 3), (math.log(8), 1)])
    assert metric.value(metric.stats([None, None], predictions)) == pytest.approx(8.0)


def test_a_hopeless_model_has_a_finite_one():
    metric = Perplexity()
    assert math.isfinite(metric.value(metric.stats([None], told([(1e9, 1)]))))
