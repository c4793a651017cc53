"""No answer, whatever is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.core.predictions import Predictions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.rows import Rows
    from headstart.core.task import Task


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Gives an answer to no row."""

    def predict(self, rows: Rows) -> Predictions:
        """No answer for each row."""
        return Predictions(texts=("",) * len(rows), spans=np.full((len(rows), 2), -1, dtype=np.int64))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Needs no file."""
        return {}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:  # noqa: ARG003
        """The predictor that `save` described."""
        return cls()
