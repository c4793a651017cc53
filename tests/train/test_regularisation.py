"""Regularisers against plain formulas: losses in NumPy, weights in closed form."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from headstart.core.context import silent
from headstart.core.deadline import Deadline
from headstart.core.loss_shape import LossShape
from headstart.train.averaging import Averaging
from headstart.train.cross_entropy import cross_entropy
from headstart.train.groups import Group
from headstart.train.hook import Step
from headstart.train.interpolation import Interpolation
from headstart.train.l2_sp import L2SP
from headstart.train.mixout import Mixout
from headstart.train.r_drop import r_drop, symmetric_divergence


def logits(rows: int = 7, classes: int = 3, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(0, 2, (rows, classes))).float()


TARGETS = torch.tensor([0, 1, 2, 2, 1, 0, 2])


def reference(outputs: torch.Tensor, shape: LossShape) -> float:
    values = outputs.double().numpy()
    logs = values - np.log(np.exp(values).sum(axis=1, keepdims=True))
    total = 0.0
    for line, target in zip(logs, TARGETS.tolist(), strict=True):
        smooth = np.full(3, shape.label_smoothing / 3)
        smooth[target] += 1 - shape.label_smoothing
        loss = -(smooth * line).sum() * (1 - np.exp(line[target])) ** shape.focal
        total += loss * (shape.class_weights[target] if shape.class_weights else 1.0)
    return total


@pytest.mark.parametrize(
    "shape",
    [
        LossShape(),
        LossShape(label_smoothing=0.1),
        LossShape(focal=2.0),
        LossShape(class_weights=(1.0, 2.0, 0.5)),
        LossShape(label_smoothing=0.2, focal=1.0, class_weights=(3.0, 1.0, 1.0)),
    ],
)
def test_losses_are_what_the_formulas_say(shape):
    loss, weight = cross_entropy(logits(), TARGETS, shape)
    assert float(loss) == pytest.approx(reference(logits(), shape), rel=1e-5)
    expected = sum(shape.class_weights[each] for each in TARGETS) if shape.class_weights else 7.0
    assert float(weight) == pytest.approx(float(expected))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_losses_agree_with_the_library(smoothing):
    weights = torch.tensor([1.0, 2.0, 0.5])
    theirs = nn.functional.cross_entropy(logits(), TARGETS, weight=weights, reduction="mean")
    loss, weight = cross_entropy(logits(), TARGETS, LossShape(class_weights=(1.0, 2.0, 0.5)))
    assert float(loss / weight) == pytest.approx(float(theirs), rel=1e-5)
    plain = nn.functional.cross_entropy(logits(), TARGETS, label_smoothing=smoothing)
    loss, weight = cross_entropy(logits(), TARGETS, LossShape(label_smoothing=smoothing))
    assert float(loss / weight) == pytest.approx(float(plain), rel=1e-5)


def test_a_perfect_row_has_no_focal_loss_and_a_finite_gradient():
    sure = torch.tensor([[200.0, 0.0]], requires_grad=True)
    loss, _ = cross_entropy(sure, torch.tensor([0]), LossShape(focal=0.5))
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert torch.isfinite(sure.grad).all()


def test_divergence_is_the_mean_of_both_directions():
    first, second = logits(seed=1), logits(seed=2)
    one, other = first.log_softmax(-1), second.log_softmax(-1)
    both = [
        nn.functional.kl_div(a, b, log_target=True, reduction="sum") for a, b in ((one, other), (other, one))
    ]
    assert float(symmetric_divergence(first, second)) == pytest.approx(float(sum(both)) / 2, rel=1e-5)


def test_r_drop_without_differences_is_the_plain_loss():
    fixed = logits()
    loss, weight = r_drop(lambda: fixed, lambda outputs: cross_entropy(outputs, TARGETS), strength=4.0)
    plain, count = cross_entropy(fixed, TARGETS)
    assert (float(loss), float(weight)) == pytest.approx((float(plain), float(count)))


def group(*values: torch.Tensor, rate: float = 0.1) -> Group:
    return Group(name="block 0", parameters=tuple(nn.Parameter(each.clone()) for each in values), rate=rate)


def test_l2_sp_moves_weights_back_by_rate_and_strength():
    start = torch.ones(2, 2)
    weights = group(start)
    hook = L2SP([weights], strength=2.0)
    with torch.no_grad():
        weights.parameters[0].add_(1.0)
    hook.after_step(Step(reached=0.5, factor=0.5))
    torch.testing.assert_close(weights.parameters[0].detach(), torch.full((2, 2), 2.0 - 0.1 * 0.5 * 2.0))


def test_mixout_keeps_the_mean_and_gives_the_weights_back():
    torch.manual_seed(0)
    weights = group(torch.zeros(400, 400), torch.zeros(5))
    hook = Mixout([weights], share=0.7)
    matrix, bias = weights.parameters
    with torch.no_grad():
        matrix.add_(1.0)
        bias.add_(1.0)
    hook.begin_step(Step(reached=0.0, factor=1.0))
    assert sorted(matrix.detach().unique().tolist()) == pytest.approx([0.0, 1.0 / 0.3])
    assert float(matrix.detach().mean()) == pytest.approx(1.0, abs=0.02)
    assert (bias == 1.0).all()
    mask = (matrix.detach() > 0).float()
    (matrix * 2.0).sum().backward()
    hook.before_step(Step(reached=0.0, factor=1.0))
    assert (matrix == 1.0).all()
    torch.testing.assert_close(matrix.grad, 2.0 * mask / 0.3)


def test_the_mean_of_the_weights_is_what_is_measured():
    weights = nn.Parameter(torch.zeros(3))
    hook = Averaging([weights], decay=0.5)
    expected = torch.zeros(3)
    for step in range(1, 6):
        with torch.no_grad():
            weights.add_(1.0)
        hook.after_step(Step(reached=0.0, factor=1.0))
        kept = min(0.5, step / (step + 10.0))
        expected = kept * expected + (1 - kept) * weights.detach()
    with hook.measured():
        torch.testing.assert_close(weights.detach(), expected)
    assert (weights == 5.0).all()
    again = Averaging([nn.Parameter(torch.zeros(3))], decay=0.5)
    again.restore(hook.state())
    torch.testing.assert_close(again.state()["means"][0], expected)


def test_interpolation_ships_what_lies_between():
    weights = nn.Parameter(torch.ones(3))
    hook = Interpolation([weights], share=0.25)
    with torch.no_grad():
        weights.fill_(5.0)
    with hook.measured():
        assert (weights == 2.0).all()
    assert (weights == 5.0).all()


class TestInTraining:
    """The regularisers in the loop."""

    def trained(self, hooks, *, epochs: int = 3):
        from headstart.train.loop import Training
        from headstart.train.recipe import Recipe
        from headstart.train.stream import Stream
        from tests.train.test_loop import Words, examples

        network = Words()
        start = torch.cat([each.detach().flatten().clone() for each in network.parameters()])
        learn = Group(name="all", parameters=tuple(network.parameters()), rate=0.05)

        def loss(batch):
            return cross_entropy(network(batch), batch.targets)

        stream = Stream(examples=examples(), loss=loss)
        made = hooks(learn)
        recipe = Recipe(epochs=epochs, batch_size=4, warmup=0.0)
        job = Training(groups=[learn], frozen=[], streams=lambda epoch: [stream], recipe=recipe, hooks=made)
        passes = list(job.run(Deadline(), silent, reserve_s=lambda: 0.0))
        end = torch.cat([each.detach().flatten() for each in network.parameters()])
        return passes[-1].loss, float((end - start).norm())

    def test_what_pulls_back_ends_nearer_to_the_start(self):
        loss, distance = self.trained(lambda learn: [])
        for hooks in (
            lambda learn: [L2SP([learn], strength=5.0)],
            lambda learn: [Mixout([learn], share=0.8)],
        ):
            held_loss, held_distance = self.trained(hooks)
            assert held_distance < 0.95 * distance
            assert np.isfinite(held_loss)
        assert loss < 0.5
