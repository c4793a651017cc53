"""Few rows leave it to what is known of such fits; many rows decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from headstart.planning.gaussian import posterior
from headstart.planning.quality import QualityModel, odds
from headstart.planning.weighed import HALF, weighed
from tests.planning.test_quality import SPREAD, WANTED, scores

if TYPE_CHECKING:
    from headstart.planning.scores import Reached

# What suits one data set differs by more than chance, as it was found to.
MODEL = QualityModel(spread=replace(SPREAD, pair=0.25), reached=scores())


def fits(**reached: float) -> list[Reached]:
    return [replace(WANTED, strategy=name, score=score) for name, score in reached.items()]


def independent(found: list[Reached], rows: int) -> np.ndarray:
    return np.diag([each.score * (1 - each.score) / rows for each in found])


def order(found: list[Reached], rows: int) -> list[str]:
    merits = weighed(MODEL, found, covariance=independent(found, rows), judged=rows)
    assert merits is not None
    return [found[place].strategy for place in np.argsort(-merits)]


def test_few_rows_leave_it_to_what_is_known_and_many_decide():
    # `full` was better than `probe` on all of eight sets, by about 0.4 of log odds.
    found = fits(full=0.70, probe=0.74)
    assert order(found, 6) == ["full", "probe"]
    assert order(found, 2000) == ["probe", "full"]


def test_a_great_lead_on_few_rows_counts_all_the_same():
    assert order(fits(full=0.2, probe=0.95), 40) == ["probe", "full"]


def test_it_is_the_mean_of_the_process_given_everything():
    found, rows = fits(probe=0.8), 50
    merits = weighed(MODEL, found, covariance=independent(found, rows), judged=rows)
    right, wrong = rows * 0.8 + HALF, rows * 0.2 + HALF
    error = max(0.8 * 0.2 / rows * ((right + wrong) ** 2 / (right * wrong)) ** 2, 1 / right + 1 / wrong)
    true = MODEL.covariance([*MODEL.reached, *found])
    seen = true.copy()
    seen[-1, -1] += error
    known = np.array([odds(each.score) for each in MODEL.reached])
    values = np.array([*known, np.log(right / wrong)]) - known.mean()
    expected, _ = posterior(seen, true[-1], own=true[-1, -1], values=values)
    assert merits == pytest.approx([known.mean() + expected])


def test_scores_on_the_same_rows_err_together():
    # Ten rows; where both rest on the same ones, the difference between them is surer than either.
    found = fits(full=0.6, probe=0.8)
    apart = independent(found, 10)
    root = np.sqrt(np.diag(apart))
    together = 0.95 * np.outer(root, root) + 0.05 * apart
    alone, paired = (
        weighed(MODEL, found, covariance=each, judged=10) @ [-1.0, 1.0] for each in (apart, together)
    )
    assert paired > alone


def test_all_of_six_right_is_not_certainty():
    sure = weighed(MODEL, fits(probe=1.0, full=5 / 6), covariance=np.zeros((2, 2)), judged=6)
    assert np.isfinite(sure).all()
    assert sure[1] > sure[0]


@pytest.mark.parametrize(
    "found",
    [
        [replace(WANTED, base="another", score=0.5)],
        [replace(WANTED, base=None, score=0.5)],
        [replace(WANTED, score=float("nan"))],
    ],
)
def test_where_nothing_is_known_it_says_nothing(found):
    assert weighed(MODEL, found, covariance=np.eye(1) / 100, judged=10) is None
