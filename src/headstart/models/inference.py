"""A backbone ready to read, without dropout and gradients."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from headstart.models.half import in_bfloat16
from headstart.models.quantised import is_quantised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.models.backbone import Backbone

# Tokens in a batch that keep the device busy; more of them only cost memory.
BUDGET_TOKENS = {"cpu": 4096, "cuda": 65536, "mps": 16384}


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
