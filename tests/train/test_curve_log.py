"""A curve while it grows: its points, the error of each change, and its way through JSON."""

from __future__ import annotations

import copy
import json
import math

import numpy as np
import pytest
from scipy import stats

from headstart.core.curve import Curve
from headstart.train.curve_log import CurveLog
from headstart.train.dev_rows import Reading


def reading(losses, score=0.5):
    return Reading(score=None, sample_score=score, losses=None if losses is None else np.asarray(losses))


def grown(*dev_losses, log=None, first=0):
    log = log or CurveLog(dev_rows=6, greater_is_better=True)
    for place, losses in enumerate(dev_losses, start=first):
        loss = 1.0 / place if place else None
        log.add(epoch=place, fraction=place / 4, train_loss=loss, reading=reading(losses))
    return log


RNG = np.random.default_rng(0)
LOSSES = [RNG.random(6) + shift for shift in (1.0, 0.4, 0.7, 0.3)]


def test_each_point_is_compared_with_the_lowest_before_it_row_by_row():
    points = grown(*LOSSES).curve.points
    assert points[0].dev_error is None
    for place, against in ((1, 0), (2, 1), (3, 1)):
        assert points[place].dev_error == pytest.approx(stats.sem(LOSSES[place] - LOSSES[against]))
        assert points[place].dev_loss == pytest.approx(LOSSES[place].mean())
    assert [each.train_loss for each in points] == [None, 1.0, 0.5, 1 / 3]


def test_it_goes_on_from_its_state():
    whole = grown(*LOSSES)
    half = grown(*LOSSES[:2])
    state = copy.deepcopy(half.state())
    again = CurveLog(dev_rows=6, greater_is_better=True)
    again.restore(state)
    assert grown(*LOSSES[2:], log=again, first=2).curve == whole.curve


def test_what_is_not_a_number_was_not_measured():
    log = CurveLog(dev_rows=1, greater_is_better=True)
    log.add(epoch=0, fraction=0.0, train_loss=math.nan, reading=reading([0.5], score=math.nan))
    log.add(epoch=1, fraction=0.5, train_loss=0.2, reading=reading(None))
    log.add(epoch=2, fraction=1.0, train_loss=0.1, reading=None)
    first, second, third = log.curve.points
    assert (first.train_loss, first.dev_score, first.dev_loss) == (None, None, 0.5)
    assert (second.dev_loss, second.dev_error) == (None, None)
    assert (third.train_loss, third.dev_loss, third.dev_score) == (0.1, None, None)
    assert log.curve.train_loss == 0.1


def test_a_moment_is_told_once():
    log = grown(*LOSSES[:2])
    log.add(epoch=1, fraction=0.25, train_loss=0.1, reading=None)
    assert len(log.curve.points) == 2


def test_a_curve_travels_as_json():
    log = grown(*LOSSES)
    log.end("deadline")
    assert Curve.of(json.loads(json.dumps(log.curve.to_dict()))) == log.curve
    assert Curve.of(None) == Curve.of({}) == Curve()
