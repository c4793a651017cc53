"""What a model takes to run and to keep, as measured."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from headstart.train.work import WARM_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from headstart.core.rows import Rows

T = TypeVar("T")
MOST_ROUNDS = 5
# Each call takes a while whatever it reads, for which a handful of rows must not be blamed: where they are
# read so quickly, others are read with them, as many as fill that time, and up to so many.
MANY_ROWS, QUICK_S = 64, 0.25
# A first reading may be slow for what it finds cold; one that took no longer than this is made once more.
AGAIN_S = 2.0


def timed(
    predict: Callable[[Rows], T], rows: Rows, *, beside: Rows | None = None, least_s: float = 0.0
) -> tuple[T, float]:
    """Predictions, and the milliseconds that each row took; the first few rows warm up beforehand.

    Args:
        predict: gives the predictions.
        rows: rows to predict, in batches.
        beside: further rows to measure with where these are a handful; of them no prediction is kept.
        least_s: seconds to fill with further rounds, so that a quick model is measured as well.
    """
    predict(rows.take(range(min(len(rows), WARM_ROWS))))
    predictions, took_s = _timed(predict, rows, least_s=least_s)
    lacking = 0 if beside is None else min(len(beside), MANY_ROWS - len(rows))
    if lacking > 0 and QUICK_S <= took_s < AGAIN_S:
        took_s = min(took_s, _timed(predict, rows, least_s=least_s)[1])
    if beside is None or lacking <= 0 or took_s >= QUICK_S:
        return predictions, 1e3 * took_s / max(1, len(rows))
    filling = int(len(rows) * (QUICK_S - took_s) / took_s) + 1 if took_s > 0.0 else lacking
    many = rows + beside.take(range(min(lacking, filling)))
    # The quicker of two: the first one warms up, and either may meet with a busy neighbour.
    took_s = min(_timed(predict, many, least_s=least_s)[1] for _ in range(2))
    return predictions, 1e3 * took_s / len(many)


def _timed(predict: Callable[[Rows], T], rows: Rows, *, least_s: float) -> tuple[T, float]:
    """Predictions, and the seconds that a round took on the mean."""
    rounds, started = 0, time.perf_counter()
    while rounds == 0 or (time.perf_counter() - started < least_s and rounds < MOST_ROUNDS):
        predictions = predict(rows)
        rounds += 1
    return predictions, (time.perf_counter() - started) / rounds


def bytes_of(folder: Path) -> int:
    """Size of all files under a folder."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
