"""A backbone ready to read, without dropout and gradients."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from headstart.models.batching import token_batches
from headstart.models.half import in_bfloat16
from headstart.models.quantised import is_quantised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Int
    from numpy import ndarray

    from headstart.models.backbone import Backbone

# Tokens in a batch that keep the device busy; more of them only cost memory.
BUDGET_TOKENS = {"cpu": 4096, "cuda": 65536, "mps": 16384}
# Tokens from which a batch rather ends than takes in much shorter texts.
ENOUGH_TOKENS = {"cpu": 768, "cuda": 16384, "mps": 4096}


def reading_batches(lengths: Int[ndarray, " examples"], device: torch.device) -> list[Int[ndarray, " batch"]]:
    """Positions of the examples of each batch for one pass over them, with little padding.

    Args:
        lengths: tokens in each example.
        device: what reads them.
    """
    budget = BUDGET_TOKENS.get(device.type, BUDGET_TOKENS["cpu"])
    enough = ENOUGH_TOKENS.get(device.type, ENOUGH_TOKENS["cpu"])
    return token_batches(lengths, budget=budget, enough=enough)


@contextmanager
def inferring(backbone: Backbone, precision: str) -> Iterator[Backbone]:
    """The backbone without dropout and gradients; in bfloat16 a copy, so that its weights stay."""
    training = backbone.training
    backbone.eval()
    try:
        with torch.inference_mode():
            half = precision == "bfloat16" and not is_quantised(backbone.network)
            yield in_bfloat16(backbone) if half else backbone
    finally:
        backbone.train(training)
