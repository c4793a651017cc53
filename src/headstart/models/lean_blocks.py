"""Blocks of Llama and its like that keep little for the way back, and norms in one kernel."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jaxtyping import Float
    from torch import Tensor

# Classes of `transformers` that all do the same: norm, attention, sum, norm, gated layers, sum.
BLOCKS = ("LlamaDecoderLayer", "MistralDecoderLayer", "Qwen2DecoderLayer", "Qwen3DecoderLayer")
# The weight times the states over their root mean square, and nothing else.
NORMS = ("LlamaRMSNorm", "MistralRMSNorm", "Qwen2RMSNorm", "Qwen3RMSNorm")


@contextmanager
def lean_blocks(network: nn.Module, device: str) -> Iterator[None]:
    """A network learns in less memory and fewer kernels, the same up to the rounding of bfloat16.

    Of what the library keeps of each token in each block, more than half follows from the rest by a norm
    or a product of two numbers: it is made again on the way back (recomputation as of Chen et al. 2016,
    section 4, of what is cheapest alone). And the library takes six kernels for a norm, in float32.

    Args:
        network: with blocks of those classes, or of others, which stay as they are.
        device: `cpu`, `cuda` or `mps`; nothing changes on a processor.
    """
    with ExitStack() as stack:
        for module in network.modules() if device == "cuda" else ():
            name = type(module).__name__
            if name in NORMS:
                stack.enter_context(_instead(module, partial(fused_norm, module)))
            elif name in BLOCKS and _gates(module):
                stack.enter_context(_instead(module, partial(_lean_block, module)))
        yield


def fused_norm(norm: Any, states: Float[Tensor, "*some width"]) -> Float[Tensor, "*some width"]:
    """What such a norm gives (Zhang and Sennrich 2019, equation 4).

    Args:
        norm: a module of one of those classes.
        states: what it normalises.
    """
    weight: Tensor = norm.weight
    return functional.rms_norm(states, weight.shape, weight, norm.variance_epsilon)


@contextmanager
def made_again(made: Tensor, how: Callable[[], Tensor]) -> Iterator[None]:
    """Wherever the way back needs this tensor, it is made again instead of kept.

    Args:
        made: the tensor, which must live until the context is left.
        how: makes the same values from what is kept anyway.
    """
    place, numbers = made.data_ptr(), made.numel()

    def pack(saved: Tensor) -> Tensor | torch.Size:
        return saved.shape if saved.data_ptr() == place and saved.numel() == numbers else saved

    def unpack(kept: Tensor | torch.Size) -> Tensor:
        if not isinstance(kept, torch.Size):
            return kept
        with torch.no_grad():
            return how().view(kept)

    with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
        yield


def _lean_block(
    block: Any, hidden_states: Float[Tensor, "batch tokens width"], **told: Any
) -> Float[Tensor, "batch tokens width"]:
    """What such a block gives.

    Args:
        block: a module of one of those classes.
        hidden_states: states before it.
        told: what its attention reads beside them.
    """
    normed = block.input_layernorm(hidden_states)
    with made_again(normed, partial(fused_norm, block.input_layernorm, hidden_states.detach())):
        attended, _ = block.self_attn(hidden_states=normed, **told)
    states = hidden_states + attended
    normed = block.post_attention_layernorm(states)
    with made_again(normed, partial(fused_norm, block.post_attention_layernorm, states.detach())):
        gate, up = block.mlp.gate_proj(normed), block.mlp.up_proj(normed)
    inner: Tensor = _Gated.apply(gate, up)  # type: ignore[no-untyped-call]
    with made_again(inner, partial(_gated, gate.detach(), up.detach())):
        after: Tensor = states + block.mlp.down_proj(inner)
    return after


class _Gated(torch.autograd.Function):
    """The SiLU of one tensor times another (SwiGLU: Shazeer 2020, equation 6), of which both are kept."""

    @staticmethod
    def forward(ctx: Any, gate: Tensor, up: Tensor) -> Tensor:
        ctx.save_for_backward(gate, up)
        return _gated(gate, up)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, Tensor]:
        gate, up = ctx.saved_tensors
        across = torch.ops.aten.silu_backward(slope * up, gate)
        return across, functional.silu(gate).mul_(slope)


def _gated(gate: Tensor, up: Tensor) -> Tensor:
    return functional.silu(gate).mul_(up)


def _gates(block: Any) -> bool:
    """Whether the layers that follow attention are gated by SiLU."""
    return bool(block.mlp.config.hidden_act in ("silu", "swish"))


@contextmanager
def _instead(module: nn.Module, forward: Callable[..., Tensor]) -> Iterator[None]:
    module.forward = forward
    try:
        yield
    finally:
        del module.forward
