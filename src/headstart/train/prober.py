"""A linear classifier on the views of a frozen backbone that serve it best."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.models.features import pooled_views
from headstart.models.subset import subset
from headstart.models.truncate import truncated
from headstart.models.view import View
from headstart.train.choose_view import MIX, Choice, choose_view, mix_views
from headstart.train.held_out import folds_of
from headstart.train.judge import MANY, Judge
from headstart.train.labelled import Labelled
from headstart.train.layered_linear import LayeredLinear
from headstart.train.linear import FEW, UNCHOSEN, fit_linear
from headstart.train.one_thread import one_thread
from headstart.train.tried_views import cut_of, mixed_cuts, tried_cuts, tried_poolings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import nn

    from headstart.core.context import Context, Progress
    from headstart.core.examples import Examples
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone
    from headstart.train.linear import LinearFit

# Rows on which views are compared at most, and bytes of their vectors: more would settle nothing.
MOST_ROWS, MOST_BYTES = 10_000, 5e8
# With fewer clusters than these, what held-out rows say is as often wrong as right.
FEWEST_CLUSTERS = 100
# How far the fits of a mix may lie above their minimum: their shares were found no more exactly.
ROUGH_FIT = 1e-5
FEWEST_SECONDS_TO_CHOOSE = 5.0


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a probe shall look like; None leaves it to be chosen.

    Args:
        layer: number of blocks that a text goes through; negative ones count from the top, -1 being all.
        pooling: `mean`, `cls`, `last`, or `mix` for several layers.
        strength: penalty on squared weights.
    """

    layer: int | None = None
    pooling: str | None = None
    strength: float | None = None


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
class Prober:
    """Fits linear classifiers on views of a frozen backbone.

    Args:
        backbone: the network, which is left as it is.
        examples: the training rows, encoded with their targets.
        split: where the rows and their clusters come from.
        context: seed, precision, device, cache and deadline.
        progress: called with the share of the reading that is done.
    """

    backbone: Backbone
    examples: Examples
    split: Split
    context: Context
    progress: Progress

    def probed(self, wish: Wish) -> Probed:
        """Chooses by cross-validation what the wish leaves open, and fits a head.

        Raises:
            SettingError: the base has no such layer.
        """
        top = cut_of(self.backbone, wish.layer)
        pooling = self.backbone.info.pooling if wish.pooling in (None, MIX) else str(wish.pooling)
        own = View(cut=top, pooling=pooling)
        choice = self._choice(wish, own)
        if len(choice.views) > 1:
            return self._mixed(choice, top)
        return self._single(choice.views[0], wish)

    def _choice(self, wish: Wish, own: View) -> Choice:
        alone = Choice(views=(own,), shares=(1.0,), strengths=(wish.strength or UNCHOSEN,))
        settled = wish.layer is not None and wish.pooling not in (None, MIX)
        hurried = self.context.deadline.left_s < FEWEST_SECONDS_TO_CHOOSE
        if settled or hurried:
            return alone
        mixing = wish.pooling == MIX
        cuts = tried_cuts(self.backbone, own.cut) if wish.layer is None or mixing else [own.cut]
        mixed = mixed_cuts(cuts)
        if mixing or self._labelled.size * self.backbone.info.shape.width > MANY:
            cuts = mixed
        poolings = [own.pooling] if wish.pooling is not None else tried_poolings(self.backbone)
        views = [View(cut=cut, pooling=each) for cut in cuts for each in poolings]
        chosen = self._sample(len(views))
        labelled = self._labelled.take(chosen)
        held = folds_of(labelled.targets, labelled.groups, labelled.classes, seed=self.context.seed)
        if held is None or (not mixing and len(np.unique(labelled.groups)) < FEWEST_CLUSTERS):
            return alone
        features = self._features(views, subset(self.examples, chosen))
        strengths = () if wish.strength is None else (wish.strength,)
        judge = Judge(features=features.__getitem__, labelled=labelled, held=held, strengths=strengths)
        with one_thread(when=features[own].size * labelled.classes <= FEW):
            if mixing:
                return mix_views(judge, own, mixed=mixed)
            free = wish.pooling is None and wish.layer is None
            return choose_view(judge, own, cuts=cuts, poolings=poolings, mixed=mixed if free else ())

    def _single(self, view: View, wish: Wish) -> Probed:
        fit = self._fit(self._features([view], self.examples)[view], wish.strength)
        backbone = truncated(self.backbone, view)
        head: Any = self.split.task.head(backbone.info)
        head.start_from(fit.weight, fit.bias)
        chosen = {"layer": view.cut, "pooling": view.pooling, "strength": fit.strength}
        return Probed(backbone=backbone, head=head.to(self.context.device), chosen=chosen)

    def _mixed(self, choice: Choice, top: int) -> Probed:
        features = self._features(choice.views, self.examples)
        parts = []
        for view, share, strength in zip(choice.views, choice.shares, choice.strengths, strict=True):
            table = self._labelled.table(features[view])
            weight, bias = table.fit(strength, table.start(1), tolerance=ROUGH_FIT)
            parts.append((view.cut, share * weight, share * bias))
        parts.sort(key=lambda part: part[0])
        cuts, weights, biases = zip(*parts, strict=True)
        pooling = choice.views[0].pooling
        backbone = truncated(self.backbone, View(cut=top, pooling=pooling))
        head = LayeredLinear(backbone.info.shape.width, len(biases[0]), cuts=cuts, pooling=pooling)
        head.start_from(np.stack(weights), np.sum(biases, axis=0))
        chosen = {"layer": top, "pooling": MIX, "strength": choice.strengths[0]}
        return Probed(backbone=backbone, head=head.to(self.context.device), chosen=chosen)

    def _fit(self, features: Float[ndarray, "rows width"], strength: float | None) -> LinearFit:
        labelled = self._labelled
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
        self, views: Sequence[View], examples: Examples
    ) -> dict[View, Float[ndarray, "examples width"]]:
        if examples is self.examples and all(view in self._kept for view in views):
            return self._kept
        found = pooled_views(
            self.backbone,
            examples,
            views,
            precision=self.context.precision,
            cache=self.context.cache,
            progress=self.progress,
        )
        if len(examples) == len(self.examples):
            self._kept.update(found)
        return found

    def _sample(self, views: int) -> Int[ndarray, " chosen"]:
        """Rows to compare views on, in order: all, or as many as are worth their memory."""
        row_bytes = 4.0 * views * self.backbone.info.shape.width
        most = int(min(MOST_ROWS, MOST_BYTES / row_bytes))
        rng = np.random.default_rng(self.context.seed)
        every = len(self.examples)
        return np.sort(rng.permutation(every)[:most]) if every > most else np.arange(every)

    @cached_property
    def _labelled(self) -> Labelled:
        return Labelled.of(self.examples, self.split)

    @cached_property
    def _kept(self) -> dict[View, Float[ndarray, "examples width"]]:
        return {}
