"""The same answer for every row."""

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
class Constant:
    """Gives each row the class frequencies of the training rows.

    Args:
        classes: names of the classes.
        frequencies: share of each of them.
        several: whether a row may have several of them, or none.
    """

    classes: tuple[str, ...]
    frequencies: tuple[float, ...]
    several: bool = False

    def predict(self, rows: Rows) -> Predictions:
        """The frequencies as probabilities, and the most frequent class, or all of most rows, as label."""
        probabilities = np.tile(np.asarray(self.frequencies), (len(rows), 1))
        if self.several:
            chosen = probabilities >= 0.5
            return Predictions(classes=self.classes, chosen=chosen, probabilities=probabilities)
        return Predictions(
            classes=self.classes, labels=probabilities.argmax(axis=1), probabilities=probabilities
        )

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Needs no file."""
        return {
            "classes": list(self.classes),
            "frequencies": list(self.frequencies),
            "several": self.several,
        }

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:  # noqa: ARG003
        """The predictor that `save` wrote."""
        return cls(
            classes=tuple(config["classes"]),
            frequencies=tuple(config["frequencies"]),
            several=bool(config.get("several", False)),
        )
