"""Whether a refit went as the fits went that chose its settings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

if TYPE_CHECKING:
    from collections.abc import Sequence

# A refit that went well is turned away once in a hundred times.
LEVEL = 0.99
# Losses below this are all the same: the true class has 95 % on average.
SMALL = 0.05
# The range is widened by a quarter at least, which more rows may do, and by three fifths at most: with few
# folds an interval for another draw is wider than a failed training is off.
LEAST, MOST = math.log(1.25), math.log(1.6)


def refit_in_range(fold_losses: Sequence[float], refit_loss: float) -> bool:
    """Whether the training loss that a refit ended with lies in the range of the folds' fits.

    A training that failed ends near the loss it began with, well above those that went well (Mosbach et
    al. 2021, section 4). A sound refit is one more draw like the folds': among k of them it lies between
    the least and the greatest only (k - 1) of (k + 1) times, so that range is too narrow by itself. It is
    widened at both ends by the half-width of the 99 % interval for another draw of a normal distribution
    (Hahn and Meeker 1991, section 4.2), of log losses: t(k - 1) s sqrt(1 + 1 / k), within bounds.

    Args:
        fold_losses: final training losses of the folds' fits; those that are not numbers are passed over.
        refit_loss: that of the refit.

    Returns:
        False as well where the refit's loss is not a number; True where fewer than two folds have one.
    """
    known = [loss for loss in fold_losses if math.isfinite(loss)]
    if not math.isfinite(refit_loss):
        return False
    if len(known) < 2:
        return True
    logs = np.log(np.maximum(known, 0.0) + SMALL)
    factor = float(stdtrit(len(logs) - 1, (1 + LEVEL) / 2)) * math.sqrt(1 + 1 / len(logs))
    room = min(MOST, max(LEAST, factor * float(logs.std(ddof=1))))
    return bool(logs.min() - room <= math.log(max(refit_loss, 0.0) + SMALL) <= logs.max() + room)
