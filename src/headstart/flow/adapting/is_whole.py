"""Whether a fit got to the end of its training."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headstart.core.trial import Trial
    from headstart.flow.adapting.session import Session

# A fraction that was added up.
NEARLY_ONE = 1 - 1e-6


def is_whole(session: Session, trial: Trial) -> bool:
    """Whether a fit got to the end of its training; stopping early for want of progress is an end."""
    return float(session.outcome(trial).get("fraction", 0.0)) >= NEARLY_ONE
