"""Columns that name rows, and columns that give the target away."""

from __future__ import annotations

import polars as pl

from headstart.data.candidates import candidates

_PURITY = 0.98
# A number that follows another one in a straight line but for rounding.
_STRAIGHT, _FEWEST = 0.9995, 5
_MOST_DISTINCT_SHARE = 0.1


def id_like(frame: pl.DataFrame, ignore: tuple[str | None, ...] = ()) -> tuple[str, ...]:
    """Columns whose values are different in every row and hold no words."""
    rest = frame.select([name for name in frame.columns if name not in ignore])
    return tuple(each.name for each in candidates(rest) if each.kind == "id")


def leaking(frame: pl.DataFrame, target: str, ignore: tuple[str | None, ...] = ()) -> tuple[str, ...]:
    """Columns from whose value alone the target follows almost always.

    A column counts when knowing it gets at least 98 % of the labels right, halves the errors of always saying
    the most frequent label, and has few enough values that this is no accident. It counts too when it repeats
    the target, number for number in the same or another unit.

    Args:
        frame: the table, with labels as strings.
        target: the target column.
        ignore: columns not to look at.
    """
    rows = frame.height
    most_frequent = int(frame[target].unique_counts().max() or 0) if rows else 0  # type: ignore[arg-type]
    return tuple(
        name
        for name in frame.columns
        if name != target and name not in ignore and _gives_away(frame, name, target, most_frequent)
    )


def _gives_away(frame: pl.DataFrame, name: str, target: str, most_frequent: int) -> bool:
    if frame[name].dtype.is_nested() or frame[name].dtype in (pl.Object, pl.Binary):
        return False
    if _repeats(frame[name], frame[target]):
        return True
    rows, distinct = frame.height, frame[name].n_unique()
    if distinct < 2 or distinct > max(2, _MOST_DISTINCT_SHARE * rows):
        return False
    # Columns may be called as polars calls what it counts, so they go by names of our own.
    pairs = pl.DataFrame([frame[name].alias("cell"), frame[target].alias("label")])
    counts = pairs.group_by("cell", "label").len()
    right = int(counts.group_by("cell").agg(pl.col("len").max())["len"].sum())
    return right >= _PURITY * rows and rows - right < 0.5 * (rows - most_frequent)


def _repeats(cells: pl.Series, target: pl.Series) -> bool:
    """Whether both hold numbers, many different ones, and one is a straight function of the other."""
    numbers = pl.DataFrame(
        [
            each.cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False).alias(str(place))
            for place, each in enumerate((cells, target))
        ]
    )
    both = numbers.fill_nan(None).drop_nulls()
    if both.height < max(_FEWEST, _PURITY * len(target)) or both["1"].n_unique() < _FEWEST:
        return False
    found = both.select(pl.corr("0", "1")).item()
    return found is not None and abs(found) >= _STRAIGHT
