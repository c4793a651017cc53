"""Several streams in one training: their shares, and heads that rest while others learn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from headstart.core.context import silent
from headstart.core.deadline import Deadline
from headstart.core.examples import Examples
from headstart.errors import TrainingError
from headstart.train.groups import Group
from headstart.train.loop import Training
from headstart.train.recipe import Recipe
from headstart.train.stream import Stream, shuffled_steps


def examples(rows: int, seed: int = 0) -> Examples:
    rng = np.random.default_rng(seed)
    return Examples(
        tokens=rng.integers(0, 20, 3 * rows),
        offsets=3 * np.arange(rows + 1),
        owners=np.arange(rows),
        targets=np.arange(rows) % 2,
    )


class Shared(nn.Module):
    """Word vectors under two linear heads."""

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.table = nn.Embedding(20, 8)
            self.heads = nn.ModuleList([nn.Linear(8, 2), nn.Linear(8, 2)])

    def stream(self, place: int, rows: int, share: float = 1.0, head: int | None = None) -> Stream:
        mine = self.heads[place if head is None else head]

        def loss(batch):
            outputs = mine(self.table(batch.tokens).mean(dim=1))
            total = nn.functional.cross_entropy(outputs, batch.targets, reduction="sum")
            return total, torch.tensor(float(len(batch.targets)))

        others = tuple(self.heads[1 - place].parameters())
        return Stream(examples=examples(rows, seed=place), loss=loss, share=share, resting=others)


def training(network: Shared, streams: list[Stream]) -> Training:
    learn = {"table": network.table, "first head": network.heads[0], "second head": network.heads[1]}
    return Training(
        groups=[
            Group(name=name, parameters=tuple(each.parameters()), rate=0.05) for name, each in learn.items()
        ],
        frozen=[],
        streams=lambda epoch: streams,
        recipe=Recipe(epochs=1, batch_size=4, warmup=0.0),
    )


def run(job: Training) -> None:
    list(job.run(Deadline(), silent, reserve_s=lambda: 0.0))


@pytest.mark.parametrize(("share", "batches"), [(1.0, 10), (0.5, 5), (2.0, 20), (0.01, 1)])
def test_a_pass_takes_the_share_of_each_stream(share, batches):
    streams = [Stream(examples=examples(40), loss=lambda batch: ..., share=each) for each in (1.0, share)]
    steps = shuffled_steps(streams, batch_size=4, rng=np.random.default_rng(0))
    assert [sum(stream is each for stream, _ in steps) for each in streams] == [10, batches]


def test_a_stream_read_twice_shows_every_example_twice():
    stream = Stream(examples=examples(40), loss=lambda batch: ..., share=2.0)
    steps = shuffled_steps([stream], batch_size=4, rng=np.random.default_rng(0))
    assert np.bincount(np.concatenate([index for _, index in steps])).tolist() == [2] * 40


def test_every_head_learns_from_its_own_stream():
    network = Shared()
    before = [head.weight.detach().clone() for head in network.heads]
    run(training(network, [network.stream(0, 40), network.stream(1, 40)]))
    assert all(not torch.equal(old, head.weight) for old, head in zip(before, network.heads, strict=True))


def test_a_head_without_a_stream_stands_still():
    network = Shared()
    before = network.heads[1].weight.detach().clone()
    run(training(network, [network.stream(0, 40)]))
    assert torch.equal(before, network.heads[1].weight)


@pytest.mark.parametrize("share", [1.0, 0.01])
def test_a_stream_that_teaches_the_wrong_head_is_named(share):
    network = Shared()
    wrong = network.stream(1, 40, share=share, head=0)
    with pytest.raises(TrainingError, match="second head get no gradient"):
        run(training(network, [network.stream(0, 40), wrong]))


def test_labels_of_every_stream_are_checked():
    network = Shared()
    blind = replace(network.stream(1, 40), examples=replace(examples(40), targets=None))
    with pytest.raises(TrainingError, match="no targets"):
        run(training(network, [network.stream(0, 40), blind]))


def test_the_texts_of_a_row_are_learnt_from_in_one_step_whatever_their_tokens():
    network, seen = Shared(), list[list[int]]()
    rows = replace(examples(24), owners=np.repeat(np.arange(8), 3), together=True)
    rows = replace(rows, targets=np.column_stack([rows.owners, np.arange(24) % 2]))

    def loss(batch):
        seen.append(batch.targets[:, 0].tolist())
        outputs = network.heads[0](network.table(batch.tokens).mean(dim=1))
        return nn.functional.cross_entropy(outputs, batch.targets[:, 1], reduction="sum"), torch.tensor(1.0)

    stream = Stream(examples=rows, loss=loss, resting=tuple(network.heads[1].parameters()))
    job = training(network, [stream])
    job.recipe = replace(job.recipe, tokens_at_once=4)
    run(job)
    assert [len(each) for each in seen] == [12, 12]
    assert all(each.count(row) == 3 for each in seen for row in each)
