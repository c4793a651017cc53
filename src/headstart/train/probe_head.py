"""A head that starts where a linear classifier on the frozen backbone ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.models.features import pooled_features
from headstart.train.linear import LinearFit, fit_linear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from headstart.core.context import Context, Progress
    from headstart.core.examples import Examples
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
    """The task's head with the weights of `fit_linear` on pooled states, which the cache may hold.

    Args:
        backbone: the network, which is left as it is.
        examples: the training rows, encoded with their targets.
        split: where the rows and their clusters come from.
        context: seed, precision, device and cache.
        strengths: regularisation to try; chosen freely when empty.
        progress: called with the share of the reading that is done.
    """
    features = pooled_features(
        backbone,
        examples,
        how=backbone.info.pooling,
        precision=context.precision,
        cache=context.cache,
        progress=progress,
    )
    assert examples.targets is not None
    fit = fit_linear(
        features,
        examples.targets,
        len(getattr(split.task, "classes", ())),
        groups=split.train.groups[examples.owners],
        row_weights=1.0 / np.bincount(examples.owners)[examples.owners],
        strengths=strengths,
        seed=context.seed,
    )
    head: Any = split.task.head(backbone.info)
    head.start_from(fit.weight, fit.bias)
    return head.to(context.device), fit
