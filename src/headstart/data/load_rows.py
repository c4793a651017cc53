"""Rows of one source, cleaned: strings without gaps, and only rows that can be used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headstart.core.findings import Findings
from headstart.core.rows import Rows
from headstart.data.columns import other_texts
from headstart.data.features import ANSWERS, named_features, said_of_unread, with_features
from headstart.data.kind import find_kind
from headstart.data.leaks import id_like, leaking
from headstart.data.read import read_table
from headstart.errors import DataError, SettingError
from headstart.wording import answer_label, answers_label

if TYPE_CHECKING:
    from headstart.core.rows import Columns
    from headstart.data.kind import Kind
    from headstart.data.options import DataOptions
    from headstart.data.source import Source
    from headstart.data.table import Table

_SHOWN = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class LoadedRows:
    """Clean rows of a source, with what was found and left out on the way.

    Args:
        rows: the rows that can be used, each a cluster of its own.
        findings: what the uncleaned table showed.
        warnings: the same in plain words.
        name: the source as messages name it.
        kind: the kind of task that it states; None without a target.
    """

    rows: Rows
    findings: Findings
    warnings: tuple[str, ...]
    name: str
    kind: Kind | None = None


def load_rows(
    source: Source, options: DataOptions, *, task_name: str | None = None, labelled: bool = True
) -> LoadedRows:
    """Reads a source, chooses its columns and cleans its rows.

    Args:
        source: where the rows are.
        options: what was said about columns.
        task_name: kind of task; found from the table when left out.
        labelled: whether rows need a label.

    Raises:
        DataError: the source can't be read, columns are not clear, or no row can be used.
        UnknownName: a named column does not exist.
        SettingError: a column that was named beside the text can't be read there.
    """
    table = read_table(source)
    kind, columns = find_kind(table.frame, options, table.name, task_name=task_name, labelled=labelled)
    frame = table.frame.drop(options.ignore)
    loaded = _with_features(clean(replace(table, frame=frame), columns, kind), options)
    return replace(loaded, warnings=(*loaded.warnings, *_unread(loaded, columns, options)))


def _with_features(loaded: LoadedRows, options: DataOptions) -> LoadedRows:
    """The rows with the columns beside the text that were named, or a note of those that could be."""
    answer = loaded.kind.reads.answer if loaded.kind else ANSWERS[0]
    if options.columns and answer not in ANSWERS:
        raise SettingError(
            f"columns: got {', '.join(options.columns)}, and {loaded.kind.task if loaded.kind else 'this'} "
            f"reads texts alone; columns serve tasks whose answer is one of {', '.join(ANSWERS)}; leave "
            "--columns out"
        )
    if options.columns:
        features = named_features(loaded.rows, options.columns, findings=loaded.findings, name=loaded.name)
        return replace(loaded, rows=with_features(loaded.rows, features, loaded.name))
    if loaded.kind is None or answer not in ANSWERS:
        return loaded
    return replace(loaded, warnings=(*loaded.warnings, *said_of_unread(loaded.rows, loaded.findings)))


def clean(table: Table, columns: Columns, kind: Kind | None) -> LoadedRows:
    """The usable rows of a table, with answers and texts as strings.

    Args:
        table: the table as it was read.
        columns: the roles of its columns.
        kind: the kind of task that reads its answers, or None where they are not read.

    Raises:
        DataError: all texts or all answers are empty, or the answers do not fit the kind of task.
    """
    frame = table.frame if kind is None else kind.reads.read(table.frame, kind.stated, table.name)
    frame = frame.with_columns(_texts(frame, each, table.name) for each in columns.text)
    texts = frame.select(pl.any_horizontal(pl.col(columns.text).str.contains(r"\S"))).to_series()
    labels = _filled(frame, columns.target)
    if not texts.any():
        raise DataError(
            f"all {frame.height:,} texts in column {' and '.join(map(repr, columns.text))} of "
            f"{table.name} are empty; name the column that holds the texts with --text COLUMN"
        )
    if not (texts & labels).any():
        answer = kind.reads.answer if kind is not None else "class"
        raise DataError(
            f"no row of {table.name} has both a text and {answer_label(answer)} in column "
            f"{columns.target!r}; fill in {answers_label(answer)}, or name another column with --target"
        )
    empty, unlabelled = int((~texts).sum()), int((texts & ~labels).sum())
    kept = (texts & labels).to_numpy()
    rows = Rows.of(frame, columns).take(kept) if not kept.all() else Rows.of(frame, columns)
    notes = [*table.notes, *_gaps(~texts, "no text"), *_gaps(texts & ~labels, f"no {columns.target}")]
    if kind is not None:
        notes += kind.reads.check(rows, table.name)
    ids, leaks = _columns_found(rows)
    findings = Findings(empty=empty, unlabelled=unlabelled, id_like=ids, leaking=leaks)
    return LoadedRows(rows=rows, findings=findings, warnings=tuple(notes), name=table.name, kind=kind)


def _texts(frame: pl.DataFrame, column: str, name: str) -> pl.Series:
    if frame[column].dtype.is_nested() or frame[column].dtype in (pl.Object, pl.Binary):
        raise DataError(
            f"column {column!r} of {name} holds lists or objects, not text; name a column of texts with "
            "--text"
        )
    return frame[column].cast(pl.String).fill_null("")


def _filled(frame: pl.DataFrame, column: str | None) -> pl.Series:
    if column is None:
        return pl.Series(np.ones(frame.height, dtype=bool))
    return frame[column].str.contains(r"\S").fill_null(value=False)


def _gaps(missing: pl.Series, what: str) -> list[str]:
    where = missing.arg_true()
    if not len(where):
        return []
    said = ", ".join(f"{row + 1}" for row in where[:_SHOWN])
    more = "" if len(where) <= _SHOWN else ", ..."
    have = "row has" if len(where) == 1 else "rows have"
    return [
        f"{len(where):,} {have} {what} and {'was' if len(where) == 1 else 'were'} left out (row {said}{more})"
    ]


def _columns_found(rows: Rows) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns that are ids, and columns that give the target away."""
    columns = rows.columns
    roles = (columns.target, columns.group, columns.time)
    ids = id_like(rows.frame, (*columns.text, *roles))
    if columns.target is None:
        return ids, ()
    return ids, leaking(rows.frame, columns.target, (*ids, *roles))


def _unread(loaded: LoadedRows, columns: Columns, options: DataOptions) -> list[str]:
    """What to tell of columns beside text and target."""
    notes = list[str]()
    settled = options.text or (loaded.kind is not None and loaded.kind.stated.text)
    if not settled and (others := other_texts(loaded.rows.frame, columns, options.ignore)):
        notes.append(
            f"the text was taken from column {columns.text[0]!r}; {' and '.join(map(repr, others))} "
            f"{'reads' if len(others) == 1 else 'read'} like text too: add it with --text if it matters"
        )
    for each in loaded.findings.leaking:
        read = (
            "leave it out, unless it is known when you predict" if each in columns.text else "it is not read"
        )
        notes.append(f"column {each!r} gives {columns.target!r} away almost always; {read}")
    notes += [
        f"column {each!r} is an id and says nothing of the text; leave it out"
        for each in id_like(loaded.rows.frame.select(columns.text))
    ]
    return notes
