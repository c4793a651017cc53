"""Labelled rows that are shown to a base before the question it is to answer."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from safetensors.numpy import load_file, save_file

from headstart.errors import BundleError
from headstart.models.question import Answered, Question
from headstart.models.unit import unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

# Questions compared at once.
_CHUNK = 1024


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelDemonstrations:
    """The same rows before every question, or the nearest of many.

    The nearest are found by the cosine of what the base makes of the texts, and stand last: Liu et al. 2022,
    "What makes good in-context examples for GPT-3?", sections 2.2 and 4.1.

    Args:
        rows: the rows to show, in their order; or those to choose from, where there are `vectors`.
        count: how many are shown at most.
        vectors: of each row, or None where all questions are shown the same rows.
        centre: mean of all vectors, which they are compared without: those of a language model lie in a
            narrow cone (Ethayarajh 2019).
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
        found = []
        known = self._directions(self.vectors)
        for start in range(0, asked, _CHUNK):
            likeness = self._directions(vectors[start : start + _CHUNK]) @ known.T
            nearest = np.argsort(-likeness, axis=1, kind="stable")[:, : self.count]
            found += [self._rows(line) for line in nearest[:, ::-1].tolist()]
        return found

    def save(self, folder: Path) -> None:
        """Writes `demonstrations.json` and, where there are vectors, `demonstrations.safetensors`."""
        told = {"count": self.count, "rows": [asdict(each) for each in self.rows]}
        text = json.dumps(told, ensure_ascii=False)
        (folder / "demonstrations.json").write_text(text, encoding="utf-8")
        if self.vectors is not None and self.centre is not None:
            arrays = {"vectors": self.vectors, "centre": self.centre}
            save_file(
                {name: np.ascontiguousarray(each) for name, each in arrays.items()},
                folder / "demonstrations.safetensors",
            )

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """The demonstrations that `save` wrote into a folder, or None where it wrote none.

        Raises:
            BundleError: a file is broken.
        """
        path, arrays = folder / "demonstrations.json", dict[str, "ndarray"]()
        if not path.is_file():
            return None
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if path.with_suffix(".safetensors").is_file():
                arrays = load_file(path.with_suffix(".safetensors"))
            rows = [
                Answered(question=Question(**each["question"]), label=int(each["label"]))
                for each in told["rows"]
            ]
            return cls(rows=tuple(rows), count=int(told["count"]), **arrays)
        except Exception as error:  # the library's own error type derives from Exception alone
            raise BundleError(f"{path} can't be read ({error}); copy the bundle again") from error

    def _rows(self, places: Sequence[int]) -> tuple[Answered, ...]:
        return tuple(self.rows[each] for each in places)

    def _directions(self, vectors: Float[ndarray, "some width"]) -> Float[ndarray, "some width"]:
        centre = 0.0 if self.centre is None else self.centre
        return unit(vectors.astype(np.float32) - centre)
