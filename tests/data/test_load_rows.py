"""Rows that can't be used are left out and counted; what is left is strings without gaps."""

from __future__ import annotations

import polars as pl
import pytest

from headstart.data.load_rows import load_rows
from headstart.data.options import DataOptions
from headstart.errors import DataError

TEXTS = ["a first text", "  ", None, "a fourth text", "a fifth text", "a sixth text"]
LABELS = ["x", "y", "x", None, " ", "y"]


def test_gaps_are_left_out_counted_and_keep_their_row_numbers() -> None:
    loaded = load_rows({"text": TEXTS, "label": LABELS}, DataOptions(target=("label",), text=("text",)))
    assert loaded.rows.numbers.tolist() == [1, 6]
    assert (loaded.findings.empty, loaded.findings.unlabelled) == (2, 2)
    assert "2 rows have no text and were left out (row 2, 3)" in loaded.warnings
    assert "2 rows have no label and were left out (row 4, 5)" in loaded.warnings


def test_numbers_become_strings() -> None:
    columns = {"text": [f"text number {at} here" for at in range(6)], "label": [1.0, 2.0, None] * 2}
    rows = load_rows(columns, DataOptions()).rows
    assert rows.targets == ["1", "2", "1", "2"]
    assert rows.numbers.tolist() == [1, 2, 4, 5]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"text": ["", " "] * 5, "label": [*"ab"] * 5}, "all 10 texts in column 'text' .*are empty"),
        ({"text": ["some text"] * 4, "label": [None, "", " ", None]}, "no row .*both a text and a label"),
        (pl.DataFrame({"text": [["a", "list"]] * 4, "label": [*"abab"]}), "holds lists"),
    ],
)
def test_nothing_to_use(columns: object, words: str) -> None:
    with pytest.raises(DataError, match=words):
        load_rows(columns, DataOptions(target=("label",), text=("text",)))


def test_ids_and_leaks_are_named() -> None:
    columns = {
        "id": [f"t-{at}" for at in range(40)],
        "text": [f"text number {at} is about this" for at in range(40)],
        "label": [*"ab"] * 20,
        "code": [1, 2] * 20,
    }
    loaded = load_rows(columns, DataOptions(target=("label",)))
    assert loaded.findings.id_like == ("id",)
    assert loaded.findings.leaking == ("code",)
    assert any("'code' gives 'label' away" in each and "not read" in each for each in loaded.warnings)
    read = load_rows(columns, DataOptions(target=("label",), text=("text", "code", "id")))
    assert any("leave it out" in each and "'code'" in each for each in read.warnings)
    assert any("'id' is an id" in each for each in read.warnings)


def test_ignored_columns_are_gone() -> None:
    columns = {"text": ["one text here", "two texts here"] * 5, "label": [*"ab"] * 5, "secret": ["s"] * 10}
    assert load_rows(columns, DataOptions(ignore=("secret",))).rows.frame.columns == ["text", "label"]
