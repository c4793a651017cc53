"""The classes of the nearest training rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from headstart.errors import BundleError
from headstart.models.backbone import Backbone
from headstart.models.device import best_device
from headstart.models.nearest import nearest
from headstart.models.unit import unit
from headstart.models.votes import log_votes
from headstart.train.pooled import Pooled
from headstart.train.read_together import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor, nn

    from headstart.core.examples import Examples
    from headstart.core.predictions import Predictions
    from headstart.core.task import Task

BACKBONE, STORED = "backbone", "stored.safetensors"


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbours(Reading):
    """Votes of the stored rows whose vectors lie nearest to a text's, nearer ones counting for more.

    Args:
        backbone: gives the vectors.
        task: encodes rows and decodes outputs.
        vectors: unit vector of each stored row, in float16.
        classes_of: class of each stored row.
        neighbours: rows that vote on a text.
        temperature: divides the cosines before they become weights.
        max_length: tokens that are read of a text at most.
        precision: `bfloat16` or `float32`, of the backbone's computation.
    """

    backbone: Backbone
    task: Task
    vectors: Float[ndarray, "stored width"]
    classes_of: Int[ndarray, " stored"]
    neighbours: int
    temperature: float
    max_length: int
    precision: str = "float32"

    def told(self, outputs: Float[ndarray, "examples width"], examples: Examples) -> Predictions:
        """How the stored rows nearest to the vectors of texts vote."""
        stored, classes_of, frequencies = self._index
        queries = torch.from_numpy(unit(outputs)).to(stored.device)
        cosines, places = nearest(queries, stored, self.neighbours)
        votes = log_votes(cosines.cpu(), classes_of[places], frequencies, temperature=self.temperature)
        return self.task.decode(votes.numpy(), examples)

    @property
    def reader(self) -> nn.Module:
        """Makes a vector of each text."""
        return Pooled(self.backbone.info.pooling)

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `backbone/`, which opens with `transformers`, and the stored vectors with their classes."""
        (folder / BACKBONE).mkdir()
        self.backbone.save(folder / BACKBONE)
        kept = {"vectors": self.vectors.astype(np.float16), "classes": self.classes_of.astype(np.int32)}
        save_file({name: np.ascontiguousarray(each) for name, each in kept.items()}, folder / STORED)
        return {
            "neighbours": self.neighbours,
            "temperature": self.temperature,
            "max_length": self.max_length,
            "precision": self.precision,
        }

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote, on the best device there is.

        Raises:
            BundleError: the stored vectors are missing or broken.
            BaseError: the backbone's folder is broken.
        """
        try:
            stored = load_file(folder / STORED)
            vectors, classes_of = stored["vectors"], stored["classes"]
        except Exception as error:  # the library's own error type derives from Exception alone
            raise BundleError(f"{folder / STORED} can't be read ({error}); copy the bundle again") from error
        return cls(
            backbone=Backbone.load(folder / BACKBONE).to(best_device()),
            task=task,
            vectors=vectors,
            classes_of=classes_of,
            neighbours=int(config["neighbours"]),
            temperature=float(config["temperature"]),
            max_length=int(config["max_length"]),
            precision=str(config["precision"]),
        )

    @cached_property
    def _index(
        self,
    ) -> tuple[Float[Tensor, "stored width"], Int[Tensor, " stored"], Float[Tensor, " classes"]]:
        """Vectors ready to be multiplied, their classes, and how frequent each class is among them."""
        device = next(self.backbone.parameters()).device
        stored = torch.from_numpy(self.vectors.astype(np.float16)).to(device).float()
        classes_of = torch.from_numpy(self.classes_of.astype(np.int64))
        counts = torch.bincount(classes_of, minlength=len(self.task.classes))
        return stored, classes_of, counts / counts.sum()
