"""Where predicted numbers are off, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.diagnosis import Diagnosis, LargeError, NumberErrors, Stretch

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.rows import Rows

STRETCHES, POINTS, ERRORS_KEPT = 5, 1_500, 50


def diagnose_numbers(rows: Rows, gold: Float[ndarray, " rows"], values: Float[ndarray, " rows"]) -> Diagnosis:
    """The errors of one model that predicts numbers.

    Args:
        rows: the rows, for their texts and numbers.
        gold: true number of each row.
        values: predicted number of each row.
    """
    known = np.isfinite(values)
    errors = np.where(known, values - gold, 0.0)
    far = np.abs(errors)
    first, second, third = np.quantile(far[known], (0.25, 0.5, 0.75)) if known.any() else (np.nan,) * 3
    shown = np.linspace(0, len(gold) - 1, min(len(gold), POINTS)).round().astype(np.int64)
    return Diagnosis(
        classes=(),
        confusion=(),
        calibration=(),
        confident_errors=(),
        numbers=NumberErrors(
            quartiles=(float(first), float(second), float(third)),
            bias=float(errors.mean()) if len(errors) else float("nan"),
            points=tuple((float(gold[at]), float(values[at])) for at in shown if known[at]),
            stretches=_stretches(gold, errors),
            largest=_largest(rows, gold, values, far),
        ),
    )


def _stretches(gold: Float[ndarray, " rows"], errors: Float[ndarray, " rows"]) -> tuple[Stretch, ...]:
    """Fifths of the rows by their true number; equal numbers stay together."""
    bounds = np.unique(np.quantile(gold, np.arange(1, STRETCHES) / STRETCHES)) if len(gold) else gold
    place = np.searchsorted(bounds, gold, side="right")
    return tuple(
        Stretch(
            rows=int(mine.sum()),
            low=float(gold[mine].min()),
            high=float(gold[mine].max()),
            bias=float(errors[mine].mean()),
            error=float(np.abs(errors[mine]).mean()),
        )
        for mine in (place == each for each in np.unique(place))
    )


def _largest(
    rows: Rows, gold: Float[ndarray, " rows"], values: Float[ndarray, " rows"], far: Float[ndarray, " rows"]
) -> tuple[LargeError, ...]:
    worst = np.argsort(-far, kind="stable")[:ERRORS_KEPT]
    worst = worst[far[worst] > 0]
    texts, numbers = rows.take(worst).texts, rows.numbers[worst]
    return tuple(
        LargeError(
            number=int(numbers[at]), text=texts[at], gold=float(gold[place]), predicted=float(values[place])
        )
        for at, place in enumerate(worst)
    )
