"""Labelled rows that are shown to a base before the question it is to answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.models.demonstration_files import load_demonstrations, save_demonstrations
from headstart.models.likeness import likeness
from headstart.models.question import Answered, Question

if TYPE_CHECKING:
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelDemonstrations:
    """The same rows before every question, or the nearest of many.

    The nearest are found by the cosine of what the base makes of the texts, and stand last: Liu et al. 2022,
    "What makes good in-context examples for GPT-3?", sections 2.2 and 4.1.

    Args:
        rows: the rows to show, in their order; or those to choose from, where there are `vectors`.
        count: how many are shown at most.
        vectors: of each row, or None where all questions are shown the same rows.
        centre: mean of all vectors, which they are compared without.
    """

    rows: tuple[Answered, ...]
    count: int
    vectors: Float[ndarray, "rows width"] | None = None
    centre: Float[ndarray, " width"] | None = None

    @property
    def by_question(self) -> bool:
        """Whether each question is shown rows of its own."""
        return self.vectors is not None

    def before(
        self, asked: int, vectors: Float[ndarray, "asked width"] | None = None
    ) -> list[tuple[Answered, ...]]:
        """What is shown before each question.

        Args:
            asked: number of questions.
            vectors: of the questions, where each is shown rows of its own.
        """
        if self.vectors is None or vectors is None:
            return [self.rows[: self.count]] * asked
        found = list[tuple[Answered, ...]]()
        for alike in likeness(vectors, self.vectors, self.centre):
            nearest = np.argsort(-alike, axis=1, kind="stable")[:, : self.count]
            found += [tuple(self.rows[each] for each in line) for line in nearest[:, ::-1].tolist()]
        return found

    def save(self, folder: Path) -> None:
        """Writes `demonstrations.json` and, where there are vectors, `demonstrations.safetensors`."""
        told = {"count": self.count, "rows": [asdict(each) for each in self.rows]}
        save_demonstrations(folder, told, {"vectors": self.vectors, "centre": self.centre})

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """The demonstrations that `save` wrote into a folder, or None where it wrote none.

        Raises:
            BundleError: a file is broken.
        """
        return load_demonstrations(folder, cls._read)

    @classmethod
    def _read(cls, told: dict[str, Any], arrays: dict[str, ndarray]) -> Self:
        rows = tuple(
            Answered(question=Question(**each["question"]), answer=str(each["answer"]))
            for each in told["rows"]
        )
        return cls(rows=rows, count=int(told["count"]), **arrays)
