"""Cells that look like lists, and cells that only begin like one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from headstart.core.turns import shape_of
from headstart.core.unpacked import unpacked
from headstart.data.load_rows import load_rows
from headstart.data.options import DataOptions
from headstart.errors import DataError
from headstart.tasks._lists import check_one_shape, list_cells

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.mark.parametrize("cells", [['["a"]', '["a", "b"]', "a", ""], ["[1]", None, "[2]", "7"]])
def test_a_cell_that_is_no_list_among_lists_is_named_with_its_row(cells: list[str | None]) -> None:
    row = 3 if cells[2] == "a" else 4
    with pytest.raises(DataError, match=f"row {row} of rows.jsonl has '.' in 'y', and other rows have lists"):
        check_one_shape(pl.Series("y", cells), "rows.jsonl")


@pytest.mark.parametrize("cells", [["a", "b"], ['["a"]', None, " "], ["x = 1", "[1, 2]", "y"], [None, None]])
def test_a_column_of_one_shape_passes(cells: list[str | None]) -> None:
    check_one_shape(pl.Series("y", cells, dtype=pl.String), "rows.jsonl")


@pytest.mark.parametrize(
    ("task", "text", "target"),
    [
        (None, "text", "labels"),
        ("classification", "text", "labels"),
        ("multilabel", "text", "labels"),
        ("text_to_text", "text", "labels"),
        (None, "query", "positives"),
    ],
)
def test_no_kind_of_task_takes_lists_for_texts(
    tmp_path: Path, task: str | None, text: str, target: str
) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [{text: f"words of the text {at}", target: ["a", "b"] if at % 2 else ["b"]} for at in range(20)]
    rows[8][target] = "a"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with pytest.raises(DataError, match=f"row 9 of .*rows.jsonl has 'a' in '{target}', and other rows"):
        load_rows(path, DataOptions(target=(target,), text=(text,)), task_name=task)
