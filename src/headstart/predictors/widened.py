"""A predictor of some of the classes, whose answers are told in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart import registry
from headstart.core.decision import Decision
from headstart.core.predictions import Predictions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.model import Predictor
    from headstart.core.rows import Rows
    from headstart.core.task import Task

INNER = "inner"


@dataclass(frozen=True, kw_only=True, eq=False)
class Widened:
    """Gives no probability to classes that the inner predictor does not know.

    Args:
        inner: the predictor.
        task: the task that it was fitted for.
        classes: names of all classes, its own among them.
        temperature: divides its log-probabilities, of its own classes alone, before they are normalised.
    """

    inner: Predictor
    task: Task
    classes: tuple[str, ...]
    temperature: float = 1.0

    def predict(self, rows: Rows) -> Predictions:
        """Calibrated probabilities of all classes, and the most probable one."""
        found = Decision(temperature=self.temperature).apply(self.inner.predict(rows))
        assert found.probabilities is not None
        places = [self.classes.index(each) for each in found.classes]
        probabilities = np.zeros((len(rows), len(self.classes)), dtype=found.probabilities.dtype)
        probabilities[:, places] = found.probabilities
        return Predictions(
            classes=self.classes, labels=probabilities.argmax(axis=1), probabilities=probabilities
        )

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes the inner predictor into a folder of its own."""
        (folder / INNER).mkdir()
        return {
            "use": registry.name_of(self.inner),
            "config": dict(self.inner.save(folder / INNER)),
            "task": registry.spec(self.task),
            "classes": list(self.classes),
            "temperature": self.temperature,
        }

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:  # noqa: ARG003
        """The predictor that `save` wrote."""
        own: Task = registry.from_spec("tasks", config["task"])
        inner = registry.load("predictors", config["use"])
        return cls(
            inner=inner.load(folder / INNER, config["config"], own),
            task=own,
            classes=tuple(config["classes"]),
            temperature=config["temperature"],
        )
