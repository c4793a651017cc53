"""Rows whose text is a phrase that very many share, told apart by the columns beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headstart.data.normalise import content_hashes

if TYPE_CHECKING:
    from jaxtyping import Int, UInt
    from numpy import ndarray

    from headstart.core.rows import Rows

# A text of more rows than this names a kind of row, as a category does, rather than one row.
LEAST_ROWS, MOST_SHARE = 20, 0.01


def phrases(hashes: UInt[ndarray, " rows"]) -> UInt[ndarray, " phrases"]:
    """The hashes of texts that so many rows share that the text says little of a single one."""
    known, counts = np.unique(hashes, return_counts=True)
    return known[counts > max(LEAST_ROWS, MOST_SHARE * len(hashes))]


def told_apart(
    clusters: Int[ndarray, " rows"], hashes: UInt[ndarray, " rows"], cells: UInt[ndarray, " rows"]
) -> Int[ndarray, " rows"]:
    """Clusters in which rows of one phrase are together only where their columns say the same.

    A text of few rows keeps them together whatever their columns say, for a model may know it again.

    Args:
        clusters: cluster of each row by its text.
        hashes: hash of each row's text.
        cells: hash of the columns beside it.
    """
    apart = np.where(np.isin(hashes, phrases(hashes)), cells, np.uint64(0))
    pairs = np.column_stack([clusters.astype(np.uint64), apart])
    return np.unique(pairs, axis=0, return_inverse=True)[1].ravel().astype(np.int64)


def column_hashes(rows: Rows) -> UInt[ndarray, " rows"]:
    """A hash of what the columns beside the text say in each row; nought without any."""
    names = [each.name for each in rows.columns.features]
    if not names:
        return np.zeros(len(rows), dtype=np.uint64)
    cells = pl.concat_str(pl.col(names).cast(pl.String).fill_null("\0"), separator="\0")
    return content_hashes(rows.frame.select(cells.alias("cells")).to_series())
