"""A head that starts where a linear layer on the frozen backbone ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.train.read_out import ReadOut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from headstart.core.context import Context, Progress
    from headstart.core.examples import Examples
    from headstart.core.linear_fit import LinearFit
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone


def probe_head(
    backbone: Backbone,
    examples: Examples,
    *,
    split: Split,
    context: Context,
    strengths: Sequence[float] = (),
    progress: Progress,
) -> tuple[nn.Module, LinearFit]:
    """The task's head with the weights of its linear fit on states, which the cache may hold.

    Args:
        backbone: the network, which is left as it is.
        examples: the training rows, encoded with their targets.
        split: where the rows and their clusters come from.
        context: seed, precision, device and cache.
        strengths: regularisation to try; chosen freely when empty.
        progress: called with the share of the reading that is done.
    """
    read = ReadOut(backbone=backbone, examples=examples, split=split, context=context, progress=progress)
    fit = read.fit(read.own(), strengths)
    head: Any = split.task.head(backbone.info)
    head.start_from(fit.weight, fit.bias)
    return head.to(context.device), fit
