"""Vectors of a frozen backbone on which a linear layer for a task can be fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.core.linear_fit import FitWish
from headstart.models.batching import token_batches
from headstart.models.features import pooled_features, pooled_views
from headstart.models.finished_states import FinishedStates
from headstart.models.states import token_states
from headstart.models.view import View
from headstart.train.read_rows import ReadRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Bool, Float, Shaped
    from numpy import ndarray

    from headstart.core.linear_fit import LinearFit
    from headstart.core.task import Task

GATHERED = 65_536


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadOut(ReadRows):
    """The points of training rows that a task answers for: whole examples, or words of them."""

    @property
    def task(self) -> Task:
        """What is to be predicted."""
        return self.split.task

    @property
    def targets(self) -> Shaped[ndarray, "points *outputs"]:
        """Target of each point."""
        assert self.examples.targets is not None
        return self.examples.targets if self.examples.words is None else self.examples.targets[self.asked]

    @property
    def asked(self) -> Bool[ndarray, " total"]:
        """Which tokens have a target, where words are answered for."""
        assert self.examples.targets is not None
        return np.asarray(self.examples.targets >= 0)

    def wish(self, strengths: Sequence[float] = ()) -> FitWish:
        """How linear layers are fitted: clusters apart, the windows of a text counting as one together."""
        owners = self.examples.owners
        groups, seed = self.split.train.groups, self.context.seed
        if self.examples.words is not None:
            mine = np.repeat(owners, self.examples.lengths)[self.asked]
            return FitWish(groups=groups[mine], strengths=strengths, seed=seed)
        weights = 1.0 / np.bincount(owners)[owners]
        return FitWish(groups=groups[owners], weights=weights, strengths=strengths, seed=seed)

    def own(self) -> Float[ndarray, "points width"]:
        """Vectors from the whole backbone, pooled as it was trained with where texts are answered for."""
        pooling = self.backbone.info.pooling
        if self.examples.words is not None:
            view = View(cut=self.backbone.depth, pooling=pooling)
            return self.at([view])[view]
        return pooled_features(
            self.backbone,
            self.examples,
            how=pooling,
            precision=self.context.precision,
            cache=self.context.cache,
            progress=self.progress,
        )

    def at(self, views: Sequence[View]) -> Mapping[View, Float[ndarray, "points width"]]:
        """Vectors in several views, from one pass over the texts; words are read, not pooled."""
        if self.examples.words is None:
            found = pooled_views(
                self.backbone,
                self.examples,
                views,
                precision=self.context.precision,
                cache=self.context.cache,
                progress=self.progress,
            )
            return {view: each.astype(np.float32, copy=False) for view, each in found.items()}
        states = token_states(
            self.backbone,
            self.examples,
            cuts=[view.cut for view in views],
            precision=self.context.precision,
            cache=self.context.cache,
            progress=self.progress,
        )
        finished = {cut: FinishedStates(states=each, backbone=self.backbone) for cut, each in states.items()}
        return {view: self._words(finished[view.cut]) for view in views}

    def fit(self, features: Float[ndarray, "points width"], strengths: Sequence[float] = ()) -> LinearFit:
        """The task's linear layer on vectors of these points."""
        return self.task.linear(features, self.targets, self.wish(strengths))

    def _words(self, states: FinishedStates) -> Float[ndarray, "points width"]:
        """States of the tokens that have a target, in their order."""
        asked, offsets = self.asked, self.examples.offsets
        places = np.cumsum(asked) - 1
        found = np.empty((int(asked.sum()), self.backbone.info.shape.width), dtype=np.float32)
        for index in token_batches(self.examples.lengths, budget=GATHERED):
            padded = states.padded(index)[0].numpy()
            for line, example in enumerate(index.tolist()):
                mine = np.flatnonzero(asked[offsets[example] : offsets[example + 1]])
                found[places[offsets[example] + mine]] = padded[line, mine]
        return found
