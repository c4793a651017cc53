"""What a model takes to run and to keep, as measured."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows

WARM_ROWS, MOST_ROUNDS = 8, 5


def timed(
    predict: Callable[[Rows], Predictions], rows: Rows, *, least_s: float = 0.0
) -> tuple[Predictions, float]:
    """Predictions, and the milliseconds that each row took; the first few rows warm up beforehand.

    Args:
        predict: gives the predictions.
        rows: rows to predict, in batches.
        least_s: seconds to fill with further rounds, so that a quick model is measured as well.
    """
    predict(rows.take(range(min(len(rows), WARM_ROWS))))
    rounds, started = 0, time.perf_counter()
    while rounds == 0 or (time.perf_counter() - started < least_s and rounds < MOST_ROUNDS):
        predictions = predict(rows)
        rounds += 1
    return predictions, 1e3 * (time.perf_counter() - started) / (rounds * max(1, len(rows)))


def bytes_of(folder: Path) -> int:
    """Size of all files under a folder."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
