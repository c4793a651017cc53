"""The loss of a stretch: of where it starts and of where it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.core.examples import IGNORED
from headstart.train.span_targets import END, START

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor


def span_loss(
    outputs: Float[Tensor, "batch tokens 2"], targets: Int[Tensor, "batch tokens"]
) -> tuple[Tensor, Tensor]:
    """Sum over windows of the mean log loss of start and end, in float32, and the number of windows.

    Each is a softmax over the pieces of its window, no answer being one of them (Devlin et al. 2019,
    sections 4.2 and 4.3).

    Args:
        outputs: scores of each token as start and as end.
        targets: as `span_targets` gives them.
    """
    asked = targets != IGNORED
    logs = outputs.float().masked_fill(~asked[..., None], float("-inf")).log_softmax(dim=1)
    told = targets.clamp(min=0)
    right = [logs[..., place][(told & part) > 0].sum() for place, part in enumerate((START, END))]
    return -(right[0] + right[1]) / 2, outputs.new_tensor(float(len(targets))).float()
