"""Figures of each epoch, as fits leave them."""

from __future__ import annotations

import json
import math

import pytest

from headstart.core.curve import Curve, Point
from headstart.flow.adapting.watching.curve import read_curve

POINTS = (
    Point(epoch=0, fraction=0.0, dev_score=0.5),
    Point(epoch=1, fraction=0.5, train_loss=0.9, dev_loss=0.7, dev_score=0.8),
    Point(epoch=1.4, fraction=0.7, train_loss=0.6, dev_loss=math.nan, dev_score=0.81),
)


def test_a_curve_is_read_as_it_was_written():
    written = json.loads(json.dumps({"curve": Curve(points=POINTS, dev_rows=9).to_dict()}))
    assert read_curve(written) == {
        "train_loss": ((1, 0.9), (2, 0.6)),
        "dev_loss": ((1, 0.7),),
        "dev_score": ((0, 0.5), (1, 0.8), (2, 0.81)),
    }


@pytest.mark.parametrize("curve", [None, "0.5", [], {}, {"points": 3}, {"points": [1, {"epoch": "x"}]}])
def test_anything_else_is_no_curve(curve):
    assert read_curve({"curve": curve}) == {}
    assert read_curve({}) == {}
