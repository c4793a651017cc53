"""A fair sample of rows without drawing lots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.rows import Rows


def spread(parts: Sequence[Rows], most: int) -> list[Rows]:
    """At most `most` rows, evenly spaced over each part, so that a file sorted by class is fairly drawn."""
    total = sum(map(len, parts))
    if total <= most:
        return list(parts)
    counts = [max(1, round(most * len(part) / total)) if len(part) else 0 for part in parts]
    return [
        part.take(np.linspace(0, len(part) - 1, count).round().astype(np.int64))
        for part, count in zip(parts, counts, strict=True)
    ]
