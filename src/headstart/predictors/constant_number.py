"""The same number for every row."""

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
class ConstantNumber:
    """One number, whatever the row says.

    Args:
        value: the number.
    """

    value: float

    def predict(self, rows: Rows) -> Predictions:
        """The number for each row."""
        return Predictions(values=np.full(len(rows), self.value, dtype=np.float64))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Needs no file: one number is all there is."""
        return {"value": self.value}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:  # noqa: ARG003
        """The predictor that `save` described."""
        return cls(value=float(config["value"]))
