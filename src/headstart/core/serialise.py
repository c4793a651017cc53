"""Columns beside the text in words, so that whatever reads texts can read them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from headstart.core.feature import Feature

SIGNIFICANT = 4
# Beyond this, whole numbers are no longer exact.
_WHOLE = 2.0**53


def serialised(frame: pl.DataFrame, features: Sequence[Feature]) -> list[str]:
    """`Age: 34; Department: Tops` for each row; what is missing is left out.

    The list template of TabLLM (Hegselmann et al. 2023, section 3), on one line.

    Args:
        frame: cells as `feature_cells` gives them.
        features: the columns to say, in order.
    """
    columns = [_said(frame[each.name], each) for each in features]
    return ["; ".join(filter(None, row)) for row in zip(*columns, strict=True)] if columns else []


def rounded(value: float) -> str:
    """A number in at most four significant digits, but whole numbers and those before the point whole."""
    if value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    magnitude = math.floor(math.log10(abs(value)))
    if not -SIGNIFICANT <= magnitude < 3 * SIGNIFICANT:
        return f"{value:.{SIGNIFICANT}g}"
    digits = max(0, SIGNIFICANT - 1 - magnitude)
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


def _said(cells: pl.Series, feature: Feature) -> list[str]:
    values = cells.to_list()
    if feature.is_number:
        return [
            "" if each is None or not math.isfinite(each) else f"{feature.name}: {rounded(each)}"
            for each in values
        ]
    return ["" if each is None else f"{feature.name}: {each}" for each in values]
