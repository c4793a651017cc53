"""What of a profile settings and expectations are told from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.profile import Profile

# Sub-word tokens in an English word, and those around a text, where lengths were counted in words.
TOKENS_PER_WORD, SPECIAL_TOKENS = 1.4, 2
# What counts as a step along each axis: four times the rows a class or the classes, twice the length or
# the imbalance.
STEPS = (math.log(4), math.log(4), math.log(2), math.log(2))


@dataclass(frozen=True, kw_only=True)
class Traits:
    """A data set in a few figures.

    Args:
        rows: training rows.
        classes: classes.
        length: mean tokens of a text.
        imbalance: rows of the most frequent class over those of the rarest.
    """

    rows: int
    classes: int
    length: float
    imbalance: float

    @classmethod
    def of(cls, profile: Profile, train_rows: int) -> Self:
        """The traits of a data set from its profile, for a fit on so many rows."""
        lengths = profile.lengths
        words = lengths.tokenizer == "words"
        return cls(
            rows=train_rows,
            classes=max(1, len(profile.classes)),
            length=TOKENS_PER_WORD * lengths.mean + SPECIAL_TOKENS if words else lengths.mean,
            imbalance=profile.imbalance,
        )

    @property
    def rows_a_class(self) -> float:
        """Training rows over classes."""
        return self.rows / self.classes

    @property
    def place(self) -> Float[ndarray, "4"]:
        """Where it lies among others, in steps."""
        figures = (self.rows_a_class, self.classes, self.length, self.imbalance)
        steps = [math.log(max(each, 1.0)) / step for each, step in zip(figures, STEPS, strict=True)]
        return np.array(steps)
