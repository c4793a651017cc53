"""Attention of texts that stand end to end: each sees itself alone, as `transformers` computes it."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
import torch
from torch.nn import functional

from headstart.models.packed_attention import PACKED, TextBounds, packed_attention, takes_packed
from tests.on_gpu import needs_gpu

LENGTHS = (5, 1, 9)


def positions():
    return torch.cat([torch.arange(each) for each in LENGTHS])[None]


def asked(heads, shared, width=8, dtype=torch.float32, device="cpu"):
    generator = torch.Generator().manual_seed(0)
    total = sum(LENGTHS)
    made = (torch.randn(1, each, total, width, generator=generator) for each in (heads, shared, shared))
    return [each.to(device, dtype).requires_grad_() for each in made]


def masked(query, key, value, *, scaling=None, window=None):
    """The same by one mask over everything, each key's head repeated."""
    places, text = positions()[0], torch.repeat_interleave(torch.arange(len(LENGTHS)), torch.tensor(LENGTHS))
    behind = places[:, None] - places
    seen = (text[:, None] == text) & (behind >= 0) & (behind < (window or 10**6))
    times = query.shape[1] // key.shape[1]
    key, value = (each.repeat_interleave(times, dim=1) for each in (key, value))
    found = functional.scaled_dot_product_attention(
        query, key, value, attn_mask=seen.to(query.device), scale=scaling
    )
    return found.transpose(1, 2)


def test_bounds_are_where_positions_begin_again():
    bounds = TextBounds.of(positions())
    assert bounds.starts.tolist() == [0, 5, 6, 15]
    assert bounds.starts.dtype == torch.int32
    assert bounds.longest == 9


@pytest.mark.parametrize(("heads", "shared"), [(4, 4), (4, 2)])
@pytest.mark.parametrize("window", [None, 3])
@pytest.mark.parametrize("scaling", [None, 0.7])
def test_each_text_sees_itself_alone(heads, shared, window, scaling):
    query, key, value = asked(heads, shared)
    bounds = TextBounds.of(positions())
    found = packed_attention((query[0], key[0], value[0]), bounds, scaling=scaling, window=window)
    assert found.shape == (sum(LENGTHS), heads, 8)
    torch.testing.assert_close(found[None], masked(query, key, value, scaling=scaling, window=window))


@needs_gpu
@pytest.mark.parametrize(("heads", "shared"), [(4, 4), (4, 2)])
@pytest.mark.parametrize("window", [None, 3])
def test_the_kernel_gives_the_same_and_the_same_gradients(heads, shared, window):
    bounds = TextBounds.of(positions().to("cuda"))
    told = {"heads": heads, "shared": shared, "width": 64}
    halves = asked(**told, dtype=torch.bfloat16, device="cuda")
    whole = [each.detach().float().requires_grad_() for each in halves]
    found = packed_attention(tuple(each[0] for each in halves), bounds, window=window)[None]
    expected = masked(*whole, window=window)
    torch.testing.assert_close(found.float(), expected, rtol=2e-2, atol=2e-2)
    slope = torch.randn(expected.shape, generator=torch.Generator().manual_seed(1)).to("cuda")
    found.backward(slope.bfloat16())
    expected.backward(slope)
    for half, each in zip(halves, whole, strict=True):
        torch.testing.assert_close(half.grad.float(), each.grad, rtol=5e-2, atol=5e-2)


@dataclass
class Opened:
    """As much of a backbone as is asked."""

    packs: bool = True
    attention: str = "sdpa"
    width: int = 64

    @property
    def network(self):
        return SimpleNamespace(config=SimpleNamespace(head_dim=self.width))


@pytest.mark.parametrize(
    ("opened", "device", "precision", "taken"),
    [
        (Opened(), "cuda", "bfloat16", True),
        (Opened(), "cpu", "bfloat16", False),
        (Opened(), "cuda", "float32", False),
        (Opened(packs=False), "cuda", "bfloat16", False),
        (Opened(attention="eager"), "cuda", "bfloat16", False),
        (Opened(width=512), "cuda", "bfloat16", False),
        (Opened(width=12), "cuda", "bfloat16", False),
    ],
)
def test_the_kernel_is_taken_where_it_computes_the_same(opened, device, precision, taken):
    assert takes_packed(opened, device=device, precision=precision) == taken


def test_a_layer_of_the_library_gets_what_it_asks_for():
    from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

    query, key, value = asked(4, 2)
    bounds = TextBounds.of(positions())
    told = {"scaling": 0.7, "sliding_window": 3, "dropout": 0.0}
    found, weights = ALL_ATTENTION_FUNCTIONS[PACKED](None, query, key, value, bounds, **told)
    assert weights is None
    torch.testing.assert_close(found, masked(query, key, value, scaling=0.7, window=3))
