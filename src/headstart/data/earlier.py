"""Rows of a file that an earlier run knew: those it sealed, and those it learnt from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.data.sealed import row_hashes
from headstart.wording import answers_label

if TYPE_CHECKING:
    from jaxtyping import Bool
    from numpy import ndarray

    from headstart.core.rows import Rows
    from headstart.data.clusters import Clusters
    from headstart.data.sealed import Sealed


@dataclass(frozen=True, kw_only=True, eq=False)
class Earlier:
    """What an earlier run knew of the rows of a file, in whole clusters.

    Args:
        sealed: rows that it sealed, with all that belongs to them.
        seen: rows that it may have learnt from, with all that belongs to them, the sealed ones left out.
        itself: rows that it sealed, alone.
        taught: rows that it may have learnt from and that belong to sealed ones now.
    """

    sealed: Bool[ndarray, " rows"]
    seen: Bool[ndarray, " rows"]
    itself: Bool[ndarray, " rows"]
    taught: Bool[ndarray, " rows"]

    @classmethod
    def of(cls, record: Sealed, clusters: Clusters) -> Earlier:
        """What a record says of these rows."""
        phrase = np.isin(clusters.hashes, record.phrases)
        itself = np.where(
            phrase, np.isin(clusters.whole, record.whole), np.isin(clusters.hashes, record.test)
        )
        known = np.isin(clusters.hashes, record.seen)
        if clusters.groups is not None and len(record.test_groups):
            # Groups that say the same thing may stand on both sides of a split.
            both = np.isin(clusters.hashes, record.test) & known
            itself &= ~both | np.isin(clusters.groups, record.test_groups)
            known &= ~both | np.isin(clusters.groups, record.seen_groups)
        sealed = _whole(itself, clusters)
        return cls(
            sealed=sealed,
            seen=_whole(known, clusters) & ~sealed,
            itself=itself,
            taught=known & sealed & ~itself,
        )


def said_of_earlier(
    record: Sealed,
    earlier: Earlier,
    *,
    rows: Rows,
    clusters: Clusters,
    test: Bool[ndarray, " rows"],
    name: str,
    answer: str,
) -> list[str]:
    """How much of an earlier test is in the file and what was sealed beside it, in plain words.

    Args:
        record: what the earlier run remembered.
        earlier: what that says of the rows.
        rows: the rows.
        clusters: which belong together.
        test: rows that are sealed now.
        name: the file as messages name it.
        answer: what the task says of a row (`core.task.ANSWERS`).
    """
    there = np.isin(record.test, clusters.hashes[earlier.itself])
    other = there & ~np.isin(record.labelled, row_hashes(rows))
    found, old = int(there.sum()), len(record.test)
    said = f"of the {old:,} sealed test rows of the previous run {found:,} {_are(found)} in {name}"
    if found:
        said += " and stay sealed" if found > 1 else " and stays sealed"
    if other.any():
        said += f", {int(other.sum()):,} of them with other {answers_label(answer)}"
    if found < old:
        said += f"; {old - found:,} {_are(old - found)} missing"
    near, further = int((earlier.sealed & ~earlier.itself).sum()), int((test & ~earlier.sealed).sum())
    if near:
        said += (
            f"; {near:,} that {'belongs' if near == 1 else 'belong'} to them {_were(near)} sealed with them"
        )
    if taught := int(earlier.taught.sum()):
        said += f", {taught:,} of which the previous run knew when it trained, which flatters its bundle"
    if further:
        said += f"; {further:,} further rows that it had not seen {_were(further)} sealed"
    return [said]


def said_of_given(
    record: Sealed, earlier: Earlier, *, shared: Bool[ndarray, " training"], names: tuple[str, str]
) -> list[str]:
    """What an earlier run knew of a training file and of the test file given beside it, in plain words.

    Args:
        record: what the earlier run remembered.
        earlier: what that says of the rows of both files, training rows first.
        shared: training rows that leave anyway, their texts being in the test file.
        names: the two files as messages name them.
    """
    rows = len(shared)
    kept, seen = int(earlier.itself[rows:].sum()), int(earlier.seen[rows:].sum())
    old = f"of the {len(record.test):,} sealed test rows of the previous run"
    said = [f"{old} {kept:,} {_are(kept)} in {names[1]}"]
    if left := int((earlier.sealed[:rows] & ~shared).sum()):
        said.append(f"{left:,} rows of {names[0]} that the previous run had sealed {_were(left)} left out")
    if seen:
        said.append(
            f"{seen:,} rows of {names[1]} or nearly equal ones {_were(seen)} known to the previous run when "
            "it trained, which flatters its bundle"
        )
    return said


def _whole(chosen: Bool[ndarray, " rows"], clusters: Clusters) -> Bool[ndarray, " rows"]:
    """The rows, and with them all rows of their clusters."""
    return np.isin(clusters.of, np.unique(clusters.of[chosen]))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
