"""A text as a few numbers that trees can split on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import log_softmax

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.linear_fit import LinearFit


@dataclass(frozen=True, kw_only=True, eq=False)
class TextNumbers:
    """What a linear layer says of a text's vector, and where the vector lies along the main axes of all.

    Args:
        weight: the linear layer.
        bias: the same, one number an output.
        centre: mean of the vectors.
        axes: unit vectors along which they differ most, or none.
        one_class: whether outputs are the classes of a softmax.
    """

    weight: Float[ndarray, "outputs width"]
    bias: Float[ndarray, " outputs"]
    centre: Float[ndarray, " width"]
    axes: Float[ndarray, "components width"]
    one_class: bool

    @classmethod
    def of(
        cls, vectors: Float[ndarray, "texts width"], fit: LinearFit, *, components: int, one_class: bool
    ) -> Self:
        """The numbers that training texts ask for.

        Args:
            vectors: of the training texts.
            fit: the linear layer.
            components: axes at most.
            one_class: whether outputs are the classes of a softmax.
        """
        centre = vectors.mean(axis=0, dtype=np.float64)
        apart = vectors - centre
        # Eigenvectors of the covariance are the principal axes (Hotelling 1933).
        _, found = np.linalg.eigh(apart.T @ apart)
        wanted = min(components, max(0, len(vectors) - 1), vectors.shape[1])
        axes = found.T[::-1][:wanted]
        # An axis has no direction; this one is the same on every computer.
        largest = np.abs(axes).argmax(axis=1)
        axes = axes * np.sign(axes[np.arange(len(axes)), largest])[:, None]
        return cls(
            weight=fit.weight.astype(np.float32),
            bias=fit.bias.astype(np.float32),
            centre=centre.astype(np.float32),
            axes=axes.astype(np.float32).reshape(wanted, vectors.shape[1]),
            one_class=one_class,
        )

    @property
    def count(self) -> int:
        """How many numbers a text has."""
        return len(self.bias) + len(self.axes)

    def outputs(self, vectors: Float[ndarray, "texts width"]) -> Float[ndarray, "texts outputs"]:
        """What the linear layer says: log-probabilities of classes, or plain outputs."""
        found = vectors @ self.weight.T + self.bias
        return np.asarray(log_softmax(found, axis=1) if self.one_class else found)

    def table(
        self,
        vectors: Float[ndarray, "texts width"],
        owners: Int[ndarray, " texts"],
        *,
        outputs: Float[ndarray, "texts outputs"] | None = None,
    ) -> Float[ndarray, "rows numbers"]:
        """The numbers of each row, means over its texts.

        Args:
            vectors: of texts, those of a row one after the other.
            owners: row of each, from 0 without gaps.
            outputs: what a linear layer that had not seen them says, in place of what this one does.
        """
        said = self.outputs(vectors) if outputs is None else outputs
        found = np.hstack([said, (vectors - self.centre) @ self.axes.T]).astype(np.float64)
        if not len(owners) or owners[-1] + 1 == len(owners):
            return found
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        return np.asarray(np.add.reduceat(found, starts) / np.bincount(owners)[:, None])
