"""Labels are strings; what can't be classes is refused, and what looks like a slip is told."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from headstart.errors import DataError
from headstart.tasks._labels import as_labels, check_classes, odd_labels


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([1, 0, None], ["1", "0", None]),
        ([1.0, 2.0, None], ["1", "2", None]),
        (["1.0", " 2.0 ", "", "3.00"], ["1", " 2 ", "", "3"]),
        (["1.0", "2.5"], ["1.0", "2.5"]),
        (["007", "7"], ["007", "7"]),
        ([True, False], ["true", "false"]),
        ([date(2024, 5, 1), None], ["2024-05-01", None]),
    ],
)
def test_labels_as_strings(values: list[object], labels: list[str | None]) -> None:
    assert as_labels(pl.Series("y", values)).to_list() == labels


def test_lists_are_no_labels() -> None:
    with pytest.raises(DataError, match="lists or objects"):
        as_labels(pl.Series("y", [["a"], ["b", "c"]]))


@pytest.mark.parametrize(
    "values",
    [
        [f"{at * 0.37:.2f}" for at in range(60)],
        [str(at * 13 % 997) for at in range(300)],
        [f"{at % 40 / 7:.3f}" for at in range(1000)],
        ["0.1", "0.25", "3.5", "4.75", "7.1", "9.9"],
    ],
)
def test_continuous_targets_are_refused(values: list[str]) -> None:
    with pytest.raises(DataError, match=r"continuous .*give --task regression"):
        check_classes(pl.Series("price", values), "rows.csv")


@pytest.mark.parametrize(
    "values",
    [
        [str(at % 10) for at in range(60)],
        ["0.5", "1.0", "1.5", "2.0"] * 9,
        [str(at % 77) for at in range(800)],
    ],
)
def test_numbers_may_be_classes(values: list[str]) -> None:
    check_classes(pl.Series("stars", values), "rows.csv")


def test_a_label_for_every_row_is_refused() -> None:
    with pytest.raises(DataError, match="12 different labels in 12 rows"):
        check_classes(pl.Series("name", [f"n{at}" for at in range(12)]), "rows.csv")


def test_odd_labels_are_told_and_kept() -> None:
    spaces, alike = odd_labels([" spam", "spam", "Ham", "ham", "HAM", "other"])
    assert "' spam'" in spaces
    assert "' spam' and 'spam'" in alike
    assert "'HAM' and 'Ham' and 'ham'" in alike
    assert "other" not in spaces + alike
    assert odd_labels(["a", "b"]) == ()


def test_labels_that_unicode_spells_in_two_ways_are_told() -> None:
    (note,) = odd_labels(["caf\u00e9", "cafe\u0301", "tea", "te\u200ba", "\uff34ea"])
    assert r"'cafe\u0301' and 'caf\xe9'" in note
    assert "\uff34ea" in note
    assert r"te\u200ba" in note
    assert odd_labels(["resume", "r\u00e9sum\u00e9"]) == ()
