"""Ordered classes against the contract of tasks, and what their order changes."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from headstart.core.decision import Decision
from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.errors import DataError, SettingError
from headstart.tasks.ordinal import Ordinal
from tests.contracts.small_data import small_rows
from tests.contracts.task_contract import TaskContract


def labelled(*labels: str) -> Rows:
    frame = pl.DataFrame({"text": ["a"] * len(labels), "label": labels})
    return Rows.of(frame, Columns(text=("text",), target="label"))


class TestOrdinal(TaskContract):
    name = "ordinal"

    @pytest.fixture
    def rows(self):
        rows = small_rows(12)
        stars = pl.Series("label", ["1 star", "2 stars", "10 stars"] * 4)
        return Rows.of(rows.frame.with_columns(stars), rows.columns)


def test_classes_stand_in_the_order_of_their_numbers():
    assert Ordinal.infer(labelled("10", "9", "2", "10", "9", "2")).classes == ("2", "9", "10")
    stars = ("10 stars", "1 star", "2 stars") * 2
    assert Ordinal.infer(labelled(*stars)).classes == ("1 star", "2 stars", "10 stars")
    assert Ordinal.infer(labelled(*["-1", "0", "0.5"] * 2)).classes == ("-1", "0", "0.5")
    # A dash after a word is no sign.
    assert Ordinal.infer(labelled(*["level-2", "level-1"] * 2)).classes == ("level-1", "level-2")


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["low", "high"] * 3, "'high' holds no number"),
        (["1 of 5", "2 of 5"] * 3, "more than one number"),
        (["1", "1 star"] * 3, "hold the same number"),
        (["4"] * 4, "only '4'"),
    ],
)
def test_an_order_that_is_not_clear_is_refused(labels, words):
    with pytest.raises(DataError, match=words):
        Ordinal.infer(labelled(*labels))


def test_a_positive_class_has_no_meaning():
    with pytest.raises(SettingError, match="positive"):
        Ordinal.infer(labelled(*["1", "2"] * 3), positive="2")


def test_the_label_is_the_middle_of_what_is_probable():
    task = Ordinal(classes=("1", "2", "3", "4", "5"))
    # Either end is more probable than the middle, which is the least bad answer.
    raw = Predictions(
        classes=task.classes, labels=np.array([0]), probabilities=np.array([[0.4, 0.05, 0.15, 0.05, 0.35]])
    )
    squared = Decision(costs=task.label_costs("quadratic_kappa")).apply(raw)
    plain = Decision(costs=task.label_costs("rank_mae")).apply(raw)
    assert squared.names == ["3"]
    assert plain.names == ["3"]
    assert Decision().apply(raw).names == ["1"]


def test_distances_are_squared_unless_the_mean_error_decides():
    task = Ordinal(classes=("1", "2", "3"))
    assert task.label_costs("") == ((0.0, 1.0, 4.0), (1.0, 0.0, 1.0), (4.0, 1.0, 0.0))
    assert task.label_costs("rank_mae")[0] == (0.0, 1.0, 2.0)
