"""In which order candidates enter a race."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headstart.core.plan import Candidate


def in_order(candidates: Iterable[Candidate], *, first: Candidate | None, sign: float) -> list[Candidate]:
    """The first rung, then those of which most is expected, then the others, the cheapest first.

    Args:
        candidates: all that are planned; those that can't be run come last.
        first: the first rung of the ladder, which stands for the untouched base.
        sign: 1 where greater scores are better, -1 where less is.
    """

    def place(candidate: Candidate) -> tuple[bool, bool, float, float]:
        expected = -math.inf if candidate.quality is None else sign * sum(candidate.quality) / 2
        return candidate.blocked, candidate != first, -expected, candidate.cost.seconds

    return sorted(candidates, key=place)
