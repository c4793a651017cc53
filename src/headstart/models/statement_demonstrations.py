"""Labelled rows that are shown to a base before it is asked whether a statement about a text is true."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.models.demonstration_files import load_demonstrations, save_demonstrations
from headstart.models.in_turn import in_turn
from headstart.models.likeness import likeness
from headstart.models.question import Answered, Question, stated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jaxtyping import Bool, Float
    from numpy import ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class StatementDemonstrations:
    """Rows before each statement, of which the same was said, and whether it was true.

    Of what is shown, every other row has the label in question and the last one has it, as far as there are
    such rows: most rows lack a rare label, so that only no would be seen otherwise. All questions about a
    label are shown the same rows, or each the nearest that have it and the nearest that lack it, by the
    cosine of what the base makes of the texts, the nearest of both last (as in Liu et al. 2022, "What makes
    good in-context examples for GPT-3?", section 2.2).

    Args:
        rows: the rows to choose from.
        held: whether each row has each label.
        count: how many are shown before a statement at most.
        ranked: for each label, places of the rows that all questions are shown, the last one first; None
            where there are `vectors`.
        vectors: of each row, or None where all questions about a label are shown the same rows.
        centre: mean of all vectors, which they are compared without.
    """

    rows: tuple[Question, ...]
    held: Bool[ndarray, "rows labels"]
    count: int
    ranked: tuple[tuple[int, ...], ...] | None = None
    vectors: Float[ndarray, "rows width"] | None = None
    centre: Float[ndarray, " width"] | None = None

    @property
    def by_question(self) -> bool:
        """Whether each text is shown rows of its own."""
        return self.vectors is not None

    def before(
        self,
        asked: int,
        vectors: Float[ndarray, "asked width"] | None = None,
        *,
        statements: Sequence[str],
        answers: tuple[str, str],
    ) -> list[tuple[Answered, ...]]:
        """What is shown before each statement about each text, those about a text one after the other.

        Args:
            asked: number of texts.
            vectors: of the texts, where each is shown rows of its own.
            statements: one for each label.
            answers: how yes is said, and no.
        """
        said = [(label, each, answers) for label, each in enumerate(statements)]
        if self.ranked is not None:
            return [self._shown(self.ranked[each[0]], *each) for each in said] * asked
        assert self.vectors is not None
        assert vectors is not None
        found = list[tuple[Answered, ...]]()
        for alike in likeness(vectors, self.vectors, self.centre):
            for order in np.argsort(-alike, axis=1, kind="stable"):
                found += [self._shown(self._balanced(order, each[0]), *each) for each in said]
        return found

    def save(self, folder: Path) -> None:
        """Writes `demonstrations.json` and, where there are vectors, `demonstrations.safetensors`."""
        rows = [
            {"question": asdict(each), "labels": np.flatnonzero(held).tolist()}
            for each, held in zip(self.rows, self.held, strict=True)
        ]
        told = {"count": self.count, "labels": self.held.shape[1], "rows": rows, "ranked": self.ranked}
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
        rows, ranked = told["rows"], told["ranked"]
        held = np.zeros((len(rows), int(told["labels"])), dtype=bool)
        for place, each in enumerate(rows):
            held[place, each["labels"]] = True
        return cls(
            rows=tuple(Question(**each["question"]) for each in rows),
            held=held,
            count=int(told["count"]),
            ranked=None if ranked is None else tuple(tuple(each) for each in ranked),
            **arrays,
        )

    def _balanced(self, order: ndarray, label: int) -> list[int]:
        """The nearest rows that have a label and the nearest that lack it, in turn."""
        held = self.held[order, label]
        return in_turn([order[held][: self.count], order[~held][: self.count]], self.count)

    def _shown(
        self, places: Sequence[int], label: int, statement: str, answers: tuple[str, str]
    ) -> tuple[Answered, ...]:
        """The first of these rows, the first one last."""
        return tuple(
            Answered(
                question=stated(self.rows[each], statement),
                answer=answers[0 if self.held[each, label] else 1],
            )
            for each in reversed(places[: self.count])
        )
