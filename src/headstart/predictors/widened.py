"""A predictor of some of the classes, whose answers are told in all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """Never gives a class, a label or a tag that the inner predictor does not know.

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
        """Calibrated probabilities of all classes with the most probable one, or the labels or tags given."""
        found = Decision(temperature=self.temperature).apply(self.inner.predict(rows))
        places = np.array([self.classes.index(each) for each in found.classes])
        if found.tags is not None:
            return replace(found, classes=self.classes, tags=places[found.tags])
        assert found.probabilities is not None
        shape = len(rows), len(self.classes)
        probabilities = np.zeros(shape, dtype=found.probabilities.dtype)
        probabilities[:, places] = found.probabilities
        if found.chosen is None:
            labels = probabilities.argmax(axis=1)
            return Predictions(classes=self.classes, labels=labels, probabilities=probabilities)
        chosen = np.zeros(shape, dtype=bool)
        chosen[:, places] = found.chosen
        return Predictions(classes=self.classes, probabilities=probabilities, chosen=chosen)

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
