"""What a model may cost is told with what it does cost."""

from __future__ import annotations

import math

import pytest

from headstart.core.caps import Caps
from headstart.core.evaluation import Footprint

SMALL = Footprint(bytes=4_000_000, row_ms=0.2)
LARGE = Footprint(bytes=91_000_000, row_ms=3.4)


def test_without_bounds_everything_is_allowed():
    assert Caps().allow(LARGE)


@pytest.mark.parametrize(
    "caps", [Caps(row_ms=1.0), Caps(bytes=5e6), Caps(row_ms=1.0, bytes=5e6), Caps(row_ms=4.0, bytes=5e6)]
)
def test_one_bound_that_is_exceeded_is_enough(caps):
    assert caps.allow(SMALL)
    assert not caps.allow(LARGE)


def test_what_just_fits_is_allowed():
    assert Caps(row_ms=3.4, bytes=91e6).allow(LARGE)


def test_every_bound_that_is_exceeded_is_told():
    assert Caps(row_ms=1.0, bytes=5e6).broken(LARGE) == (
        "it takes 3.4 ms a row, and --max-latency allows 1.0 ms",
        "it takes 91 MB on disk, and --max-size allows 5.0 MB",
    )


def test_what_was_not_measured_is_not_known_to_keep_a_bound():
    assert not Caps(row_ms=1.0).allow(Footprint(bytes=1, row_ms=math.nan))
