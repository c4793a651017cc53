"""Columns that name rows, and columns that give the target away."""

from __future__ import annotations

import polars as pl

from headstart.data.candidates import candidates

_PURITY = 0.98
_MOST_DISTINCT_SHARE = 0.1


def id_like(frame: pl.DataFrame, ignore: tuple[str | None, ...] = ()) -> tuple[str, ...]:
    """Columns whose values are different in every row and hold no words."""
    rest = frame.select([name for name in frame.columns if name not in ignore])
    return tuple(each.name for each in candidates(rest) if each.kind == "id")


def leaking(frame: pl.DataFrame, target: str, ignore: tuple[str | None, ...] = ()) -> tuple[str, ...]:
    """Columns from whose value alone the target follows almost always.

    A column counts when knowing it gets at least 98 % of the labels right, halves the errors of always saying
    the most frequent label, and has few enough values that this is no accident.

    Args:
        frame: the table, with labels as strings.
        target: the target column.
        ignore: columns not to look at.
    """
    rows = frame.height
    most_frequent = int(frame[target].value_counts()["count"].max() or 0) if rows else 0  # type: ignore[arg-type]
    return tuple(
        name
        for name in frame.columns
        if name != target and name not in ignore and _gives_away(frame, name, target, most_frequent)
    )


def _gives_away(frame: pl.DataFrame, name: str, target: str, most_frequent: int) -> bool:
    if frame[name].dtype.is_nested() or frame[name].dtype in (pl.Object, pl.Binary):
        return False
    rows, distinct = frame.height, frame[name].n_unique()
    if distinct < 2 or distinct > max(2, _MOST_DISTINCT_SHARE * rows):
        return False
    counts = frame.group_by(name, target).len()
    right = int(counts.group_by(name).agg(pl.col("len").max())["len"].sum())
    return right >= _PURITY * rows and rows - right < 0.5 * (rows - most_frequent)
