"""A decoder-only network that learns which of two answers is preferred."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
from torch.nn import functional

from headstart.core.predictions import Predictions
from headstart.models.batching import token_batches
from headstart.models.chat_template import ChatTemplate
from headstart.models.next_token import answer_losses, states_to_learn, token_losses
from headstart.models.subset import subset
from headstart.models.tokenise_dialogues import tokenise_dialogues
from headstart.train.answer_lengths import conversation_length
from headstart.train.answer_workshop import AnswerWorkshop
from headstart.train.recipe import TOKENS_AT_ONCE
from headstart.train.stream import Stream
from headstart.train.workshop import thaw

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor

    from headstart.core.examples import Examples
    from headstart.core.rows import Rows
    from headstart.models.backbone import Backbone
    from headstart.models.batching import Batch
    from headstart.train.best_epoch import BestEpoch

LIKELIHOODS = ("likelihoods", "rivals")


@dataclass(kw_only=True, eq=False)
class PreferenceWorkshop(AnswerWorkshop):
    """Direct preference optimisation (Rafailov et al. 2023, equation 7).

    What the base says of the answers is computed once, before it learns, so that no second network is
    needed. Both answers of a pair stand in the same part of a step. Label smoothing takes a share of the
    pairs to be the wrong way round (conservative DPO: Mitchell 2023, "A note on DPO with noisy
    preferences", equation 3): half of it, as it is spread over both answers.
    """

    # A policy is moved in smaller steps than a model that learns to answer.
    gentleness: ClassVar[float] = 0.1

    def best_epoch(self) -> BestEpoch:
        """The training, which keeps what is best on dev."""
        # The base has not learnt yet: adapters begin at nought, and what stands ahead of it is left out.
        ready = self._ready(self.backbone.alone())
        self._reference = answer_losses(ready, self._pairs)[:, 0]
        self._dev_reference = answer_losses(ready, self._dev_pairs)[:, 0]
        return super().best_epoch()

    @cached_property
    def _pairs(self) -> Examples:
        return self._read_pairs(self.split.train)

    @cached_property
    def _dev_pairs(self) -> Examples:
        return self._read_pairs(self.split.dev)

    def _read_pairs(self, rows: Rows) -> Examples:
        """For each row the preferred answer, then the other one."""
        task: Any = self.split.task
        both = zip(task.dialogues(rows), task.rejected(rows), strict=True)
        template = ChatTemplate(self.backbone.tokenizer)
        length = conversation_length(self.backbone.info, self.strategy.max_length)
        return tokenise_dialogues([*chain(*both)], template, max_length=length, last=True).examples

    def _streams(self, epoch: int) -> list[Stream]:
        if len(set(self.cuts)) > 1:
            thaw(self.backbone, from_block=self.cuts[epoch])
        return [Stream(examples=self._pairs, loss=self._loss, batches=self._batches)]

    def _batches(self, rng: np.random.Generator) -> list[Int[ndarray, " batch"]]:
        """Whole pairs, no more of them than are held in memory together."""
        lengths = 2 * self._pairs.lengths.reshape(-1, 2).max(axis=1)
        budget = min(TOKENS_AT_ONCE, max(1, round(self.pace.batch_size * float(lengths.mean()))))
        pairs = token_batches(lengths, budget=budget, rng=rng)
        return [np.stack([2 * each, 2 * each + 1], axis=1).ravel() for each in pairs]

    def _loss(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Sum of the losses of the pairs, and their number."""
        backbone = self._learning()
        assert batch.targets is not None
        assert batch.index is not None
        states, targets = states_to_learn(backbone, batch)
        losses = token_losses(backbone.network, states, targets)
        owners = (batch.targets >= 0).nonzero()[:, 0]
        sums = losses.new_zeros(len(batch.index)).index_add(0, owners, losses)
        order = torch.argsort(batch.index)
        reference = torch.from_numpy(self._reference).to(sums)[batch.index]
        gains = (reference - sums)[order].reshape(-1, 2)
        margins = self._beta * (gains[:, 0] - gains[:, 1])
        # The logarithms of both sigmoids differ by the margin.
        found = functional.softplus(-margins) + self._doubt * margins
        return found.sum(), found.new_tensor(float(len(found)))

    def _read(
        self, backbone: Backbone, places: Int[ndarray, " places"]
    ) -> tuple[Float[ndarray, "places 2"], Predictions]:
        both = np.stack([2 * places, 2 * places + 1], axis=1).ravel()
        read = answer_losses(self._ready(backbone), subset(self._dev_pairs, both))
        chosen, rejected = read[0::2], read[1::2]
        gains = (self._dev_reference[both] - read[:, 0]).reshape(-1, 2)
        margins = self._beta * (gains[:, 0] - gains[:, 1])
        losses = np.logaddexp(0.0, -margins) + self._doubt * margins
        told = Predictions(likelihoods=chosen, rivals=rejected)
        if self.context.metric.needs not in LIKELIHOODS:
            told = self._written(backbone, places)
        return np.stack([losses, np.ones(len(losses))], axis=1), told

    @property
    def _beta(self) -> float:
        task: Any = self.split.task
        return float(task.beta)

    @property
    def _doubt(self) -> float:
        """Share of the pairs that are taken to be the wrong way round."""
        return self.strategy.loss_shape(self.split).label_smoothing / 2.0
