"""Networks of a frozen backbone with a fitted head, ready to ship."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.models.features import pooled_views
from headstart.models.truncate import truncated
from headstart.models.view import View
from headstart.train.attention_linear import AttentionLinear
from headstart.train.choose_attention import ATTENTION
from headstart.train.layered_linear import LayeredLinear
from headstart.train.linear import fit_linear
from headstart.train.outputs import outputs_of
from headstart.train.precision import for_inference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float
    from numpy import ndarray
    from torch import nn

    from headstart.core.context import Context, Progress
    from headstart.core.examples import Examples
    from headstart.core.linear_fit import LinearFit
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone
    from headstart.train.choose_attention import Attention
    from headstart.train.choose_view import Choice
    from headstart.train.compared import Compared
    from headstart.train.labelled import Labelled

MIX = "mix"
# How far the fits of a mix may lie above their minimum: their shares were found no more exactly.
ROUGH_FIT = 1e-5


@dataclass(frozen=True, kw_only=True, eq=False)
class Probed:
    """A network that is ready to ship.

    Args:
        backbone: what is needed of the backbone.
        head: the fitted head.
        chosen: the wish as it was granted.
    """

    backbone: Backbone
    head: nn.Module
    chosen: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Builder:
    """Fits heads on all training rows, and keeps of the backbone what they read.

    Args:
        backbone: the network, which is left as it is.
        examples: the training rows, encoded.
        labelled: their classes, clusters and weights.
        task: what is to be predicted.
        context: seed, precision, device and cache.
        progress: called with the share of the reading that is done.
    """

    backbone: Backbone
    examples: Examples
    labelled: Labelled
    task: Task
    context: Context
    progress: Progress

    def single(self, view: View, strength: float | None, compared: Compared | None = None) -> Probed:
        """A linear layer on one view; its penalty is chosen by folds without one."""
        fit = self._fit(self._features([view], compared)[view], strength)
        backbone = truncated(self.backbone, view)
        head: Any = self.task.head(backbone.info)
        head.start_from(fit.weight, fit.bias)
        return self._ready(backbone, head, pooling=view.pooling, strength=fit.strength)

    def mixed(self, choice: Choice, compared: Compared) -> Probed:
        """Linear layers on several views, added up."""
        features = self._features(choice.views, compared)
        parts = []
        for view, share, strength in zip(choice.views, choice.shares, choice.strengths, strict=True):
            table = self.labelled.table(features[view])
            weight, bias = table.fit(strength, table.start(1), tolerance=ROUGH_FIT)
            parts.append((view.cut, share * weight, share * bias))
        cuts, weights, biases = zip(*sorted(parts, key=lambda part: part[0]), strict=True)
        own = choice.views[0]
        backbone = truncated(self.backbone, View(cut=max(cuts), pooling=own.pooling))
        head = LayeredLinear(backbone.info.shape.width, len(biases[0]), cuts=cuts, pooling=own.pooling)
        head.start_from(np.stack(weights), np.sum(biases, axis=0))
        return self._ready(backbone, head, pooling=MIX, strength=choice.strengths[0])

    def attended(self, attention: Attention, compared: Compared) -> Probed:
        """A linear layer on vectors that a learned query makes."""
        pool = attention.learned.pool
        backbone = truncated(self.backbone, View(cut=attention.cut, pooling=self.backbone.info.pooling))
        if compared.whole:
            features = compared.states[attention.cut].pooled_by(pool)
        else:
            ready = for_inference(backbone, self.context.precision)
            features = outputs_of(ready, pool.to(self.context.device), self.examples)
        # Held-out rows have already shown the query what they are, so that they can't choose anew.
        fit = self._fit(features, attention.strength)
        head = AttentionLinear(backbone.info.shape.width, len(fit.bias))
        head.start_from(pool.query.detach().cpu().numpy(), fit.weight, fit.bias)
        return self._ready(backbone, head, pooling=ATTENTION, strength=fit.strength)

    def _ready(self, backbone: Backbone, head: nn.Module, *, pooling: str, strength: float) -> Probed:
        chosen = {"layer": backbone.depth, "pooling": pooling, "strength": strength}
        return Probed(backbone=backbone, head=head.to(self.context.device), chosen=chosen)

    def _fit(self, features: Float[ndarray, "rows width"], strength: float | None) -> LinearFit:
        labelled = self.labelled
        return fit_linear(
            features,
            labelled.targets,
            labelled.classes,
            groups=labelled.groups,
            row_weights=labelled.weights,
            strengths=() if strength is None else (strength,),
            seed=self.context.seed,
        )

    def _features(
        self, views: Sequence[View], compared: Compared | None
    ) -> Mapping[View, Float[ndarray, "examples width"]]:
        """Vectors of all rows, read anew unless all were compared."""
        if compared is not None and compared.whole:
            return {view: compared.features(view) for view in views}
        return pooled_views(
            self.backbone,
            self.examples,
            views,
            precision=self.context.precision,
            cache=self.context.cache,
            progress=self.progress,
        )
