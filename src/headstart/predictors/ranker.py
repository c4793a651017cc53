"""Passages ranked by the cosines of their vectors with that of a query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from safetensors.numpy import load_file, save_file

from headstart import registry
from headstart.core.predictions import Predictions
from headstart.errors import BundleError
from headstart.models.best_places import best_places
from headstart.models.tokenise import tokenise
from headstart.models.unit import unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray
    from torch import nn

    from headstart.core.corpus_task import CorpusTask
    from headstart.core.rows import Rows
    from headstart.models.backbone import Backbone

STORED = "corpus.safetensors"


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranker:
    """A network that makes a vector of each text, and the vectors that it made of a corpus.

    Its weights must not change once it has predicted, as then the corpus has been read.

    Args:
        backbone: gives the states of a text's tokens.
        head: gives a vector from states.
        task: knows the corpus.
        max_length: tokens that are read of a text at most.
        precision: `bfloat16` or `float32`, of the computation; weights are kept in float32.
        vectors: unit vector of each passage in float16; made when they are first needed without them.
    """

    backbone: Backbone
    head: nn.Module
    task: CorpusTask
    max_length: int
    precision: str = "float32"
    vectors: Float[ndarray, "corpus width"] | None = None

    def predict(self, rows: Rows) -> Predictions:
        """The best passages of each row; a target column, if any, is not read."""
        blind = replace(rows, columns=replace(rows.columns, target=None))
        examples = self.task.encode(blind, self.backbone.tokenizer, self.max_length)
        queries, corpus = unit(self._network.outputs(examples)), self._corpus
        ranked, scores = best_places(lambda some: queries[some] @ corpus.T, len(rows), len(self.task.corpus))
        return Predictions(ranked=ranked, scores=scores, passages=self.task.corpus)

    def over(self, task: CorpusTask) -> Self:
        """The same network over the corpus of another task, which is read unless it is this one."""
        same = self.vectors is not None and task.corpus == self.task.corpus
        return replace(self, task=task, vectors=self.vectors if same else None)

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes the files of the network, as `network` does, and the vectors of the corpus."""
        config = dict(self._network.save(folder))
        save_file({"vectors": np.ascontiguousarray(self._stored)}, folder / STORED)
        return config

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: CorpusTask) -> Self:
        """The predictor that `save` wrote, on the best device there is.

        Raises:
            BundleError: the vectors are missing or broken, or not those of the corpus.
            BaseError: the backbone's folder is broken.
        """
        network = registry.load("predictors", "network").load(folder, config, task)
        try:
            vectors = load_file(folder / STORED)["vectors"]
        except Exception as error:  # the library's own error type derives from Exception alone
            raise BundleError(f"{folder / STORED} can't be read ({error}); copy the bundle again") from error
        if len(vectors) != len(task.corpus):
            raise BundleError(
                f"{folder / STORED} holds {len(vectors)} vectors and the corpus {len(task.corpus)} passages; "
                "copy the bundle again"
            )
        return cls(
            backbone=network.backbone,
            head=network.head,
            task=task,
            max_length=network.max_length,
            precision=network.precision,
            vectors=vectors,
        )

    @cached_property
    def _network(self) -> Any:
        return registry.load("predictors", "network")(
            backbone=self.backbone,
            head=self.head,
            task=self.task,
            max_length=self.max_length,
            precision=self.precision,
        )

    @cached_property
    def _stored(self) -> Float[ndarray, "corpus width"]:
        if self.vectors is not None:
            return self.vectors
        passages = tokenise([list(self.task.corpus)], self.backbone.tokenizer, self.max_length)
        return np.asarray(unit(self._network.outputs(passages)).astype(np.float16))

    @cached_property
    def _corpus(self) -> Float[ndarray, "corpus width"]:
        return self._stored.astype(np.float32)
