from __future__ import annotations

import pytest

from benchmarks.interval_score import interval_score, summary


def test_a_miss_costs_ten_times_its_distance_at_four_of_five() -> None:
    assert interval_score(0.4, 0.6, 0.5, covered=0.8) == pytest.approx(0.2)
    assert interval_score(0.4, 0.6, 0.65, covered=0.8) == pytest.approx(0.2 + 10 * 0.05)
    assert interval_score(0.4, 0.6, 0.3, covered=0.8) == pytest.approx(0.2 + 10 * 0.1)


def test_the_true_quantiles_score_best_on_the_mean() -> None:
    values = [place / 1000 for place in range(1001)]
    scores = {
        half: summary([(0.5 - half, 0.5 + half, value) for value in values], covered=0.8)["score"]
        for half in (0.3, 0.4, 0.5)
    }
    assert min(scores, key=lambda half: scores[half]) == 0.4
