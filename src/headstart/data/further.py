"""A second file beside the training file: the same columns, and no text on both sides of the test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headstart.core.feature_cells import feature_cells
from headstart.core.rows import Columns, Rows
from headstart.data.clusters import joined_texts
from headstart.data.duplicates import find_duplicates
from headstart.data.load_rows import LoadedRows, clean
from headstart.data.read import read_table
from headstart.errors import DataError

if TYPE_CHECKING:
    from headstart.data.source import Source
    from headstart.data.table import Table


def load_test(source: Source, main: LoadedRows) -> LoadedRows:
    """Rows to test on, with the columns of the training file.

    Args:
        source: where they are.
        main: the training rows, of a kind of task.

    Raises:
        DataError: the file can't be read or lacks a column.
    """
    table, columns = read_table(source), main.rows.columns
    targets = main.kind.stated.target if main.kind else ()
    _require(table, [*columns.text, *targets, *(each.name for each in columns.features)])
    group = columns.group if columns.group in table.frame.columns else None
    # Columns beside the text are read before rows are left out, so that faults are told by their rows.
    cells = [feature_cells(table.frame[each.name], each, table.name) for each in columns.features]
    table = replace(table, frame=table.frame.with_columns(cells))
    return clean(table, replace(columns, group=group, time=None), main.kind)


def load_unlabelled(source: Source, columns: Columns) -> LoadedRows:
    """Rows of which only the text is read; a file of one column needs no particular name for it.

    Raises:
        DataError: the file can't be read or lacks a column.
    """
    table = read_table(source)
    if len(columns.text) == 1 and table.frame.width == 1:
        table = replace(table, frame=table.frame.rename({table.frame.columns[0]: columns.text[0]}))
    _require(table, list(columns.text))
    table = replace(table, frame=table.frame.select(columns.text))
    return clean(table, Columns(text=columns.text), None)


def without_texts_of(rows: Rows, *others: Rows) -> Rows:
    """The rows whose text nearly equals none of the others'."""
    texts = pl.concat([joined_texts(each).rename("text") for each in (rows, *others)])
    clusters = find_duplicates(texts).clusters
    return rows.take(~np.isin(clusters[: len(rows)], clusters[len(rows) :]))


def _require(table: Table, needed: list[str]) -> None:
    missing = [each for each in needed if each not in table.frame.columns]
    if missing:
        raise DataError(
            f"{table.name} has no column {' and no '.join(map(repr, missing))}, which the training "
            f"file has; it has: {', '.join(table.frame.columns)}; rename the column there"
        )
