"""Columns beside the text: which may be read, and their cells as numbers or categories."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from headstart.core.feature import CATEGORY, NUMBER, Feature
from headstart.core.feature_cells import as_numbers, as_strings, feature_cells
from headstart.data.candidates import candidates
from headstart.errors import DataError, SettingError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from headstart.core.findings import Findings
    from headstart.core.rows import Columns, Rows
    from headstart.data.candidates import Candidate

ALL = "all"
# Answers about the whole row; columns say nothing of single words.
ANSWERS = ("class", "number", "labels")
MOST_CATEGORIES = 1_000
# Different values, as a share of the rows, up to which strings are taken for categories unasked.
_REPEATED = 0.5
_SHOWN = 6


def readable_features(rows: Rows, findings: Findings) -> tuple[Feature, ...]:
    """Columns of numbers or of categories that have no other role, name no rows and give nothing away.

    Args:
        rows: clean rows.
        findings: what was found in their table.
    """
    found = (_described(rows.frame, each) for each in _free(rows, findings))
    return tuple(each for each in found if each is not None)


def named_features(rows: Rows, named: Sequence[str], *, findings: Findings, name: str) -> tuple[Feature, ...]:
    """The columns that a person named as standing beside the text; `all` for those that may be read.

    Args:
        rows: clean rows.
        named: what was named.
        findings: what was found in their table.
        name: the source as messages name it.

    Raises:
        UnknownName: a column does not exist.
        SettingError: one has another role, names rows, gives the target away or can't be read, or there is
            none.
    """
    if ALL in named and ALL not in rows.frame.columns:
        if further := [each for each in dict.fromkeys(named) if each != ALL]:
            raise SettingError(
                f"columns: got all and {_listed(further)}; name `all` alone for every column that may be "
                "read, or leave it out and name each"
            )
        found = readable_features(rows, findings)
        if not found:
            raise SettingError(
                f"columns: got all, and {name} has no column of numbers or categories beside "
                f"{_listed(_roles(rows.columns))} that could be read; leave --columns out"
            )
        return found
    looked_at = {each.name: each for each in candidates(rows.frame.select(_existing(rows, named)))}
    for each in named:
        _refuse(each, looked_at[each], rows, findings)
    return tuple(
        _described(rows.frame, looked_at[each], asked=True) or Feature(name=each, kind=CATEGORY)
        for each in dict.fromkeys(named)
    )


def with_features(rows: Rows, features: Sequence[Feature], name: str) -> Rows:
    """The rows, read with these columns beside their text.

    Raises:
        DataError: a column is missing, or a cell does not fit its kind; the message names its row.
    """
    missing = [each.name for each in features if each.name not in rows.frame.columns]
    if missing:
        raise DataError(
            f"{name} has no column {' and no '.join(map(repr, missing))}, which is read beside the text; "
            f"it has: {', '.join(rows.frame.columns)}; add the column, or name others with --columns"
        )
    cells = [feature_cells(rows.frame[each.name], each, name) for each in features]
    columns = replace(rows.columns, features=tuple(features))
    return replace(rows, frame=rows.frame.with_columns(cells), columns=columns)


def settled_features(train: Rows) -> tuple[Feature, ...]:
    """The columns with the categories that training rows hold, the most frequent first, equals by name."""
    return tuple(
        each if each.is_number else replace(each, categories=_frequent(train.frame[each.name]))
        for each in train.columns.features
    )


def said_of_unread(rows: Rows, findings: Findings) -> list[str]:
    """What to tell where there are such columns and none was named."""
    found = [each.name for each in readable_features(rows, findings)]
    if not found:
        return []
    if len(found) == 1:
        return [
            f"column {found[0]!r} stands beside the text and is not read; if it is known when you predict, "
            f"read it too with --columns {shlex.quote(found[0])}"
        ]
    return [
        f"{len(found)} columns stand beside the text and are not read: {_listed(found)}; if they are known "
        "when you predict, read them too with --columns all, or name some with --columns NAME"
    ]


def _free(rows: Rows, findings: Findings) -> Iterable[Candidate]:
    used = {*_roles(rows.columns), *findings.id_like, *findings.leaking}
    return candidates(rows.frame.select([each for each in rows.frame.columns if each not in used]))


def _roles(columns: Columns) -> tuple[str, ...]:
    found = (*columns.text, columns.target, columns.group, columns.time)
    return tuple(each for each in found if each is not None)


def _described(frame: pl.DataFrame, told: Candidate, *, asked: bool = False) -> Feature | None:
    """A column as numbers where all its cells are such, else as categories where these repeat."""
    if told.kind in ("constant", "empty", "nested", "id", "time"):
        return None
    cells = frame[told.name]
    if cells.dtype.is_numeric() or cells.dtype == pl.Boolean:
        return Feature(name=told.name, kind=NUMBER)
    texts = as_strings(cells, told.name)
    filled = texts.drop_nulls()
    if not len(filled):
        return None
    if as_numbers(filled).null_count() == 0:
        return Feature(name=told.name, kind=NUMBER)
    few = filled.n_unique() <= max(2, min(MOST_CATEGORIES, _REPEATED * len(filled)))
    return Feature(name=told.name, kind=CATEGORY) if (few and told.kind != "text") or asked else None


def _existing(rows: Rows, named: Sequence[str]) -> list[str]:
    for each in named:
        if each not in rows.frame.columns:
            raise UnknownName("column", each, (*rows.frame.columns, ALL))
    return list(dict.fromkeys(named))


def _refuse(name: str, told: Candidate, rows: Rows, findings: Findings) -> None:
    roles: Mapping[str | None, str] = {
        rows.columns.target: "the target",
        rows.columns.group: "the group",
        rows.columns.time: "the time",
        **dict.fromkeys(rows.columns.text, "read as text already"),
    }
    reasons = {
        "id": "an id, different in every row, which says nothing of other rows",
        "constant": "the same in every row",
        "empty": "empty",
        "nested": "made of lists or objects",
        "time": "made of dates or times; make numbers of them, such as the year or the days since then",
    }
    why = roles.get(name) or reasons.get(told.kind)
    if name in findings.leaking and why is None:
        why = (
            f"giving {rows.columns.target!r} away almost always; where it is known when you predict, no "
            "model is needed"
        )
    if why is not None:
        raise SettingError(f"columns: got {name!r}, which is {why}; leave it out")


def _frequent(cells: pl.Series) -> tuple[str, ...]:
    # A column may be called `count`, as polars calls what it counts.
    counts = cells.drop_nulls().alias("cell").value_counts().rows()
    order = sorted(counts, key=lambda each: (-int(each[1]), str(each[0])))
    return tuple(str(each[0]) for each in order[:MOST_CATEGORIES])


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(map(repr, names[:_SHOWN])) + more
