"""Why a fit is not begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headstart.core.plan import Candidate

GRACE_S = 1.0
# A fit that has to stop early keeps its best checkpoint; with less time than this it is not worth a start.
WORTHWHILE = 0.6


def obstacle(candidate: Candidate, left_s: float, *, refit: bool) -> str:
    """Why a fit is not begun, in plain words; empty where it is.

    Args:
        candidate: what would be fitted, with what that should cost.
        left_s: seconds that are left for it.
        refit: whether it is a refit, for which the time was kept: it takes what there is.
    """
    if candidate.blocked:
        return candidate.why
    needed_s = GRACE_S if refit else max(GRACE_S, WORTHWHILE * candidate.cost.seconds)
    if needed_s <= left_s:
        return ""
    return f"it would take {candidate.cost.seconds:.0f} s, and {max(0.0, left_s):.0f} s are left for it"
