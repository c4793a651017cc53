"""The head of compared texts."""

from __future__ import annotations

import numpy as np
import torch

from headstart.models.pooling import pool
from headstart.train.scaled_vectors import ScaledVectors


def inputs() -> tuple[torch.Tensor, torch.Tensor]:
    states = torch.randn(3, 5, 8, generator=torch.Generator().manual_seed(0))
    return states, torch.arange(5) < torch.tensor([5, 2, 1])[:, None]


def test_a_new_head_gives_pooled_states_as_they_are():
    states, mask = inputs()
    torch.testing.assert_close(ScaledVectors(8, pooling="mean")(states, mask), pool(states, mask, "mean"))


def test_it_starts_from_a_linear_map_of_which_only_factors_learn(tmp_path):
    states, mask = inputs()
    rng = np.random.default_rng(0)
    weight, bias = (rng.normal(size=size).astype(np.float32) for size in ((8, 8), (8,)))
    head = ScaledVectors(8, pooling="cls").start_from(weight, bias)
    expected = states[:, 0] @ torch.from_numpy(weight).T + torch.from_numpy(bias)
    torch.testing.assert_close(head(states, mask), expected)
    assert [name for name, _ in head.named_parameters()] == ["logs"]
    with torch.no_grad():
        head.logs.fill_(np.log(2.0))
    torch.testing.assert_close(head(states, mask), 2.0 * expected)
    other = ScaledVectors(8, pooling="cls")
    other.load_state_dict(head.state_dict())
    torch.testing.assert_close(other(states, mask), 2.0 * expected)
