"""Targets that are texts, in the forms that files give them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from headstart.errors import DataError
from headstart.tasks._lists import check_one_shape, list_cells

if TYPE_CHECKING:
    from headstart.core.rows import Rows


def reference_cells(values: pl.Series, name: str) -> pl.Series:
    """The references of each row as JSON, blank where there are none.

    Args:
        values: texts, or lists of texts.
        name: the source as messages name it.

    Raises:
        DataError: a list holds something that is no text, or a cell among lists is none; the message names
            its row.
    """
    check_one_shape(values, name)
    lists = list_cells(values)
    if lists is None and (values.dtype.is_nested() or values.dtype in (pl.Object, pl.Binary)):
        raise DataError(
            f"the target {values.name!r} of {name} holds {values.dtype}, and texts are to be written; a "
            "target is a text, or a list of texts where several are right: name another column with --target"
        )
    cells = lists if lists is not None else [[each] for each in values.cast(pl.String)]
    found = [_as_json(cell, row, values.name, name) for row, cell in enumerate(cells, 1)]
    return pl.Series(values.name, found, dtype=pl.String)


def references_of(rows: Rows) -> list[tuple[str, ...]]:
    """The references of each clean row, its own first and then those of other rows of the same source."""
    own = [tuple(json.loads(each)) for each in rows.targets]
    shared: dict[str, dict[str, None]] = {}
    for source, mine in zip(rows.texts, own, strict=True):
        shared.setdefault(source, {}).update(dict.fromkeys(mine))
    return [
        tuple(dict.fromkeys((*mine, *shared[source]))) for source, mine in zip(rows.texts, own, strict=True)
    ]


def own_references(rows: Rows) -> list[list[str]]:
    """The references that stand in each clean row itself."""
    return [json.loads(each) for each in rows.targets]


def _as_json(cell: list[Any] | None, row: int, column: str, name: str) -> str | None:
    odd = [each for each in cell or () if each is not None and not isinstance(each, str)]
    if odd:
        raise DataError(
            f"row {row} of {name} has {odd[0]!r} in the target {column!r}; a target is a text, or a list of "
            "texts where several are right: correct that row"
        )
    kept = [each for each in cell or () if each and each.strip()]
    return json.dumps(kept, ensure_ascii=False) if kept else None
