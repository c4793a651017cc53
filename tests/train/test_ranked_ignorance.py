"""The loss of ordered classes against its definition, and where it is the cross-entropy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import softmax

from headstart.core.loss_shape import LossShape
from headstart.train.cross_entropy import cross_entropy
from headstart.train.ranked_ignorance import ranked_ignorance


def drawn(classes: int, rows: int = 20) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return 3 * torch.randn(rows, classes, generator=generator), torch.arange(rows) % classes


def defined(outputs: torch.Tensor, targets: torch.Tensor) -> float:
    """The definition, one question after the other."""
    total = 0.0
    for probabilities, target in zip(
        softmax(outputs.double().numpy(), axis=1), targets.tolist(), strict=True
    ):
        for cut in range(len(probabilities) - 1):
            at_most = probabilities[: cut + 1].sum()
            total -= np.log(at_most if target <= cut else 1.0 - at_most)
    return float(total)


@pytest.mark.parametrize("classes", [2, 3, 5, 9])
def test_it_is_the_sum_of_all_questions(classes):
    outputs, targets = drawn(classes)
    total, weight = ranked_ignorance(outputs, targets)
    assert float(total) == pytest.approx(defined(outputs, targets), rel=1e-5)
    assert float(weight) == 20.0


@pytest.mark.parametrize(
    "shape",
    [LossShape(), LossShape(label_smoothing=0.1), LossShape(focal=2.0), LossShape(class_weights=(1.0, 3.0))],
)
def test_with_two_classes_it_is_the_cross_entropy(shape):
    outputs, targets = drawn(2)
    for ours, theirs in zip(
        ranked_ignorance(outputs, targets, shape), cross_entropy(outputs, targets, shape), strict=True
    ):
        torch.testing.assert_close(ours, theirs)


def test_a_far_miss_costs_more_than_a_near_one():
    sure = torch.tensor([[8.0, 0.0, 0.0, 0.0]])
    losses = [float(ranked_ignorance(sure, torch.tensor([target]))[0]) for target in range(4)]
    assert losses == sorted(losses)
    assert losses[3] > 2 * losses[1]


def test_outputs_beyond_all_bounds_give_finite_losses_and_gradients():
    outputs = torch.tensor([[1e4, 0.0, -1e4]], requires_grad=True)
    total, _ = ranked_ignorance(outputs, torch.tensor([2]))
    total.backward()
    assert torch.isfinite(total)
    assert torch.isfinite(outputs.grad).all()
