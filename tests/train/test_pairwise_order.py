"""The loss of orders against the formula, pair by pair."""

from __future__ import annotations

import numpy as np
import torch

from headstart.train.pairwise_order import SCALE, pairwise_order


def batch(scores: list[float], seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    outputs = torch.randn(2 * len(scores), 6, generator=generator)
    rows = np.repeat(np.arange(len(scores)), 2)
    return outputs, torch.tensor(np.column_stack([rows, np.repeat(scores, 2)]), dtype=torch.float32)


def test_it_is_the_mean_over_the_rows_of_other_scores():
    scores = [0.1, 0.5, 0.5, 0.9]
    outputs, targets = batch(scores)
    losses, rows = pairwise_order(outputs, targets)
    cosines = torch.nn.functional.cosine_similarity(outputs[0::2], outputs[1::2]).tolist()
    for row, loss in zip(rows.tolist(), losses.tolist(), strict=True):
        others = [other for other in range(4) if scores[other] != scores[row]]
        signs = [np.sign(scores[row] - scores[other]) for other in others]
        each = [
            np.log1p(np.exp(-SCALE * sign * (cosines[row] - cosines[other])))
            for sign, other in zip(signs, others, strict=True)
        ]
        np.testing.assert_allclose(loss, np.mean(each), rtol=1e-4)
    assert rows.tolist() == [0, 1, 2, 3]


def test_the_order_of_texts_decides_nothing():
    outputs, targets = batch([0.2, 0.4, 0.8])
    order = torch.tensor([5, 0, 2, 4, 1, 3])
    plain = pairwise_order(outputs, targets)[0]
    torch.testing.assert_close(pairwise_order(outputs[order], targets[order])[0], plain)


def test_rows_of_one_score_are_not_asked():
    outputs, targets = batch([0.5, 0.5])
    losses, rows = pairwise_order(outputs.requires_grad_(), targets)
    assert len(losses) == len(rows) == 0
    losses.sum().backward()
    assert torch.isfinite(outputs.grad).all()


def test_a_right_order_costs_less_than_a_wrong_one():
    outputs = torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    right = torch.tensor([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    wrong = torch.tensor([[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
    assert pairwise_order(outputs, right)[0].sum() < 1e-6
    assert pairwise_order(outputs, wrong)[0].min() > 10.0
