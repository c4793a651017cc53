from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from headstart.report.axis import Axis


def test_ticks_are_round():
    assert Axis.over([0.81, 0.93]).ticks == (0.825, 0.85, 0.875, 0.9, 0.925)
    assert Axis.over([0.0, 1.0]).ticks == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    assert Axis.over([-3, 40]).ticks == (0.0, 10.0, 20.0, 30.0, 40.0)
    assert Axis.over([0.0, 1.0]).digits == 1
    assert Axis.over([0.81, 0.93]).digits == 3
    assert Axis.over([-3, 40]).digits == 0


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, min_value=None, max_value=None), max_size=8))
def test_any_values_have_an_axis(values: list[float]):
    values = [value for value in values if not abs(value) > 1e12 or not math.isfinite(value)]
    axis = Axis.over(values)
    finite = [value for value in values if math.isfinite(value)]
    assert axis.low < axis.high
    assert all(0 <= axis.share(value) <= 100 for value in finite)
    assert all(axis.beyond(value) == "" for value in finite)
    assert axis.digits >= 0
