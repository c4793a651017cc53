"""One of the ways in which a frozen backbone makes a vector of a text."""

from __future__ import annotations

from dataclasses import dataclass

POOLINGS = ("mean", "cls", "last")


@dataclass(frozen=True, kw_only=True)
class View:
    """Where the backbone ends, and how its token states become one vector.

    Args:
        cut: number of blocks that a text goes through, from 0 (embeddings alone) to the depth.
        pooling: `mean`, `cls` or `last`.
    """

    cut: int
    pooling: str
