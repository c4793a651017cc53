"""Cells that look like lists, and cells that only begin like one."""

from __future__ import annotations

import polars as pl

from headstart.core.turns import shape_of
from headstart.core.unpacked import unpacked
from headstart.data.load_rows import load_rows
from headstart.data.options import DataOptions
from headstart.tasks._lists import list_cells

# Deeper than a reader of JSON goes, and with more digits than Python takes for a number.
BRACKETS, DIGITS = "[" * 20_000, f"[{'9' * 5_000}]"


def test_lists_are_read_as_such_and_as_json() -> None:
    assert list_cells(pl.Series(['["a", "b"]', " ", None, "[]"])) == [["a", "b"], None, None, []]
    assert list_cells(pl.Series([["a"], None])) == [["a"], None]
    assert list_cells(pl.Series(['["a"]', "a text"])) is None


def test_a_text_of_brackets_is_a_text() -> None:
    for text in (BRACKETS, DIGITS):
        assert list_cells(pl.Series([text])) is None
        assert unpacked(text) == text
        assert shape_of(text) is None


def test_rows_with_a_text_of_brackets_can_be_read() -> None:
    texts = [BRACKETS, *(f"a text of the number {at}" for at in range(19))]
    for column in ("text", "question", "messages", "answers"):
        frame = {column: texts, "label": [*"ab"] * 10}
        options = DataOptions(text=(column,), target=("label",))
        assert load_rows(frame, options).rows.texts == texts
