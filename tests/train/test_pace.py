"""Epochs, rows in a step and rate that suit the rows."""

from __future__ import annotations

import pytest

from headstart.train.pace import Pace


def of(rows: int, classes: int = 2, **said) -> Pace:
    return Pace.of(rows, classes=classes, usual_rate=2e-4, **said)


@pytest.mark.parametrize(
    ("rows", "batch_size"), [(20, 16), (500, 16), (800, 32), (1000, 32), (2000, 64), (10**6, 64)]
)
def test_steps_grow_with_the_rows_within_bounds(rows, batch_size):
    assert of(rows).batch_size == batch_size


def test_an_epoch_has_some_twenty_steps_or_small_ones():
    for rows in range(10, 5000, 37):
        pace = of(rows)
        assert pace.batch_size == 16 or rows / pace.batch_size > 20


def test_the_rate_grows_with_the_root_of_the_rows_in_a_step():
    assert of(20).rate == pytest.approx(2e-4)
    assert of(2000).rate == pytest.approx(4e-4)
    assert of(2000, batch_size=4).rate == pytest.approx(1e-4)


def test_rows_in_a_step_that_were_said_stand():
    assert of(10**6, batch_size=7).batch_size == 7


@pytest.mark.parametrize(
    ("rows", "classes", "epochs"), [(2000, 2, 4), (2000, 77, 6), (80, 8, 10), (10, 0, 10)]
)
def test_rare_classes_are_seen_more_often(rows, classes, epochs):
    assert of(rows, classes).epochs == epochs
