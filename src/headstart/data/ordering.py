"""An order of rows that depends on what they say and not on where they stood."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headstart.data.clusters import joined_texts
from headstart.data.normalise import content_hashes
from headstart.data.told_apart import column_hashes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.rows import Rows

_CHUNK_ROWS = 50_000


def in_order(rows: Rows) -> Rows:
    """The rows by the hash of their text, then by label; a file sorted by class comes out mixed."""
    texts = joined_texts(rows)
    keys = [pl.Series("hash", content_hashes(texts))]
    if rows.columns.target is not None:
        keys.append(rows.frame[rows.columns.target].rename("label"))
    if rows.columns.features:
        keys.append(pl.Series("cells", column_hashes(rows)))
    keys.append(pl.Series("number", rows.numbers))
    table = pl.DataFrame(keys)
    order = table.with_row_index("at").sort(table.columns)["at"]
    return rows.take(order.to_numpy().astype(np.int64))


def fingerprint(roles: Mapping[str, Rows | None]) -> str:
    """The sha256 of every row with its role; the same for the same rows in the order of `in_order`."""
    digest = hashlib.sha256()
    for role, rows in roles.items():
        if rows is None:
            continue
        columns, features = rows.columns, [each.name for each in rows.columns.features]
        named = [
            each
            for each in dict.fromkeys((*columns.text, columns.target, columns.group, columns.time, *features))
            if each in rows.frame.columns
        ]
        digest.update(f"\0{role}\0{len(rows)}\0{columns}\0".encode())
        for start in range(0, len(rows), _CHUNK_ROWS):
            part = rows.frame[start : start + _CHUNK_ROWS].select(
                pl.col(named).cast(pl.String).fill_null("\0")
            )
            for column in part:
                digest.update("\0".join(column).encode())
    return digest.hexdigest()
