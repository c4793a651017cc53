"""Whether a processor multiplies faster in bfloat16 than in float32."""

from __future__ import annotations

import time

SIZE, TIMES = 512, 4


def native_bfloat16() -> bool:
    """As a look at both shows; without units for it bfloat16 takes many times what float32 does."""
    import torch

    took = {}
    for kind in (torch.float32, torch.bfloat16):
        one = torch.ones(SIZE, SIZE, dtype=kind)
        one @ one
        started = time.perf_counter()
        for _ in range(TIMES):
            one @ one
        took[kind] = time.perf_counter() - started
    return took[torch.bfloat16] < took[torch.float32]
