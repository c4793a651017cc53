"""How often auxiliary tasks are drawn, against the formula worked out by hand."""

from __future__ import annotations

import pytest

from headstart.train.mixing import mixing_shares


@pytest.mark.parametrize(
    ("rows", "others", "temperature", "most", "expected"),
    [
        # In proportion to rows, every row is read once a pass.
        (100, (300, 50), 1.0, 100.0, (1.0, 1.0)),
        # At temperature 2, 400 rows beside 100 count as twice as many: 200 of 400.
        (100, (400,), 2.0, 100.0, (0.5,)),
        # A smaller task counts more than its rows say: 25 rows give half as many batches, each row twice.
        (100, (25,), 2.0, 100.0, (2.0,)),
        # Ratios 2 and 1 under a bound of 1.5 become 1 and 0.5.
        (100, (400, 100), 2.0, 1.5, (0.25, 0.5)),
        (100, (), 2.0, 1.0, ()),
    ],
)
def test_shares_are_those_of_the_formula(rows, others, temperature, most, expected):
    found = mixing_shares(rows, others, temperature=temperature, most=most)
    assert found == pytest.approx(expected)


def test_a_high_temperature_draws_all_tasks_alike():
    shares = mixing_shares(100, (10_000, 10), temperature=1e6, most=100.0)
    batches = [share * rows for share, rows in zip(shares, (10_000, 10), strict=True)]
    assert batches == pytest.approx([100, 100], rel=1e-3)
