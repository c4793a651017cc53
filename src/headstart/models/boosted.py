"""Gradient-boosted trees that are kept as text and answer as a task asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.core.predictions import Predictions
from headstart.errors import BundleError
from headstart.models.lightgbm_there import lightgbm

if TYPE_CHECKING:
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

CLASS, LABELS, NUMBER = "class", "labels", "number"
FEW_ROWS = 10_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Boosted:
    """One sum of trees, or one a label.

    Args:
        boosters: LightGBM's boosters (Ke et al. 2017).
        answer: a `class`, any number of `labels`, or a `number`.
        classes: names of the classes or labels; empty for a number.
    """

    boosters: tuple[Any, ...]
    answer: str
    classes: tuple[str, ...] = ()

    def predict(self, table: Float[ndarray, "rows features"]) -> Predictions:
        """Answers in the order of the rows; what is not a number counts as missing."""
        outputs = self._outputs(table)
        if self.answer == NUMBER:
            return Predictions(values=outputs[:, 0])
        if self.answer == LABELS:
            return Predictions(classes=self.classes, chosen=outputs >= 0.5, probabilities=outputs)
        return Predictions(classes=self.classes, labels=outputs.argmax(axis=1), probabilities=outputs)

    @property
    def gains(self) -> Float[ndarray, " features"]:
        """Share of each feature in what all splits gained; noughts where nothing was split."""
        total = sum(np.asarray(each.feature_importance("gain"), dtype=np.float64) for each in self.boosters)
        return np.asarray(total / max(float(np.sum(total)), 1e-300))

    def save(self, folder: Path) -> None:
        """Writes each booster in LightGBM's text format, which is only ever parsed."""
        for place, each in enumerate(self.boosters):
            (folder / _name(place)).write_text(each.model_to_string(), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, *, count: int, answer: str, classes: tuple[str, ...]) -> Self:
        """The trees that `save` wrote.

        Args:
            folder: where they lie.
            count: how many boosters there are.
            answer: what they answer with.
            classes: names of the classes or labels.

        Raises:
            BundleError: a file is missing or broken.
            MissingExtra: LightGBM is not installed.
        """
        library = lightgbm()
        boosters = []
        for place in range(count):
            path = folder / _name(place)
            try:
                boosters.append(library.Booster(model_str=path.read_text(encoding="utf-8")))
            except (OSError, ValueError, library.basic.LightGBMError) as error:
                raise BundleError(f"{path} can't be read ({error}); copy the bundle again") from error
        return cls(boosters=tuple(boosters), answer=answer, classes=classes)

    def _outputs(self, table: Float[ndarray, "rows features"]) -> Float[ndarray, "rows outputs"]:
        if not len(table):
            return np.zeros((0, max(1, len(self.classes))))
        # Several threads wait for each other longer than few rows take.
        threads = {"num_threads": 1} if len(table) <= FEW_ROWS else {}
        found = [np.asarray(each.predict(table, **threads), dtype=np.float64) for each in self.boosters]
        if self.answer == CLASS and found[0].ndim == 1:
            return np.column_stack([1.0 - found[0], found[0]])
        return found[0] if found[0].ndim == 2 else np.column_stack(found)


def _name(place: int) -> str:
    return f"trees_{place + 1}.txt"
