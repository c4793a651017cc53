"""Columns from plain Python values, without guessing more than their types say."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

_LARGEST, _LARGEST_EXACT = 2**63, 2**53


def column(name: str, values: Iterable[Any]) -> pl.Series:
    """One column: a type where all values share it, else each value as text.

    Raises:
        DataError: a text, or the name, is not valid Unicode.
    """
    cells = [_plain(each) for each in values]
    kinds = {type(each) for each in cells if each is not None}
    try:
        if kinds == {bool}:
            return pl.Series(name, cells, dtype=pl.Boolean)
        if kinds == {int} and all(each is None or -_LARGEST <= each < _LARGEST for each in cells):
            return pl.Series(name, cells, dtype=pl.Int64)
        if kinds and kinds <= {int, float} and all(map(_is_exact, cells)):
            return pl.Series(
                name, [None if each is None else float(each) for each in cells], dtype=pl.Float64
            )
        if kinds and all(issubclass(kind, date) for kind in kinds) and len(kinds) == 1:
            return pl.Series(name, cells)
        return pl.Series(name, [_as_text(each) for each in cells], dtype=pl.String)
    except UnicodeEncodeError:
        if not _valid(name):
            raise DataError(
                f"the name of column {name!r} holds half a character (a lone surrogate); names must be valid "
                "Unicode: rename that column"
            ) from None
        row = next(at for at, each in enumerate(cells, 1) if not _valid(_as_text(each)))
        raise DataError(
            f"row {row} of column {name!r} holds half a character (a lone surrogate); "
            f"texts must be valid Unicode: mend or remove that row"
        ) from None


def _plain(value: Any) -> Any:
    """A Python value for one of NumPy, seconds for a stretch of time, None for no number and no time."""
    if isinstance(value, str):
        return str(value)
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - only NaN differs from itself
        return None
    return None if type(value).__name__ in ("NaTType", "NAType") else value


def _is_exact(value: Any) -> bool:
    """Whether a float says the same; of whole numbers beyond 2^53 it would make one of several."""
    return not isinstance(value, int) or abs(value) <= _LARGEST_EXACT


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _valid(text: str | None) -> bool:
    try:
        (text or "").encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
