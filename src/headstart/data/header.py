"""Column names as they are used from here on."""

from __future__ import annotations

from collections import Counter

import polars as pl

from headstart.errors import DataError

_LONG_WORDS = 8
_SHOWN = 5


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
    table = body.select(kept).rename(dict(zip(kept, named, strict=True)))
    repeated = table.select(pl.all_horizontal(_equal(each) for each in named)).to_series()
    if len(named) > 1 and repeated.any():
        where = [row + 1 for row in repeated.arg_true()]
        notes.append(_said_of_repeated(where, name))
        # As empty cells they are left out, and the rows after them keep their numbers.
        blank = pl.when(repeated).then(pl.lit(""))
        table = table.with_columns(blank.otherwise(table[each]).alias(each) for each in named)
    return table, tuple(notes)


def _equal(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars() == name


def _said_of_repeated(where: list[int], name: str) -> str:
    rows = ", ".join(map(str, where[:_SHOWN])) + (", ..." if len(where) > _SHOWN else "")
    if len(where) == 1:
        return f"row {rows} of {name} repeats the header and counts as empty"
    return f"{len(where):,} rows of {name} repeat the header and count as empty (row {rows})"


def check_names(names: list[str], name: str) -> None:
    """Makes sure that every column has a name of its own, and one that names nothing else.

    Raises:
        DataError: a name occurs twice, or polars would take it for a pattern of names.
    """
    patterns = [each for each in names if each == "*" or (each.startswith("^") and each.endswith("$"))]
    if patterns:
        raise DataError(
            f"{name} has a column named {patterns[0]!r}, which reads like a pattern of names; rename or "
            "remove it"
        )
    twice = [each for each, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            f"{name} has more than one column named {', '.join(map(repr, twice))}; "
            f"every column needs a name of its own: rename or remove one"
        )


def _nameless(names: list[str], named: list[str]) -> list[int]:
    return [at for at, given in enumerate(names, 1) if not given and f"column_{at}" in named]
