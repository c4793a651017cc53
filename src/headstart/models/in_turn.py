"""Rows of several kinds, one of each kind after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int
    from numpy import ndarray


def in_turn(kinds: Sequence[Int[ndarray, " own"]], count: int) -> list[int]:
    """The first of each kind, then the second of each, and so on; what is of several kinds comes once.

    Args:
        kinds: places of the rows of each kind, the best first.
        count: how many are wanted at most.
    """
    longest = max(map(len, kinds), default=0)
    turns = (int(each[turn]) for turn in range(longest) for each in kinds if turn < len(each))
    return list(dict.fromkeys(turns))[:count]
