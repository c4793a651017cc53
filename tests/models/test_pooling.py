"""One vector a text, whatever surrounds it."""

from __future__ import annotations

import pytest
import torch

from headstart.models.pooling import pool

STATES = torch.tensor([[[1.0, 2.0], [3.0, 4.0], [100.0, 100.0]], [[5.0, 6.0], [7.0, 8.0], [9.0, 13.0]]])
MASK = torch.tensor([[True, True, False], [True, True, True]])


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("mean", [[2.0, 3.0], [7.0, 9.0]]),
        ("cls", [[1.0, 2.0], [5.0, 6.0]]),
        ("last", [[3.0, 4.0], [9.0, 13.0]]),
    ],
)
@pytest.mark.parametrize("shift", [0, 1])
def test_padding_does_not_count_on_either_side(how: str, expected: list[list[float]], shift: int) -> None:
    states = torch.stack([STATES[0].roll(shift, 0), STATES[1]])
    mask = torch.stack([MASK[0].roll(shift), MASK[1]])
    torch.testing.assert_close(pool(states, mask, how), torch.tensor(expected))


@pytest.mark.parametrize("how", ["mean", "cls", "last"])
def test_a_text_without_tokens_is_a_zero_vector(how: str) -> None:
    assert pool(STATES, torch.zeros_like(MASK), how).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_an_unknown_pooling_is_named() -> None:
    with pytest.raises(ValueError, match="there are: mean, cls, last"):
        pool(STATES, MASK, "max")
