"""What is truly better, by closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from benchmarks import true_leads
from benchmarks.simulated_scores import ScoreWorld
from benchmarks.true_leads import TrueLeads
from benchmarks.voice import Part, Voice
from headstart import registry
from headstart.core.decision import Decision

# Five models alike, a weaker one, and one that has none of their own noise.
WORLD = ScoreWorld(shares=(0.5, 0.5), strengths=(1.5,) * 5 + (1.0, 1.5), common=0.5, own=(0.5,) * 6 + (0.0,))


@pytest.fixture(autouse=True)
def fewer_rows(monkeypatch):
    monkeypatch.setattr(true_leads, "ROWS", 100_000)


def leads(metric: str) -> TrueLeads:
    return TrueLeads(metric=registry.build("metrics", metric, {}), world=WORLD)


def mean_of(*models: int) -> Voice:
    parts = tuple(Part(model=each, weight=1 / len(models)) for each in models)
    return Voice(parts=parts, decision=Decision())


def test_a_model_is_right_as_often_as_the_normal_distribution_says():
    # The true class leads by a normal number of mean 1.5 and variance 2.
    assert leads("accuracy").alone(0) == pytest.approx(norm.cdf(1.5 / np.sqrt(2)), abs=0.004)
    # Of two rows of different classes, the right one leads by mean 3 and variance 4.
    assert leads("roc_auc").alone(0) == pytest.approx(norm.cdf(1.5), abs=0.004)
    assert leads("accuracy").alone(6) == pytest.approx(norm.cdf(1.5), abs=0.004)


@pytest.mark.parametrize("metric", ["accuracy", "roc_auc", "macro_f1"])
def test_models_alike_differ_by_nothing_and_a_weaker_one_is_behind(metric):
    found = leads(metric).over(mean_of(0), [1, 4, 5])
    assert found[0] == found[1] == 0.0
    assert found[2] > 0.02


@pytest.mark.parametrize("metric", ["accuracy", "roc_auc"])
def test_a_mixture_is_better_than_its_members_and_does_not_reach_the_limit(metric):
    others, limit = leads(metric).over(mean_of(0, 1, 2, 3, 4), [0, 6])
    assert others > 0.01
    assert limit < 0
