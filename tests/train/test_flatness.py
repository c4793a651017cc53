"""A loss counts as flat only after several rounds without a clear fall."""

from __future__ import annotations

import pytest

from headstart.train.flatness import Flatness


@pytest.mark.parametrize(
    ("losses", "ends"),
    [
        ([3.0, 2.0, 1.0, 0.5, 0.2], None),
        ([3.0, 3.0, 3.0, 3.0], 4),
        ([3.0, 3.1, 2.9, 2.95, 2.9, 2.89], 6),
        ([3.0, 2.999, 2.998, 2.5, 2.5, 2.5], None),
        ([2.0, float("nan"), float("nan"), float("nan")], 4),
        ([0.0, 0.0, 0.0, 0.0], 4),
    ],
)
def test_it_ends_after_three_rounds_that_gained_nothing(losses, ends):
    found, flatness = None, Flatness()
    for place, loss in enumerate(losses):
        flatness = flatness.after(loss)
        if flatness.reached and found is None:
            found = place + 1
    assert found == ends
