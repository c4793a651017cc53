"""The training loop: exact accumulation, frozen weights, order, deadline, broken invariants."""

from __future__ import annotations

import copy
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
from headstart.train.stream import Stream

RECIPE = Recipe(epochs=3, batch_size=4, warmup=0.0, seed=7)


class Words(nn.Module):
    """Mean of word vectors and a linear layer: enough to learn which words belong to which class."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.table = nn.Embedding(20, 8)
            self.linear = nn.Linear(8, 2)
            self.dropout = nn.Dropout(0.0)

    def forward(self, batch):
        states = self.dropout(self.table(batch.tokens)) * batch.mask[:, :, None]
        return self.linear(states.sum(dim=1) / batch.mask.sum(dim=1, keepdim=True))


def examples(rows: int = 40, seed: int = 0) -> Examples:
    rng = np.random.default_rng(seed)
    targets = np.arange(rows) % 2
    texts = [rng.integers(10 * target, 10 * target + 10, rng.integers(1, 9)) for target in targets]
    offsets = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    return Examples(tokens=np.concatenate(texts), offsets=offsets, owners=np.arange(rows), targets=targets)


def training(
    network: Words, data: Examples | None = None, recipe: Recipe = RECIPE, *, learn=None, loss=None, frozen=()
):
    def cross_entropy(batch):
        total = nn.functional.cross_entropy(network(batch), batch.targets, reduction="sum")
        return total, torch.tensor(float(len(batch.targets)))

    learn = list(network.parameters()) if learn is None else learn
    groups = [Group(name="all", parameters=tuple(learn), rate=0.05)]
    data = examples() if data is None else data
    stream = Stream(examples=data, loss=loss or cross_entropy)
    return Training(groups=groups, frozen=list(frozen), streams=lambda epoch: [stream], recipe=recipe)


def run(job: Training, deadline: Deadline | None = None, reserve_s: float = 0.0):
    return list(job.run(deadline or Deadline(), silent, reserve_s=lambda: reserve_s))


def weights(network: nn.Module) -> torch.Tensor:
    return torch.cat([each.detach().flatten() for each in network.parameters()])


def test_it_learns():
    passes = run(training(Words()))
    assert passes[-1].loss < 0.5 * passes[0].loss
    assert [each.epoch for each in passes] == [1, 2, 3]
    assert passes[-1].fraction == 1.0


def test_a_step_taken_in_parts_is_the_same_step():
    whole, parts = Words(), Words()
    run(training(whole))
    run(training(parts, recipe=replace(RECIPE, tokens_at_once=3)))
    torch.testing.assert_close(weights(whole), weights(parts), atol=1e-5, rtol=1e-4)


def test_the_seed_decides_the_order_and_the_dropout():
    found = []
    for seed in (1, 1, 2):
        network = Words()
        network.dropout.p = 0.3
        torch.manual_seed(len(found))
        run(training(network, recipe=replace(RECIPE, seed=seed)))
        found.append(weights(network))
    torch.testing.assert_close(found[0], found[1], rtol=0, atol=0)
    assert not torch.equal(found[0], found[2])


def test_the_global_random_state_is_left_alone():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    run(training(Words()))
    torch.testing.assert_close(torch.rand(3), expected)


def test_a_restored_training_ends_where_an_unbroken_one_does():
    unbroken, broken = Words(), Words()
    run(training(unbroken))
    first = training(broken)
    next(iter(first.run(Deadline(), silent, reserve_s=lambda: 0.0)))
    state = copy.deepcopy(first.state())
    later = Words(seed=5)
    second = training(later)
    second.restore(state)
    passes = run(second)
    assert [each.epoch for each in passes] == [2, 3]
    torch.testing.assert_close(weights(later), weights(unbroken))


def test_frozen_weights_stay_and_the_rest_moves():
    network = Words()
    before = network.table.weight.detach().clone()
    network.table.weight.requires_grad_(False)
    linear = list(network.linear.parameters())
    run(training(network, learn=linear, frozen=[network.table.weight]))
    torch.testing.assert_close(network.table.weight, before)


def test_it_ends_in_time_and_says_how_far_it_came():
    passes = run(training(Words()), Deadline.after(0.0))
    assert len(passes) == 1
    assert not passes[0].whole
    assert passes[0].fraction == 0.0
    assert len(run(training(Words()), Deadline.after(60.0), reserve_s=61.0)) == 1


def test_a_loss_that_is_not_a_number_is_named():
    def broken(batch):
        return torch.tensor(float("nan"), requires_grad=True), torch.tensor(1.0)

    with pytest.raises(TrainingError, match="the loss is nan"):
        run(training(Words(), loss=broken))


def test_weights_that_get_no_gradient_are_named():
    network = Words()
    spare = nn.Parameter(torch.ones(3))
    with pytest.raises(TrainingError, match="the weights of all get no gradient"):
        run(training(network, learn=[spare], loss=lambda batch: (network(batch).sum(), torch.tensor(1.0))))


def test_weights_that_stand_still_are_named():
    job = training(Words())
    job.retune([replace(each, rate=0.0) for each in job.groups], weight_decay=0.0)
    with pytest.raises(TrainingError, match="the weights of all stood still"):
        run(job)


def test_a_first_step_too_small_for_any_weight_to_show_it_is_no_fault():
    network = Words()
    with torch.no_grad():
        network.linear.weight.fill_(1.0).add_(torch.arange(16.0).reshape(2, 8))
    job = training(network, learn=[network.linear.weight], recipe=replace(RECIPE, warmup=0.9))
    job.retune([replace(each, rate=1e-7) for each in job.groups], weight_decay=0.0)
    assert [each.epoch for each in run(job)] == [1, 2, 3]


def test_a_first_step_in_which_nothing_is_asked_leaves_the_check_to_the_next_one():
    network, seen = Words(), []

    def loss(batch):
        seen.append(batch)
        asked = float(len(seen) > 1) * len(batch.targets)
        total = nn.functional.cross_entropy(network(batch), batch.targets, reduction="sum")
        return total * (asked > 0), torch.tensor(asked)

    with pytest.raises(TrainingError, match="frozen weights moved"):
        run(training(network, loss=loss, frozen=[network.linear.weight]))


def test_frozen_weights_that_move_are_named():
    network = Words()
    with pytest.raises(TrainingError, match="frozen weights moved"):
        run(training(network, frozen=[network.linear.weight]))


def test_examples_without_targets_are_refused():
    with pytest.raises(TrainingError, match="no targets"):
        run(training(Words(), data=replace(examples(), targets=None)))


@pytest.mark.parametrize("schedule", ["linear", "cosine", "constant", "slanted", "one_cycle"])
def test_rates_rise_and_then_fall(schedule):
    recipe = Recipe(epochs=1, batch_size=1, warmup=0.2, schedule=schedule)
    factors = [recipe.rate_factor(progress / 100) for progress in range(1, 101)]
    assert factors[:20] == sorted(factors[:20])
    assert factors[20:] == sorted(factors[20:], reverse=True)
    assert max(factors) == pytest.approx(1.0)
    last = {"constant": 1.0, "slanted": 1 / 32}.get(schedule, 0.0)
    assert factors[-1] == pytest.approx(last)
