"""Which rows of several kinds are worth showing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from headstart.core.demonstration_choice import RANDOM
from headstart.models.in_turn import in_turn
from headstart.models.question_vectors import question_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.context import Context
    from headstart.models.backbone import Backbone
    from headstart.models.question import Question


@dataclass(frozen=True, kw_only=True, eq=False)
class RowChoice:
    """As many rows of each kind as of any other: any, or those that lie far apart.

    Args:
        seed: draws them.
        vectors: of all rows, to tell how far apart they lie; None where any will do.
    """

    seed: int
    vectors: Float[ndarray, "rows width"] | None = None

    @classmethod
    def of(cls, choice: str, backbone: Backbone, *, asked: Sequence[Question], context: Context) -> Self:
        """What chooses among these rows; by `similarity`, it has what questions are compared with later.

        Args:
            choice: one of `demonstration_choice.CHOICES`.
            backbone: tells likeness, by the mean of its last states.
            asked: the question of each row.
            context: the surroundings.
        """
        if choice == RANDOM:
            return cls(seed=context.seed)
        vectors = question_vectors(
            backbone, asked, precision=context.precision, cache=context.cache, progress=context.progress
        )
        return cls(seed=context.seed, vectors=vectors)

    @property
    def kept(self) -> tuple[Float[ndarray, "rows width"], Float[ndarray, " width"]]:
        """The vectors as they are kept to find the nearest by, and their mean."""
        assert self.vectors is not None
        return self.vectors.astype(np.float16), self.vectors.mean(axis=0)

    def ranked(self, kinds: Sequence[Int[ndarray, " own"]], count: int) -> list[int]:
        """Places of so many rows at most, one of each kind after the other.

        By the seeding of k-means++ (Arthur and Vassilvitskii 2007, section 2.2), where they are to lie far
        apart.

        Args:
            kinds: places of the rows of each kind.
            count: how many are wanted at most.
        """
        if self.vectors is None:
            rng = np.random.default_rng(self.seed)
            return in_turn([rng.permutation(each) for each in kinds], count)
        return in_turn([self._far_apart(each, count) for each in kinds if len(each)], count)

    def _far_apart(self, places: Int[ndarray, " own"], most: int) -> Int[ndarray, " chosen"]:
        """Some of these rows, those first that lie far from the ones before them."""
        from sklearn.cluster import kmeans_plusplus

        assert self.vectors is not None
        distinct = len(np.unique(self._texts[places]))
        own = self.vectors[places].astype(np.float64)
        _, chosen = kmeans_plusplus(own, min(most, distinct), random_state=self.seed)
        return np.asarray(places[chosen])

    @cached_property
    def _texts(self) -> Int[ndarray, " rows"]:
        """A number for each row, the same for the same vector."""
        assert self.vectors is not None
        return np.asarray(np.unique(self.vectors, axis=0, return_inverse=True)[1]).ravel()
