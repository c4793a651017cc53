"""How near a text is to a vector of each class: what it is called, or the mean of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from safetensors.numpy import load_file, save_file

from headstart.errors import BundleError
from headstart.models.backbone import Backbone
from headstart.models.device import best_device
from headstart.models.unit import unit
from headstart.train.pooled import Pooled
from headstart.train.read_together import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray
    from torch import nn

    from headstart.core.examples import Examples
    from headstart.core.predictions import Predictions
    from headstart.core.task import Task

BACKBONE, LABELS = "backbone", "labels.safetensors"


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelSimilarity(Reading):
    """Softmax over the cosines between a text's vector and those of the classes.

    Args:
        backbone: gives the vectors.
        task: encodes rows and decodes outputs.
        labels: unit vector of each class.
        temperature: divides the cosines.
        max_length: tokens that are read of a text at most.
        precision: `bfloat16` or `float32`, of the computation.
    """

    backbone: Backbone
    task: Task
    labels: Float[ndarray, "classes width"]
    temperature: float
    max_length: int
    precision: str = "float32"

    def told(self, outputs: Float[ndarray, "examples width"], examples: Examples) -> Predictions:
        """What the vectors of texts say."""
        return self.task.decode(unit(outputs) @ self.labels.T / self.temperature, examples)

    @property
    def reader(self) -> nn.Module:
        """Makes a vector of each text."""
        return Pooled(self.backbone.info.pooling)

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `backbone/`, which opens with `transformers`, and the classes' vectors."""
        (folder / BACKBONE).mkdir()
        self.backbone.save(folder / BACKBONE)
        save_file({"labels": np.ascontiguousarray(self.labels)}, folder / LABELS)
        return {"max_length": self.max_length, "precision": self.precision, "temperature": self.temperature}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote, on the best device there is.

        Raises:
            BundleError: the classes' vectors are missing or broken.
            BaseError: the backbone's folder is broken.
        """
        try:
            labels = load_file(folder / LABELS)["labels"]
        except Exception as error:  # the library's own error type derives from Exception alone
            raise BundleError(f"{folder / LABELS} can't be read ({error}); copy the bundle again") from error
        return cls(
            backbone=Backbone.load(folder / BACKBONE).to(best_device()),
            task=task,
            labels=labels,
            temperature=float(config["temperature"]),
            max_length=int(config["max_length"]),
            precision=str(config["precision"]),
        )
