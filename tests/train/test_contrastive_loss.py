"""The contrastive loss beside a plain reading of its formula, and its slope beside differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from headstart.train.contrastive_loss import contrastive_loss


def reference(vectors: np.ndarray, targets: np.ndarray, temperature: float) -> tuple[float, int]:
    """Khosla et al. 2020, equation 2, one anchor and one positive at a time."""
    units = [vector / np.sqrt(float(vector @ vector)) for vector in vectors]
    total, anchors = 0.0, 0
    for i in range(len(targets)):
        positives = [p for p in range(len(targets)) if p != i and targets[p] == targets[i]]
        if not positives:
            continue
        anchors += 1
        below = sum(np.exp(float(units[i] @ units[a]) / temperature) for a in range(len(targets)) if a != i)
        shares = [np.exp(float(units[i] @ units[p]) / temperature) / below for p in positives]
        total -= sum(np.log(share) for share in shares) / len(positives)
    return total, anchors


@pytest.mark.parametrize(
    ("classes", "temperature", "seed"), [(2, 0.1, 0), (3, 0.5, 1), (5, 0.07, 2), (12, 0.3, 3), (1, 1.0, 4)]
)
def test_it_is_the_formula_of_the_paper(classes, temperature, seed):
    rng = np.random.default_rng(seed)
    vectors, targets = rng.normal(size=(14, 6)), rng.integers(classes, size=14)
    expected, anchors = reference(vectors, targets, temperature)
    found, weight = contrastive_loss(
        torch.from_numpy(vectors), torch.from_numpy(targets), temperature=temperature
    )
    assert float(found) == pytest.approx(expected, rel=1e-5)
    assert float(weight) == anchors


def test_its_slope_is_that_of_small_differences():
    network = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3)).double()
    rng = np.random.default_rng(0)
    inputs, targets = torch.from_numpy(rng.normal(size=(9, 5))), torch.from_numpy(rng.integers(3, size=9))
    loss, _ = contrastive_loss(network(inputs), targets, temperature=0.2)
    loss.backward()
    for weights in network.parameters():
        flat, slope = weights.data.view(-1), weights.grad.view(-1)
        for place in range(len(flat)):
            values = []
            for change in (1e-5, -1e-5):
                flat[place] += change
                outputs = network(inputs).detach().numpy()
                values.append(reference(outputs, targets.numpy(), 0.2)[0])
                flat[place] -= change
            assert float(slope[place]) == pytest.approx((values[0] - values[1]) / 2e-5, rel=1e-3, abs=1e-5)


def test_texts_that_stand_alone_or_are_equal_or_empty_do_no_harm():
    vectors = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0], [0.0, 1.0]], requires_grad=True)
    loss, weight = contrastive_loss(vectors, torch.tensor([0, 0, 0, 1]), temperature=0.05)
    loss.backward()
    assert weight == 3
    assert torch.isfinite(loss)
    assert torch.isfinite(vectors.grad).all()
    alone, none = contrastive_loss(vectors, torch.arange(4), temperature=0.05)
    assert (float(alone), float(none)) == (0.0, 0.0)
