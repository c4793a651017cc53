"""Sums of trees: what they answer, and back from their text."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from headstart.errors import MissingExtra
from headstart.models.boosted import Boosted
from headstart.models.lightgbm_there import lightgbm
from headstart.train.fit_boosted import BoostWish, fit_boosted


def grown(answer: str, classes: tuple[str, ...], targets: np.ndarray, table: np.ndarray) -> Boosted:
    order = np.arange(len(table))
    wish = BoostWish(answer=answer, classes=classes, rounds=20)
    return fit_boosted(
        table, targets, wish, groups=order, strata=np.zeros(len(table), dtype=np.int64)
    ).boosted


@pytest.fixture
def table() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(200, 3))


CASES = {
    "two classes": ("class", ("a", "b"), lambda table: (table[:, 0] > 0).astype(np.int64)),
    "three classes": ("class", ("a", "b", "c"), lambda table: np.digitize(table[:, 0], [-0.5, 0.5])),
    "labels": ("labels", ("a", "b"), lambda table: (table[:, :2] > 0).astype(np.float32)),
    "a number": ("number", (), lambda table: 3.0 * table[:, 0]),
}


@pytest.mark.parametrize("case", CASES)
def test_answers_have_the_form_that_is_asked_for_and_come_back_from_disk(case, table, tmp_path):
    answer, classes, of = CASES[case]
    boosted = grown(answer, classes, of(table), table)
    found = boosted.predict(table)
    assert found.classes == classes
    assert len(boosted.predict(table[:0])) == 0
    boosted.save(tmp_path)
    again = Boosted.load(tmp_path, count=len(boosted.boosters), answer=answer, classes=classes).predict(table)
    for name, values in found.arrays.items():
        np.testing.assert_array_equal(again.arrays[name], values)


def test_what_was_split_on_gains_all(table):
    gains = grown("number", (), 3.0 * table[:, 0], table).gains
    assert gains.sum() == pytest.approx(1.0)
    assert gains.argmax() == 0


def test_nothing_to_split_on_gains_nothing():
    flat = grown("number", (), np.arange(50.0), np.zeros((50, 2)))
    assert flat.gains.tolist() == [0.0, 0.0]


def test_a_missing_library_is_answered_with_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(MissingExtra, match=r"'lightgbm'.*headstart\[tables\]"):
        lightgbm()
