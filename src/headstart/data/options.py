"""What a person can say about the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headstart.data.sealed import Sealed
    from headstart.data.source import Source


# A verdict trusts its intervals from 200 test rows on; duplicates and left-out rows take a few.
TRUSTED_ROWS, LEAST_SHARE, MOST_SHARE = 220, 0.2, 0.4


@dataclass(frozen=True, kw_only=True)
class DataOptions:
    """Roles of columns, further files, and how rows are split.

    Args:
        target: column to predict, or several that state one answer; inferred where that is clear.
        text: columns to read, in order; inferred where that is clear.
        ignore: columns to leave out.
        columns: columns to read beside the text, or `all` for those that may be.
        test: rows to test on; without it, a share of the rows is set apart.
        unlabelled: rows without targets.
        also: auxiliary files with their columns of labels, as `FILE:LABEL`.
        group: column whose equal values stay on one side of every split.
        time: column to split by, the newest rows being the test.
        seed: decides which rows are dev; never which are test.
        test_share: share of the rows that become test; without one, what a trusted verdict needs.
        dev_share: share of the remaining rows that become dev.
        sealed: what an earlier run remembers of its rows, whose test rows are to stay sealed.
    """

    target: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    test: Source | None = None
    unlabelled: Source | None = None
    also: tuple[str, ...] = ()
    group: str | None = None
    time: str | None = None
    seed: int = 0
    test_share: float | None = None
    dev_share: float = 0.2
    sealed: Sealed | None = None

    def share_of(self, rows: int) -> float:
        """Share of so many rows that become test: a fifth, or more of a small file, but never most of it."""
        if self.test_share is not None:
            return self.test_share
        return min(MOST_SHARE, max(LEAST_SHARE, TRUSTED_ROWS / max(1, rows)))
