"""Mean loss of the tokens of true answers."""

from __future__ import annotations

import pytest

from headstart.metrics.answer_loss import AnswerLoss
from tests.metrics.likelihoods import LikelihoodContract, told


class TestAnswerLoss(LikelihoodContract):
    name = "answer_loss"


def test_each_token_counts_once():
    metric = AnswerLoss()
    predictions = told([(2.0, 1), (6.0, 7)])
    assert metric.value(metric.stats([None, None], predictions)) == pytest.approx(1.0)
