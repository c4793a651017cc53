"""The query of attention pooling, learned over kept token states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.models.attention_pool import AttentionPool
from headstart.models.batching import token_batches

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int
    from torch import Tensor

    from headstart.core.deadline import Deadline
    from headstart.models.finished_states import FinishedStates
    from headstart.train.labelled import Labelled

EPOCHS, PATIENCE = 10, 2
BUDGET_TOKENS = 8192
# Rates of Adam for queries and weights that read states of about unit length.
QUERY_RATE, WEIGHT_RATE = 0.05, 0.01
# Pull of the query towards mean pooling.
PULL = 1e-4
# How far the classifiers on mean-pooled states, from which it starts, may lie above their minimum.
ROUGH = 1e-4
# States that are held in float32 between epochs.
MOST_BYTES = 4e8


@dataclass(frozen=True, kw_only=True, eq=False)
class LearnedQuery:
    """A query, and what rows say of queries learned without them.

    Args:
        pool: pooling by the query.
        log_probabilities: of each row, from a query and a classifier that had not seen its fold.
    """

    pool: AttentionPool
    log_probabilities: Float[Tensor, "rows classes"]


def learn_query(
    states: FinishedStates,
    labelled: Labelled,
    *,
    held: Int[Tensor, " rows"],
    strength: float,
    deadline: Deadline,
    seed: int,
) -> LearnedQuery:
    """Learns a query with a linear classifier, from mean pooling on, for each fold and for all rows at once.

    The folds say after how many epochs to stop; where none helps, mean pooling stays.

    Args:
        states: token states of all rows.
        labelled: their classes and weights.
        held: fold of each row.
        strength: penalty on the classifier's squared weights, as of `fit_linear`.
        deadline: when to stop at the latest.
        seed: decides the order of the rows.
    """
    learner = _Learner(states, labelled, held, strength, seed)
    least, since = learner.held_out_loss(), 0
    best = learner.queries.detach().clone()
    for _ in range(EPOCHS):
        if since >= PATIENCE or deadline.left_s <= 0:
            break
        learner.epoch()
        loss = learner.held_out_loss()
        since = 0 if loss < least else since + 1
        if loss < least:
            best, least = learner.queries.detach().clone(), loss
    return learner.found(best / learner.length)


class _Learner:
    """A query and a classifier for each fold, blind to it, and last those of all rows, side by side."""

    def __init__(
        self,
        states: FinishedStates,
        labelled: Labelled,
        held: Int[Tensor, " rows"],
        strength: float,
        seed: int,
    ) -> None:
        self.states, self.labelled, self.held, self.strength = states, labelled, held, strength
        self.rng = np.random.default_rng(seed)
        self.batches = token_batches(states.lengths, budget=BUDGET_TOKENS, rng=self.rng)
        self.kept: dict[int, tuple[Tensor, Tensor]] = {}
        self.folds = int(held.max()) + 1
        counts = torch.from_numpy(labelled.weights).float()
        blind = (held != torch.arange(self.folds)[:, None]).float()
        self.counts = torch.cat([blind * counts, counts[None]])
        self.targets = torch.from_numpy(labelled.targets)
        some, mask = self._padded(0)
        self.length = float(some[mask].norm(dim=1).mean().clamp_min(1e-6))
        table = labelled.table(states.pooled("mean"))
        start = table.start(self.folds + 1)
        weights, biases = table.fits(self.counts, strength, start=start, tolerance=ROUGH)
        # The classifiers read vectors of unit mean square length, for which their penalty is stated.
        self.spread = 1.0 / float(table.axes.norm(dim=0).mean().clamp_min(1e-12))
        self.queries = torch.zeros(self.folds + 1, some.shape[2], requires_grad=True)
        self.weights = (weights * self.spread).requires_grad_()
        self.biases = biases.clone().requires_grad_()
        slow = {"params": [self.weights, self.biases], "lr": WEIGHT_RATE}
        self.adam = torch.optim.Adam([{"params": [self.queries], "lr": QUERY_RATE}, slow])

    def epoch(self) -> None:
        """One pass over all rows; each problem learns from those that are its own."""
        for number in self.rng.permutation(len(self.batches)):
            batch = self.batches[number]
            losses = -self._right(number) * self.counts[:, batch]
            loss = (losses.sum(dim=1) / self.counts[:, batch].sum(dim=1).clamp_min(1e-12)).sum()
            pull = self.strength * self.weights.square().sum() + PULL * self.queries.square().sum()
            self.adam.zero_grad()
            (loss + pull / 2).backward()  # type: ignore[no-untyped-call]
            self.adam.step()

    @torch.no_grad()
    def held_out_loss(self) -> float:
        """Mean log loss of each row by the problem that is blind to it."""
        total = 0.0
        for number, batch in enumerate(self.batches):
            right = self._right(number)[self.held[batch], torch.arange(len(batch))]
            total -= float((right * self.counts[-1, batch]).sum())
        return total / float(self.counts[-1].sum())

    @torch.no_grad()
    def found(self, queries: Float[Tensor, "problems width"]) -> LearnedQuery:
        """The query of all rows, and what classifiers fitted anew on the folds' queries say."""
        vectors = np.zeros((self.folds, len(self.labelled), queries.shape[1]), dtype=np.float32)
        for number, batch in enumerate(self.batches):
            states, mask = self._padded(number)
            vectors[:, batch] = _attend(states, mask, queries[:-1]).transpose(0, 1).numpy()
        outputs = torch.zeros(len(self.labelled), self.labelled.classes)
        for fold in range(self.folds):
            outside = np.flatnonzero((self.held != fold).numpy())
            table = self.labelled.take(outside).table(vectors[fold, outside])
            weight, bias = table.fit(self.strength, table.start(1), tolerance=ROUGH)
            inside = self.held == fold
            outputs[inside] = torch.from_numpy(vectors[fold, inside.numpy()] @ weight.T + bias)
        pool = AttentionPool(queries.shape[1])
        pool.query.copy_(queries[-1])
        return LearnedQuery(pool=pool, log_probabilities=torch.log_softmax(outputs, dim=1))

    def _right(self, number: int) -> Float[Tensor, "problems batch"]:
        """Log-probability of the right class of each row in a batch, by problem."""
        states, mask = self._padded(number)
        pooled = _attend(states, mask, self.queries / self.length) / self.spread
        outputs = torch.einsum("bpw,pcw->bpc", pooled, self.weights) + self.biases
        batch = self.batches[number]
        right = torch.log_softmax(outputs, dim=2)[torch.arange(len(batch)), :, self.targets[batch]]
        return right.T

    def _padded(self, number: int) -> tuple[Tensor, Tensor]:
        """The states of a batch, which are held in memory as far as they fit."""
        if number in self.kept:
            return self.kept[number]
        found = self.states.padded(self.batches[number])
        if sum(each.nbytes for each, _ in self.kept.values()) < MOST_BYTES:
            self.kept[number] = found
        return found


def _attend(
    states: Float[Tensor, "batch tokens width"],
    mask: Bool[Tensor, "batch tokens"],
    queries: Float[Tensor, "problems width"],
) -> Float[Tensor, "batch problems width"]:
    scores = (states @ queries.T).masked_fill(~mask[..., None], -torch.inf)
    return torch.softmax(scores, dim=1).nan_to_num(0.0).transpose(1, 2) @ states
