"""Figures of each epoch, as fits leave them."""

from __future__ import annotations

import math

import pytest

from headstart.flow.adapting.watching.curve import read_curve


@pytest.mark.parametrize(
    ("curve", "read"),
    [
        ({"loss": [0.5, 0.25], "dev_score": [0.7, 0.8]}, {"loss": (0.5, 0.25), "dev_score": (0.7, 0.8)}),
        ([{"epoch": 0, "loss": 0.5}, {"epoch": 1, "loss": 0.25}], {"epoch": (0.0, 1.0), "loss": (0.5, 0.25)}),
        ({"loss": [1.0, None, math.nan, 2.0], "name": "full", "flags": [True]}, {"loss": (1.0, 2.0)}),
        (None, {}),
        ("0.5", {}),
        ([], {}),
        ([1, 2], {}),
    ],
)
def test_both_shapes_are_read_and_anything_else_is_no_curve(curve, read):
    assert read_curve({"curve": curve}) == read
    assert read_curve({}) == {}
