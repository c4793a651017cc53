"""Attention within each of several texts that stand end to end, by a kernel that needs no mask."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

import torch
from torch.nn import functional
from transformers import AttentionInterface

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor, nn

    from headstart.models.backbone import Backbone

PACKED = "headstart_packed"
# What the kernel takes: numbers in a head at most, and what their count is a multiple of.
WIDEST_HEAD, HEAD_STEP = 256, 8


@dataclass(frozen=True, kw_only=True, eq=False)
class TextBounds:
    """Where each of several texts begins that stand end to end; takes the place of a mask.

    Args:
        starts: place of the first token of each text, and the number of all tokens.
        longest: tokens of the longest text.
    """

    starts: Int[Tensor, " texts+1"]
    longest: int

    @classmethod
    def of(cls, positions: Int[Tensor, "1 total"]) -> Self:
        """The bounds that positions tell, which begin again from 0 with each text."""
        starts = (positions[0] == 0).nonzero()[:, 0]
        starts = torch.cat([starts, starts.new_tensor([positions.shape[1]])])
        return cls(starts=starts.to(torch.int32), longest=int(positions.max()) + 1)


def takes_packed(backbone: Backbone, *, device: str, precision: str) -> bool:
    """Whether the kernel computes what the network's own attention does.

    Args:
        backbone: an open network.
        device: `cpu`, `cuda` or `mps`.
        precision: `bfloat16` or `float32`.
    """
    if device != "cuda" or precision != "bfloat16" or not backbone.packs or backbone.attention == "eager":
        return False
    config = backbone.network.config
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return bool(width <= WIDEST_HEAD and width % HEAD_STEP == 0)


def packed_attention(
    projected: tuple[Tensor, Tensor, Tensor],
    bounds: TextBounds,
    *,
    scaling: float | None = None,
    window: int | None = None,
) -> Float[Tensor, "total heads width"]:
    """Causal attention of each text to itself.

    On a CUDA device by the variable-length kernel of FlashAttention 2 (Dao 2023, section 3); elsewhere
    text by text, which gives the same.

    Args:
        projected: queries of all texts end to end (heads x total x width), their keys and their values, of as
            many heads or of fewer that several share.
        bounds: where each text begins.
        scaling: what scores are multiplied by; one over the root of the width without it.
        window: tokens that each one sees at most, itself included; all before it without it.
    """
    by = _by_kernel if projected[0].is_cuda else _one_by_one
    return by(projected, bounds, scaling=scaling, window=window)


def _as_asked(
    _: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bounds: TextBounds,
    *,
    scaling: float | None = None,
    sliding_window: int | None = None,
    **__: Any,
) -> tuple[Float[Tensor, "1 total heads width"], None]:
    """The same as a layer of `transformers` asks for it, with the bounds in place of a mask."""
    told = (query[0], key[0], value[0])
    return packed_attention(told, bounds, scaling=scaling, window=sliding_window)[None], None


def _by_kernel(
    projected: tuple[Tensor, Tensor, Tensor], bounds: TextBounds, *, scaling: float | None, window: int | None
) -> Float[Tensor, "total heads width"]:
    from torch.nn.attention.varlen import varlen_attn

    query, key, value = (each.transpose(0, 1) for each in projected)
    told: dict[str, Any] = {"scale": scaling, "window_size": (-1 if window is None else window - 1, 0)}
    if query.shape[1] != key.shape[1] and _asks_for_sharing():
        told["enable_gqa"] = True
    starts, longest = bounds.starts, bounds.longest
    found: Any = varlen_attn(query, key, value, starts, starts, longest, longest, **told)
    after: Tensor = found
    return after


@cache
def _asks_for_sharing() -> bool:
    """Whether the kernel wants to be told that heads share keys, which it does from torch 2.12 on."""
    from torch.nn.attention.varlen import varlen_attn

    return "enable_gqa" in inspect.signature(varlen_attn).parameters


def _one_by_one(
    projected: tuple[Tensor, Tensor, Tensor], bounds: TextBounds, *, scaling: float | None, window: int | None
) -> Float[Tensor, "total heads width"]:
    edges, found, shared = bounds.starts.tolist(), [], len(projected[0]) != len(projected[1])
    for start, stop in pairwise(edges):
        places = torch.arange(stop - start, device=projected[0].device)
        behind = places[:, None] - places
        seen = (behind >= 0) if window is None else (behind >= 0) & (behind < window)
        query, key, value = (each[None, :, start:stop] for each in projected)
        after = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=seen, scale=scaling, enable_gqa=shared
        )
        found.append(after[0].transpose(0, 1))
    return torch.cat(found)


AttentionInterface.register(PACKED, _as_asked)
