"""What a classifier of vectors knows of the rows beside their vectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from headstart.train.principal import Principal

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.examples import Examples
    from headstart.core.split import Split


@dataclass(frozen=True, kw_only=True, eq=False)
class Labelled:
    """Classes, clusters and weights of examples.

    Args:
        targets: class of each.
        classes: number of classes.
        groups: cluster of each.
        weights: how much each counts: the examples of a row count as one together.
    """

    targets: Int[ndarray, " examples"]
    classes: int
    groups: Int[ndarray, " examples"]
    weights: Float[ndarray, " examples"]

    def __len__(self) -> int:
        return len(self.targets)

    @classmethod
    def of(cls, examples: Examples, split: Split) -> Labelled:
        """The training rows, encoded with their targets."""
        assert examples.targets is not None
        return cls(
            targets=examples.targets,
            classes=len(split.task.classes),
            groups=split.train.groups[examples.owners],
            weights=1.0 / np.bincount(examples.owners)[examples.owners],
        )

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return len(np.unique(self.groups))

    @property
    def size(self) -> int:
        """Rows times classes."""
        return len(self) * self.classes

    def table(self, features: Float[ndarray, "examples width"]) -> Principal:
        """Their vectors, ready for linear classifiers."""
        return Principal.of(features, self.targets, self.classes, weights=self.weights)

    def take(self, chosen: Int[ndarray, " chosen"]) -> Labelled:
        """Some of them."""
        return replace(
            self, targets=self.targets[chosen], groups=self.groups[chosen], weights=self.weights[chosen]
        )
