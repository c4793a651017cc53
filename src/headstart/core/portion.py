"""Which rows a trial is fitted on, and which judge it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Portion:
    """One fold of the rows that are not sealed, and a share of those outside it.

    Args:
        fold: whose rows judge; fold 0 is the dev rows, the others part the train rows.
        folds: how many there are in all.
        share: share of the rows outside the fold that are fitted on.
        repeat: which way of parting the rows; each later one shuffles them anew.
    """

    fold: int = 0
    folds: int = 1
    share: float = 1.0
    repeat: int = 0

    @property
    def whole(self) -> bool:
        """Whether all rows outside the fold are fitted on."""
        return self.share >= 1.0
