"""Cells beside the text as numbers or categories, and a table that trees can read."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from headstart.core.feature import CATEGORY, NUMBER, Feature
from headstart.core.feature_cells import feature_cells, feature_table
from headstart.errors import DataError

AGE, KIND = Feature(name="c", kind=NUMBER), Feature(name="c", kind=CATEGORY, categories=("b", "a"))


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1", " 2.5 ", "", "NA", None, "nan", "-"], [1.0, 2.5, None, None, None, None, None]),
        (["true", "False", "1e3"], [1.0, 0.0, 1000.0]),
        ([1, 2, None], [1.0, 2.0, None]),
        ([1.5, float("nan")], [1.5, None]),
        ([True, False, None], [1.0, 0.0, None]),
        ([timedelta(hours=1), None], [3600.0, None]),
    ],
)
def test_numbers_are_read_however_they_are_spelt(cells, numbers):
    assert feature_cells(pl.Series("c", cells), AGE, "a.csv").to_list() == numbers


def test_categories_lose_spaces_and_gaps_are_gaps():
    found = feature_cells(pl.Series("c", [" a", "b ", "n/a", "", None, "?"]), KIND, "a.csv")
    assert found.to_list() == ["a", "b", None, None, None, None]
    assert feature_cells(pl.Series("c", [3, 4]), KIND, "a.csv").to_list() == ["3", "4"]


def test_a_word_among_numbers_is_told_with_its_row():
    with pytest.raises(DataError, match=r"row 12 of new\.csv has 'ten' in column 'c'.*write a number"):
        feature_cells(pl.Series("c", ["1", "ten"]), AGE, "new.csv", before=10)


def test_lists_are_refused():
    with pytest.raises(DataError, match="holds lists or objects"):
        feature_cells(pl.Series("c", [[1], [2]]), AGE, "a.parquet")


def test_the_table_has_places_of_categories_and_gaps_for_what_was_never_seen():
    frame = pl.DataFrame({"n": [1.0, None], "c": ["a", "z"]})
    found = feature_table(frame, (Feature(name="n", kind=NUMBER), KIND))
    np.testing.assert_array_equal(found, [[1.0, 1.0], [np.nan, np.nan]])
    assert feature_table(frame.clear(), (KIND,)).shape == (0, 1)


def test_no_category_at_all_is_all_gaps():
    bare = Feature(name="c", kind=CATEGORY)
    assert np.isnan(feature_table(pl.DataFrame({"c": ["a"]}), (bare,))).all()
