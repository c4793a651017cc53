"""What a model says about rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

ABSTAINED = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Predictions:
    """One prediction per row; a task fills the fields it has and leaves the rest None.

    Args:
        classes: names of the classes, in the order of the columns of `probabilities`.
        labels: index into `classes` of each row's label, `ABSTAINED` where none is given.
        probabilities: probability of each class.
        texts: generated text of each row.
    """

    classes: tuple[str, ...] = ()
    labels: Int[ndarray, " rows"] | None = None
    probabilities: Float[ndarray, "rows classes"] | None = None
    texts: tuple[str, ...] | None = None

    def __len__(self) -> int:
        for field in (self.labels, self.probabilities, self.texts):
            if field is not None:
                return len(field)
        return 0

    @property
    def names(self) -> list[str | None]:
        """The label of each row by name, None where the model abstained."""
        if self.labels is None:
            return list(self.texts or ())
        return [None if label == ABSTAINED else self.classes[label] for label in self.labels]
