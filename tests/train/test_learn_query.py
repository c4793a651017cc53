"""A query finds the tokens that tell the class, and stays away where none does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from headstart.core.deadline import Deadline
from headstart.models.pooling import pool
from headstart.train.held_out import folds_of
from headstart.train.labelled import Labelled
from headstart.train.learn_query import learn_query

WIDTH, TOKENS = 12, 10


@dataclass
class Made:
    """Token states held in memory."""

    states: torch.Tensor
    lengths: np.ndarray

    def __len__(self) -> int:
        return len(self.states)

    def padded(self, index):
        longest = int(self.lengths[index].max())
        return self.states[index, :longest], torch.arange(longest) < torch.from_numpy(self.lengths[index])[
            :, None
        ]

    def pooled(self, how: str):
        return pool(*self.padded(np.arange(len(self))), how).numpy()


def texts(rows: int, *, marked: bool, seed: int = 0) -> tuple[Made, Labelled]:
    """Noise in every token but one, which tells the class and, where `marked`, that it does so."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, 2, rows)
    lengths = rng.integers(TOKENS // 2, TOKENS + 1, rows)
    states = rng.normal(size=(rows, TOKENS, WIDTH)).astype(np.float32)
    telling = rng.integers(0, TOKENS // 2, rows)
    states[:, :, 0] = 0.0
    states[np.arange(rows), telling, 1] = 3.0 * (2 * targets - 1)
    if marked:
        states[np.arange(rows), telling, 0] = 3.0
    else:
        states = rng.normal(size=states.shape).astype(np.float32)
    labelled = Labelled(targets=targets, classes=2, groups=np.arange(rows), weights=np.ones(rows))
    return Made(states=torch.from_numpy(states), lengths=lengths), labelled


def learned(made: Made, labelled: Labelled, *, deadline: Deadline | None = None):
    held = folds_of(labelled.targets, labelled.groups, 2, seed=0)
    return learn_query(made, labelled, held=held, strength=1e-2, deadline=deadline or Deadline(), seed=0)


def loss(labelled: Labelled, log_probabilities: torch.Tensor) -> float:
    return -float(log_probabilities[torch.arange(len(labelled)), labelled.targets].mean())


def test_it_attends_to_the_token_that_tells():
    made, labelled = texts(800, marked=True)
    found = learned(made, labelled)
    query = found.pool.query.detach()
    assert query.abs().argmax() == 0
    assert query[0] > 0
    nothing = learned(made, labelled, deadline=Deadline.after(0.0))
    assert loss(labelled, found.log_probabilities) < 0.9 * loss(labelled, nothing.log_probabilities)


def test_what_held_out_rows_say_holds_for_new_ones():
    noise, labelled = texts(120, marked=False)
    assert loss(labelled, learned(noise, labelled).log_probabilities) > 0.65


def test_without_time_it_is_mean_pooling():
    made, labelled = texts(60, marked=True)
    assert not learned(made, labelled, deadline=Deadline.after(0.0)).pool.query.any()


@pytest.mark.parametrize("marked", [True, False])
def test_the_seed_decides_everything(marked: bool):
    first, second = (learned(*texts(100, marked=marked)) for _ in range(2))
    assert torch.equal(first.pool.query, second.pool.query)
    assert torch.equal(first.log_probabilities, second.log_probabilities)
