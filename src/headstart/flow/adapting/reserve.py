"""Seconds to keep for what comes after the trials: refits, the sealed rows, packing, the last check."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.trial import Trial

OPEN_S = 0.8
SHIP_S = 7.0
ROW_S = 1.5e-3


def test_s(models: int, test_rows: int) -> float:
    """Seconds to read models back from disk and predict the sealed rows with each."""
    return models * (OPEN_S + test_rows * ROW_S)


def ship_s(test_rows: int) -> float:
    """Seconds to pack the bundle, check it in a new interpreter and write the report."""
    return SHIP_S + test_rows * ROW_S


def reserve_s(done: Sequence[Trial], *, test_rows: int) -> float:
    """Seconds to keep while trials go on, should what is done so far be all.

    Refits are not kept for: where they don't fit, everything is tested as fitted on the train rows.
    """
    models = sum(trial.status == "done" for trial in done) + 1
    return test_s(models, test_rows) + ship_s(test_rows)
