"""Boosted trees on what a frozen base makes of a text and on the columns beside it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from safetensors.numpy import load_file, save_file

from headstart.core.feature import Feature
from headstart.core.feature_cells import feature_table
from headstart.errors import BundleError
from headstart.models.backbone import Backbone
from headstart.models.boosted import Boosted
from headstart.models.device import best_device
from headstart.models.features import pooled_features
from headstart.models.text_numbers import TextNumbers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task

BACKBONE, NUMBERS = "backbone", "text.safetensors"
ARRAYS = ("weight", "bias", "centre", "axes")


@dataclass(frozen=True, kw_only=True, eq=False)
class LateFusion:
    """The text as a few numbers, the columns beside it, and trees on both.

    Args:
        backbone: gives the vector of a text.
        task: encodes texts.
        numbers: makes numbers of a vector.
        features: the columns, with the categories of the training rows.
        boosted: the trees; the text's numbers come first.
        max_length: tokens that are read of a text at most.
        precision: `bfloat16` or `float32`, of the backbone's computation.
    """

    backbone: Backbone
    task: Task
    numbers: TextNumbers
    features: tuple[Feature, ...]
    boosted: Boosted
    max_length: int
    precision: str = "float32"

    def predict(self, rows: Rows) -> Predictions:
        """Answers in the order of the rows; a target column, if any, is not read."""
        return self.boosted.predict(np.hstack([self._read(rows), feature_table(rows.frame, self.features)]))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `backbone/`, which opens with `transformers`, what makes numbers of texts, and the trees."""
        (folder / BACKBONE).mkdir()
        self.backbone.save(folder / BACKBONE)
        arrays = {name: np.ascontiguousarray(getattr(self.numbers, name)) for name in ARRAYS}
        save_file(arrays, folder / NUMBERS)
        self.boosted.save(folder)
        return {
            "features": [asdict(each) for each in self.features],
            "count": len(self.boosted.boosters),
            "one_class": self.numbers.one_class,
            "max_length": self.max_length,
            "precision": self.precision,
            "importance": self._importance,
        }

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote, on the best device there is.

        Raises:
            BundleError: a file is missing or broken.
            BaseError: the backbone's folder is broken.
            MissingExtra: LightGBM is not installed.
        """
        try:
            stored = load_file(folder / NUMBERS)
            numbers = TextNumbers(
                **{name: stored[name] for name in ARRAYS}, one_class=bool(config["one_class"])
            )
        except Exception as error:  # the library's own error type derives from Exception alone
            raise BundleError(f"{folder / NUMBERS} can't be read ({error}); copy the bundle again") from error
        return cls(
            backbone=Backbone.load(folder / BACKBONE).to(best_device()),
            task=task,
            numbers=numbers,
            features=tuple(Feature.read(each) for each in config["features"]),
            boosted=Boosted.load(
                folder, count=int(config["count"]), answer=task.answer, classes=task.classes
            ),
            max_length=int(config["max_length"]),
            precision=str(config["precision"]),
        )

    def _read(self, rows: Rows) -> Float[ndarray, "rows numbers"]:
        blind = replace(rows.plain, columns=replace(rows.plain.columns, target=None))
        if not len(rows):
            return np.zeros((0, self.numbers.count))
        examples = self.task.encode(blind, self.backbone.tokenizer, self.max_length)
        vectors = pooled_features(
            self.backbone, examples, how=self.backbone.info.pooling, precision=self.precision, cache=None
        )
        return self.numbers.table(vectors, examples.owners)

    @cached_property
    def _importance(self) -> dict[str, Any]:
        gains, texts = self.boosted.gains.tolist(), self.numbers.count
        columns = {each.name: gain for each, gain in zip(self.features, gains[texts:], strict=True)}
        return {"text": float(sum(gains[:texts])), "columns": columns}
