"""The rungs of a race as shares of the training rows, and which of them a candidate runs next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headstart.core.split import Split
    from headstart.flow.adapting.entrant import Entrant

# A first rung on a share of the rows pays where enough of them are left to tell candidates apart.
FIRST_SHARE, LEAST_ROWS, LEAST_CLASS_ROWS = 0.25, 300, 8


def rungs_of(split: Split) -> tuple[float, ...]:
    """Shares of the training rows, the last of them all rows."""
    enough = max(LEAST_ROWS, LEAST_CLASS_ROWS * max(1, len(split.task.classes)))
    return (FIRST_SHARE, 1.0) if FIRST_SHARE * len(split.train) >= enough else (1.0,)


def next_share(
    entrant: Entrant, shares: Sequence[float], *, left_s: float, known: Callable[[float], bool]
) -> float:
    """What a candidate learns from next: the next rung, or all rows where both would take too long.

    A rung that can't be followed by the last one is time lost, for only who has run that may win.

    Args:
        entrant: the candidate.
        shares: the rungs that it has not run, in order.
        left_s: seconds that are left for it.
        known: whether a fit on such a share was made by an earlier process, and takes no time.
    """
    if known(shares[-1]) and not known(shares[0]):
        # An earlier process had no time for both.
        return shares[-1]
    needed_s = sum(entrant.on(each).cost.seconds for each in shares if not known(each))
    return shares[0] if needed_s <= left_s or known(shares[0]) else shares[-1]
