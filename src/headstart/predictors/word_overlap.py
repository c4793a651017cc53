"""How many rare words two texts share."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

import numpy as np

from headstart.core.predictions import Predictions
from headstart.models.ngrams import tokens_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.rows import Rows
    from headstart.core.task import Task

    class _Scored(Protocol):
        """A task that tells a likeness in the scale of its file."""

        def scored(self, likeness: Float[ndarray, " rows"]) -> Float[ndarray, " rows"]: ...


WEIGHTS = "word_weights.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class WordOverlap:
    """The cosine of two texts' counts of words, each weighed by how rare it is.

    Manning, Raghavan and Schuetze 2008, section 6.3. A word that no training text has is as rare as can be.

    Args:
        task: tells likeness in the scale of the file.
        weights: weight of each word, in small letters.
        unseen: weight of all others.
    """

    task: _Scored
    weights: Mapping[str, float]
    unseen: float

    def predict(self, rows: Rows) -> Predictions:
        """A number for each row; texts without words are like nothing."""
        first, second = (rows.frame[name].to_list() for name in rows.columns.text[:2])
        likeness = [self._likeness(one, other) for one, other in zip(first, second, strict=True)]
        return Predictions(values=self.task.scored(np.asarray(likeness, dtype=np.float64)))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes the weights as JSON."""
        text = json.dumps(dict(sorted(self.weights.items())), ensure_ascii=False)
        (folder / WEIGHTS).write_text(text, encoding="utf-8")
        return {"unseen": self.unseen}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote."""
        weights = json.loads((folder / WEIGHTS).read_text(encoding="utf-8"))
        return cls(task=cast("_Scored", task), weights=weights, unseen=float(config["unseen"]))

    def _likeness(self, one: str, other: str) -> float:
        first, second = (self._weighed(each) for each in (one, other))
        lengths = [math.sqrt(math.fsum(value**2 for value in each.values())) for each in (first, second)]
        if not all(lengths):
            return 0.0
        return math.fsum(value * second.get(word, 0.0) for word, value in first.items()) / math.prod(lengths)

    def _weighed(self, text: str) -> dict[str, float]:
        counts = Counter(tokens_of(text))
        return {word: count * self.weights.get(word, self.unseen) for word, count in counts.items()}
