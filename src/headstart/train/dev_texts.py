"""What dev rows say of an encoder-decoder as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.core.predictions import Predictions
from headstart.models.batching import collate, token_batches
from headstart.models.inference import BUDGET_TOKENS
from headstart.models.room_for_logits import tokens_at_once
from headstart.models.subset import subset
from headstart.models.writing import logits_of, written
from headstart.train.dev_rows import DevRows, Reading

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray
    from torch import nn

    from headstart.core.examples import Examples
    from headstart.models.backbone import Backbone
    from headstart.models.writing import Writing


@dataclass(frozen=True, kw_only=True, eq=False)
class DevTexts(DevRows):
    """Dev rows for which texts are written, and a sample of which only the losses are told in between.

    To write takes a pass for each token, where losses take one for all of them.

    Args:
        read: one example a row, for which texts are written; `examples` has one for each reference.
        writing: how.
    """

    read: Examples
    writing: Writing

    def whole(self, backbone: Backbone, head: nn.Module) -> Reading:
        """Texts for all rows."""
        ready = self.ready(backbone)
        told = Predictions(texts=written(ready, self.read, self.writing))
        stats = self.metric.stats(self.task.gold(self.rows), told)
        return Reading(
            score=self.metric.value(stats),
            sample_score=self.metric.value(stats[self.sample]),
            losses=self._written_losses(ready),
        )

    def some(self, backbone: Backbone, head: nn.Module) -> Reading:
        """The losses of the sample."""
        return Reading(
            score=None, sample_score=float("nan"), losses=self._written_losses(self.beside(backbone))
        )

    @torch.inference_mode()
    def _written_losses(self, ready: Backbone) -> Float[ndarray, " examples"]:
        """The loss of each example of the sample, weighed so that their mean is that of all its tokens."""
        examples = subset(self.examples, self._places)
        device = next(ready.parameters()).device
        sums, weights = np.zeros(len(examples)), np.zeros(len(examples))
        budget = tokens_at_once(ready.info.shape.vocabulary, BUDGET_TOKENS.get(device.type, 4096))
        for index in token_batches(examples.loads, budget=budget):
            batch = collate(examples, index, pad=ready.tokenizer.pad_token_id or 0).to(device)
            assert batch.targets is not None
            logits = logits_of(ready, batch)
            for place, own, targets in zip(index.tolist(), logits, batch.targets, strict=True):
                loss, weight = self.task.loss(own[None], targets[None], self.shape)
                sums[place], weights[place] = float(loss), float(weight)
        return np.asarray(sums * len(examples) / max(weights.sum(), 1e-12))
