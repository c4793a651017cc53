"""A linear layer for any kind of answer, on the layer of a frozen backbone that serves it best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headstart.models.truncate import truncated
from headstart.models.view import View
from headstart.train.builder import Probed
from headstart.train.choose_view import NOISE
from headstart.train.gain import gain
from headstart.train.prober import FEWEST_CLUSTERS, FEWEST_SECONDS_TO_CHOOSE
from headstart.train.read_out import ReadOut
from headstart.train.tried_views import cut_of, tried_cuts

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.linear_fit import LinearFit
    from headstart.train.prober import Wish

# States of words are many times as large as vectors of texts, and maps of texts that are compared take
# seconds to fit, so fewer layers are compared on them.
MOST_DEAR_CUTS = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainProber(ReadOut):
    """Fits the task's own linear layer on each layer of a frozen backbone, and keeps the best."""

    def probed(self, wish: Wish) -> Probed:
        """Chooses by held-out rows what the wish leaves open, and fits a head.

        The last layer stands unless another has a lower held-out loss by more than noise.

        Raises:
            SettingError: the base has no such layer.
        """
        pooling = wish.pooling or self.backbone.info.pooling
        own = View(cut=cut_of(self.backbone, wish.layer), pooling=pooling)
        strengths = () if wish.strength is None else (wish.strength,)
        if wish.layer is not None or self._hurried:
            return self._ready(own, self.fit(self.at([own])[own], strengths))
        cuts = tried_cuts(self.backbone, own.cut)
        if self.examples.words is not None or self.examples.together:
            cuts = cuts[:MOST_DEAR_CUTS]
        features = self.at([View(cut=cut, pooling=pooling) for cut in cuts])
        return self._ready(*self._best(features, own, strengths))

    def _best(
        self,
        features: Any,
        own: View,
        strengths: tuple[float, ...],
    ) -> tuple[View, LinearFit]:
        fits = {view: self.fit(each, strengths) for view, each in features.items()}
        losses = {view: fit.row_losses for view, fit in fits.items()}
        plain = losses[own]
        if plain is None:
            return own, fits[own]
        known = {view: each for view, each in losses.items() if each is not None}
        best = min(known, key=lambda view: self._mean(known[view]))
        better = best != own and self._gain(plain, known[best]) > NOISE
        chosen = best if better else own
        return chosen, fits[chosen]

    def _mean(self, losses: Float[ndarray, " points"]) -> float:
        weights = self.wish().weights
        return float(losses.mean() if weights is None else losses @ weights / weights.sum())

    def _gain(self, before: np.ndarray, after: np.ndarray) -> float:
        wish = self.wish()
        assert wish.groups is not None
        weights = before * 0.0 + 1.0 if wish.weights is None else wish.weights
        return gain(before - after, weights=weights, groups=wish.groups)

    def _ready(self, view: View, fit: LinearFit) -> Probed:
        backbone = truncated(self.backbone, view)
        head: Any = self.split.task.head(backbone.info)
        head.start_from(fit.weight, fit.bias)
        chosen = {"layer": backbone.depth, "pooling": view.pooling, "strength": fit.strength}
        return Probed(backbone=backbone, head=head.to(self.context.device), chosen=chosen)

    @property
    def _hurried(self) -> bool:
        few = len(set(self.split.train.groups.tolist())) < FEWEST_CLUSTERS
        return few or self.context.deadline.left_s < FEWEST_SECONDS_TO_CHOOSE
