from __future__ import annotations

import numpy as np
import pytest

from benchmarks.interval_scores import constant_ends, interval_scores, left_out


def test_the_score_is_the_width_and_ten_times_the_miss() -> None:
    """By hand from Gneiting and Raftery 2007, equation 43, with alpha 0.2."""
    low, high = np.array([0.5, 0.5, 0.5]), np.array([0.7, 0.7, 0.7])
    scores = interval_scores(low, high, np.array([0.6, 0.45, 0.73]), level=0.8)
    assert scores == pytest.approx([0.2, 0.2 + 10 * 0.05, 0.2 + 10 * 0.03])


def test_the_best_constant_interval_ends_at_the_quantiles() -> None:
    came = np.random.default_rng(0).normal(size=2000)
    low, high = constant_ends(came, level=0.8)
    assert (low, high) == pytest.approx(np.quantile(came, [0.1, 0.9]), abs=0.02)


def test_ends_for_a_set_come_from_the_others_alone() -> None:
    came = np.array([0.0, 0.1, 0.2, 5.0, 5.1, 5.2])
    low, high = left_out(came, ["a"] * 3 + ["b"] * 3, level=0.8)
    assert (low[:3] >= 4.9).all()
    assert (high[3:] <= 0.3).all()
