"""Targets of any number of labels, in the forms that files give them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl

from headstart.errors import DataError
from headstart.tasks._lists import LOOKED_AT, list_cells
from headstart.tasks._prose import are_prose_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DELIMITERS = ("|", ";", ",")
YES, NO = {"1", "1.0", "true"}, {"0", "0.0", "false"}


def are_label_lists(values: pl.Series) -> bool:
    """Whether cells are lists of plain values of which none comes twice in a list, as tags of words do."""
    cells = list_cells(values.drop_nulls()[:LOOKED_AT])
    if cells is None:
        return False
    several = [each for each in cells if each]
    plain = all(isinstance(label, str | int | bool) for each in several for label in each)
    if not several or not plain or any(len(set(each)) < len(each) for each in several):
        return False
    # Lists of whole sentences are texts to write, of which several are right.
    return not are_prose_lists(values)


def is_yes_or_no(values: pl.Series) -> bool:
    """Whether a column holds 0 and 1 (or false and true), and both of them."""
    if values.dtype.is_nested() or values.dtype in (pl.Object, pl.Binary):
        return False
    cells = values.cast(pl.String).str.strip_chars().str.to_lowercase().drop_nulls()
    known = set(cells.filter(cells != "").unique())
    return known <= YES | NO and bool(known & YES) and bool(known & NO)


def from_columns(frame: pl.DataFrame, columns: Sequence[str], name: str) -> list[str | None]:
    """Sets of the columns that hold 1 in each row; a row with a gap has no answer.

    Raises:
        DataError: a cell holds neither 0 nor 1; the message names its row.
    """
    lines = list[tuple[bool | None, ...]]()
    for row, cells in enumerate(frame.select(columns).iter_rows(), 1):
        lines.append(
            tuple(_yes(cell, row, column, name) for cell, column in zip(cells, columns, strict=True))
        )
    return [
        None
        if any(each is None for each in line)
        else as_text(column for column, each in zip(columns, line, strict=True) if each)
        for line in lines
    ]


def from_lists(cells: Sequence[list[Any] | None], column: str, name: str) -> list[str | None]:
    """Sets of the labels in each list.

    Raises:
        DataError: a list holds something that is no label; the message names its row.
    """
    found = list[str | None]()
    for row, cell in enumerate(cells, 1):
        odd = [
            each for each in cell or () if not isinstance(each, str | int | bool) or str(each).strip() == ""
        ]
        if odd:
            raise DataError(
                f"row {row} of {name} has {odd[0]!r} among the labels in column {column!r}; labels are texts "
                "or whole numbers: correct that row"
            )
        found.append(None if cell is None else as_text(map(str, cell)))
    return found


def from_delimited(values: pl.Series) -> list[str | None]:
    """Sets of the labels that a delimiter parts in each cell: the one of `|`, `;` and `,` in most cells."""
    cells = values.cast(pl.String).to_list()
    seen = Counter(mark for cell in cells if cell for mark in DELIMITERS if mark in cell)
    mark = max(DELIMITERS, key=lambda each: (seen[each], -DELIMITERS.index(each)))
    return [
        None
        if cell is None or not cell.strip()
        else as_text(part for each in cell.split(mark) if (part := each.strip()))
        for cell in cells
    ]


def as_text(labels: Iterable[str]) -> str:
    """A set of labels as text, the same for the same set."""
    return json.dumps(sorted(set(labels)), ensure_ascii=False)


def _yes(cell: Any, row: int, column: str, name: str) -> bool | None:
    said = "" if cell is None else str(cell).strip().lower()
    if said in YES or said in NO:
        return said in YES
    if not said:
        return None
    raise DataError(
        f"row {row} of {name} has {cell!r} in the target column {column!r}; where several columns are the "
        "target each cell is 0 or 1: correct it, or name one column with --target"
    )
