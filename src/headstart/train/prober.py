"""A linear classifier on what serves it best of a frozen backbone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from headstart.models.view import View
from headstart.train.builder import MIX, Builder
from headstart.train.choose_attention import ATTENTION, Attention, choose_attention
from headstart.train.choose_view import NOISE, Choice, choose_view, mix
from headstart.train.compared import Compared
from headstart.train.held_out import folds_of
from headstart.train.judge import Judge
from headstart.train.labelled import Labelled
from headstart.train.linear import FEW
from headstart.train.one_thread import one_thread
from headstart.train.read_rows import ReadRows
from headstart.train.tried_views import cut_of, mixed_cuts, tried_cuts, tried_poolings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.train.builder import Probed

# With fewer clusters than these, what held-out rows say is as often wrong as right.
FEWEST_CLUSTERS = 100
FEWEST_SECONDS_TO_CHOOSE = 5.0
# Layers that attention pooling is tried at: those that are best without it, one of many classes.
ATTENDED = 2


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a probe shall look like; None leaves it to be chosen.

    Args:
        layer: number of blocks that a text goes through; negative ones count from the top, -1 being all.
        pooling: `mean`, `cls`, `last`, `attention`, or `mix` for several layers.
        strength: penalty on squared weights.
    """

    layer: int | None = None
    pooling: str | None = None
    strength: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Prober(ReadRows):
    """Fits linear classifiers on views of a frozen backbone."""

    def probed(self, wish: Wish) -> Probed:
        """Chooses by cross-validation what the wish leaves open, and fits a head.

        Raises:
            SettingError: the base has no such layer.
        """
        pooling = self.backbone.info.pooling
        if wish.pooling not in (None, MIX, ATTENTION):
            pooling = str(wish.pooling)
        own = View(cut=cut_of(self.backbone, wish.layer), pooling=pooling)
        settled = wish.layer is not None and wish.pooling == pooling
        hurried = self.context.deadline.left_s < FEWEST_SECONDS_TO_CHOOSE
        few = self._labelled.clusters < FEWEST_CLUSTERS
        if settled or hurried or (few and wish.pooling not in (MIX, ATTENTION)):
            return self._builder.single(own, wish.strength)
        return self._searched(wish, own)

    def _searched(self, wish: Wish, own: View) -> Probed:
        cuts = mixed_cuts(tried_cuts(self.backbone, own.cut))
        if wish.layer is not None and wish.pooling != MIX:
            cuts = [own.cut]
        compared = Compared.of(
            self.backbone,
            self.examples,
            labelled=self._labelled,
            cuts=cuts,
            context=self.context,
            progress=self.progress,
        )
        rows = compared.labelled
        held = folds_of(rows.targets, rows.groups, rows.classes, seed=self.context.seed)
        if held is None:
            return self._builder.single(own, wish.strength)
        strengths = () if wish.strength is None else (wish.strength,)
        judge = Judge(features=compared.features, labelled=rows, held=held, strengths=strengths)
        found = self._found(judge, compared, wish, own=own, cuts=cuts)
        if isinstance(found, Attention):
            return self._builder.attended(found, compared)
        if len(found.views) > 1:
            return self._builder.mixed(found, compared)
        return self._builder.single(found.views[0], wish.strength, compared)

    def _found(
        self, judge: Judge, compared: Compared, wish: Wish, *, own: View, cuts: Sequence[int]
    ) -> Choice | Attention:
        poolings = tried_poolings(self.backbone) if wish.pooling is None else ()
        rivals: list[Choice | Attention] = []
        with one_thread(when=compared.features(own).size * judge.labelled.classes <= FEW):
            plain = choose_view(judge, own, cuts=cuts, poolings=poolings)
            if len(cuts) > 1 and wish.pooling in (None, MIX):
                rivals.append(mix(judge, plain, own))
        if wish.pooling in (None, ATTENTION):
            rivals.append(self._attention(judge, compared, plain, own))
        if wish.pooling is None:
            rivals = [
                each for each in rivals if judge.gain(plain.log_probabilities, each.log_probabilities) > NOISE
            ]
        return min(rivals, key=lambda each: judge.loss(each.log_probabilities), default=plain)

    def _attention(self, judge: Judge, compared: Compared, plain: Choice, own: View) -> Attention:
        tried = {view.cut: each.strength for view, each in plain.found.items() if view.pooling == own.pooling}
        return choose_attention(
            judge,
            compared,
            cuts=dict(islice(tried.items(), 1 if judge.crowded else ATTENDED)),
            deadline=self.context.deadline,
            seed=self.context.seed,
        )

    @cached_property
    def _labelled(self) -> Labelled:
        return Labelled.of(self.examples, self.split)

    @property
    def _builder(self) -> Builder:
        return Builder(
            backbone=self.backbone,
            examples=self.examples,
            labelled=self._labelled,
            task=self.split.task,
            context=self.context,
            progress=self.progress,
        )
