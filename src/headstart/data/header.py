"""Column names as they are used from here on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from headstart.errors import DataError

if TYPE_CHECKING:
    import polars as pl

_LONG_WORDS = 8


def tidy_header(frame: pl.DataFrame, name: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The table under the names in its first row, without nameless empty columns, and what to tell.

    Raises:
        DataError: there are no further rows, or a name occurs twice.
    """
    names = [str(each).strip() for each in frame.row(0)]
    body = frame.slice(1)
    if not any(names):
        raise DataError(f"{name} is blank; it needs a header and rows")
    if body.is_empty():
        raise DataError(f"{name} has a header ({', '.join(names)}) but no rows; add rows under it")
    named, kept = list[str](), list[str]()
    for at, (column, given) in enumerate(zip(body.columns, names, strict=True), 1):
        if given or not (body[column] == "").all():
            kept.append(column)
            named.append(given or f"column_{at}")
    check_names(named, name)
    notes = [f"column {at} of {name} has no name and is called column_{at}" for at in _nameless(names, named)]
    if any(len(each.split()) >= _LONG_WORDS for each in named):
        notes.append(
            f"the first line of {name} reads like a row, not like column names: is the header missing?"
        )
    return body.select(kept).rename(dict(zip(kept, named, strict=True))), tuple(notes)


def check_names(names: list[str], name: str) -> None:
    """Makes sure that every column has a name of its own.

    Raises:
        DataError: a name occurs twice.
    """
    twice = [each for each, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            f"{name} has more than one column named {', '.join(map(repr, twice))}; "
            f"every column needs a name of its own: rename or remove one"
        )


def _nameless(names: list[str], named: list[str]) -> list[int]:
    return [at for at, given in enumerate(names, 1) if not given and f"column_{at}" in named]
