"""Who runs on."""

from __future__ import annotations

import math

import pytest

from headstart.race.halving import Runner, hopeful, promoted, reach


def runners(*scores: tuple[float, ...]) -> list[Runner]:
    return [Runner(scores=each) for each in scores]


def test_one_in_three_goes_on_and_does_so_before_others_have_run():
    assert promoted(runners((0.5,), (0.7,)), rungs=2) is None
    assert promoted(runners((0.5,), (0.7,), (0.6,)), rungs=2) == 1
    assert promoted(runners((0.5,), (0.7, 0.8), (0.6,)), rungs=2) is None


def test_the_highest_rung_is_served_first():
    field = runners(*[(0.1 * place, 0.1 * place) for place in range(3)], *[(0.9,)] * 3)
    assert promoted(field, rungs=3, eta=3) == 2
    assert promoted(field, rungs=2, eta=3) == 3


def test_nobody_rises_above_the_last_rung():
    assert promoted(runners((0.5,), (0.6,), (0.7,)), rungs=1) is None


def test_the_failed_and_the_dropped_do_not_rise():
    field = [Runner(scores=(math.nan,)), Runner(scores=(0.7,), out=True), *runners((0.6,), (0.5,))]
    assert promoted(field, rungs=2) is None
    assert promoted(runners((math.nan,), (0.7,), (0.6,), (0.5,)), rungs=2) == 1


def test_a_third_of_all_reach_each_rung_however_they_come_in():
    """In the end the counts are those of synchronous halving."""
    field: list[Runner] = []
    for entered in range(27):
        field.append(Runner(scores=((entered * 7 % 27) / 27,)))
        while (place := promoted(field, rungs=3)) is not None:
            scores = field[place].scores
            field[place] = Runner(scores=(*scores, scores[-1]))
    highest = sorted((each.scores[0] for each in field if len(each.scores) > 1), reverse=True)
    assert len([each for each in field if len(each.scores) == 3]) >= 3
    assert 9 <= len(highest) <= 15
    assert highest[:9] == [(26 - place) / 27 for place in range(9)]


def test_hope_is_what_others_gained():
    field = runners((0.6, 0.7), (0.6, 0.72), (0.5, 0.6), (0.55,))
    hope = reach(field, 3, rungs=2, best=1.0)
    gains = [0.1, 0.12, 0.1]
    mean = sum(gains) / 3
    spread = math.sqrt(sum((each - mean) ** 2 for each in gains) / 2)
    assert hope == pytest.approx(0.55 + mean + 1.28 * spread)


@pytest.mark.parametrize(
    ("scores", "hope"),
    [((), math.inf), ((math.nan,), -math.inf), ((0.5, 0.6), 0.6)],
)
def test_hope_without_a_curve(scores, hope):
    assert reach(runners(scores, (0.5, 0.7)), 0, rungs=2, best=1.0) == hope


def test_until_others_have_run_hope_stays_below_the_best_score():
    hope = reach(runners((0.6,)), 0, rungs=2, best=1.0)
    assert 0.6 < hope < 1.0


def test_the_most_hopeful_runs_on_as_long_as_it_may_lead():
    field = runners((0.5, 0.6), (0.6, 0.7), (0.58,), (0.59,), (0.2,))
    assert hopeful(field, rungs=2, best=1.0) is None
    closer = runners((0.5, 0.6), (0.6, 0.72), (0.58,), (0.62,), (0.2,))
    assert hopeful(closer, rungs=2, best=1.0) == 3
    assert hopeful([*closer[:3], Runner(scores=(0.62,), out=True)], rungs=2, best=1.0) is None
    # Who has not begun may still reach anything.
    assert hopeful(runners((0.5, 0.6), ()), rungs=2, best=1.0) == 1


def test_a_score_that_is_undefined_ends_nobodys_hope():
    for whole in ([(0.5, math.nan), (0.5, 0.6)], [(0.5, 0.6), (0.5, math.nan)]):
        assert hopeful(runners(*whole, (0.9,)), rungs=2, best=1.0) == 2
        assert hopeful(runners(*whole, (0.0,)), rungs=2, best=1.0) is None
