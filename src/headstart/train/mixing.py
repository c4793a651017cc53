"""How much of each auxiliary task a pass over the main one takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def mixing_shares(rows: int, others: Sequence[int], *, temperature: float, most: float) -> tuple[float, ...]:
    """The share of each auxiliary task's rows that goes with one pass over the main task's.

    Tasks are drawn in proportion to the root of their rows: p ~ n^(1/T) (Raffel et al. 2020, section
    3.5.2, "temperature-scaled mixing"). The main task is read whole, so that an auxiliary one gives
    (n / rows)^(1/T) batches for each of its batches, and all of them `most` at most.

    Args:
        rows: rows of the main task.
        others: rows of the auxiliary tasks.
        temperature: 1 draws every row equally often; the greater, the more alike the tasks count.
        most: auxiliary batches for each main batch, at most.

    Returns:
        shares, above 1 where rows are to be seen more than once in a pass.
    """
    ratios = [(each / rows) ** (1.0 / temperature) for each in others]
    bound = min(1.0, most / sum(ratios)) if ratios else 1.0
    return tuple(bound * ratio * rows / each for ratio, each in zip(ratios, others, strict=True))
