"""Figures of each pass, as fits leave them."""

from __future__ import annotations

import json

from headstart.core.curve import Curve, Point
from headstart.flow.adapting.watching.curve import read_curve

CURVE = Curve(
    points=(
        Point(epoch=0, fraction=0.0, dev_loss=0.7, dev_score=0.6),
        Point(epoch=1, fraction=0.5, train_loss=0.5, dev_loss=0.6, dev_score=0.7),
        Point(epoch=2, fraction=1.0, train_loss=0.25, dev_loss=0.55, dev_score=0.8),
    )
)


def told(curve):
    return read_curve(json.loads(json.dumps({"curve": curve.to_dict()})))


def test_each_pass_has_its_figures():
    assert told(CURVE) == {
        "train_loss": (0.5, 0.25),
        "dev_loss": (0.6, 0.55),
        "dev_score": (0.7, 0.8),
    }


def test_a_refit_has_training_losses_alone():
    points = tuple(
        Point(epoch=each.epoch, fraction=each.fraction, train_loss=each.train_loss) for each in CURVE.points
    )
    assert told(Curve(points=points)) == {"train_loss": (0.5, 0.25)}


def test_what_trains_nothing_has_no_curve():
    assert read_curve({}) == read_curve({"curve": None}) == told(Curve()) == {}
