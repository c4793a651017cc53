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


def told(found: list[Reached], covariance: np.ndarray, judged: int) -> tuple[np.ndarray, np.ndarray]:
    worth = weighed(MODEL, found, covariance=covariance, judged=judged)
    assert worth is not None
    return worth


def order(found: list[Reached], rows: int) -> list[str]:
    merits, _ = told(found, independent(found, rows), rows)
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
    merits, errors = told(found, independent(found, rows), rows)
    right, wrong = rows * 0.8 + HALF, rows * 0.2 + HALF
    error = max(0.8 * 0.2 / rows * ((right + wrong) ** 2 / (right * wrong)) ** 2, 1 / right + 1 / wrong)
    true = MODEL.covariance([*MODEL.reached, *found])
    seen = true.copy()
    seen[-1, -1] += error
    known = np.array([odds(each.score) for each in MODEL.reached])
    values = np.array([*known, np.log(right / wrong)]) - known.mean()
    expected, deviation = posterior(seen, true[-1], own=true[-1, -1], values=values)
    assert merits == pytest.approx([known.mean() + expected])
    assert errors == pytest.approx(np.array([[deviation**2]]))


def test_scores_on_the_same_rows_err_together():
    # Where both rest on the same rows, the difference between them is surer than either.
    found = fits(full=0.6, probe=0.8)
    apart = independent(found, 40)
    root = np.sqrt(np.diag(apart))
    together = 0.95 * np.outer(root, root) + 0.05 * apart
    (alone, loose), (paired, tight) = (told(found, each, 40) for each in (apart, together))
    assert paired @ [-1.0, 1.0] > alone @ [-1.0, 1.0]
    assert [-1.0, 1.0] @ tight @ [-1.0, 1.0] < [-1.0, 1.0] @ loose @ [-1.0, 1.0]


def test_twelve_rows_do_not_show_how_alike_two_err():
    # On few rows both fail at the same ones by chance, and nothing would be left of the error between them.
    found = fits(full=10 / 12, probe=11 / 12)
    apart = independent(found, 12)
    root = np.sqrt(np.diag(apart))
    for alike in (0.0, 0.999):
        covariance = alike * np.outer(root, root) + (1.0 - alike) * apart
        merits, errors = told(found, covariance, 12)
        assert merits[0] > merits[1]
        assert np.array([-1.0, 1.0]) @ errors @ np.array([-1.0, 1.0]) > 0.15**2


def test_all_of_six_right_is_not_certainty():
    sure, errors = told(fits(probe=1.0, full=5 / 6), np.zeros((2, 2)), 6)
    assert np.isfinite(sure).all()
    assert sure[1] > sure[0]
    assert np.linalg.eigvalsh(errors).min() > 0


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
