"""Rows on which the views of a backbone are compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from headstart.models.finished_states import FinishedStates
from headstart.models.states import token_states
from headstart.models.subset import subset
from headstart.train.work import states_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.context import Context, Progress
    from headstart.core.examples import Examples
    from headstart.models.backbone import Backbone
    from headstart.models.view import View
    from headstart.train.labelled import Labelled

# Rows at most, and bytes of their token states at all cuts: more would settle nothing.
MOST_ROWS, MOST_BYTES = 10_000, 1e9


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """Token states of some or all training rows at several cuts, from one pass over the texts.

    Args:
        states: by number of blocks.
        labelled: classes, clusters and weights of these rows.
        whole: whether they are all training rows.
    """

    states: Mapping[int, FinishedStates]
    labelled: Labelled
    whole: bool
    _pooled: dict[View, Float[ndarray, "rows width"]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        backbone: Backbone,
        examples: Examples,
        *,
        labelled: Labelled,
        cuts: Sequence[int],
        context: Context,
        progress: Progress,
    ) -> Self:
        """Reads as many rows as it takes to compare views, drawn by the seed.

        Args:
            backbone: the network.
            examples: all training rows.
            labelled: what is known of them.
            cuts: numbers of blocks.
            context: seed, precision and cache.
            progress: called with the share that is done.
        """
        tokens, width = float(examples.lengths.mean()), backbone.info.shape.width
        row_bytes = len(cuts) * states_bytes(tokens, width, context.precision)
        most = min(MOST_ROWS, int(MOST_BYTES / row_bytes))
        order = np.random.default_rng(context.seed).permutation(len(examples))
        chosen = np.sort(order[:most])
        kept = token_states(
            backbone,
            subset(examples, chosen),
            cuts=cuts,
            precision=context.precision,
            cache=context.cache,
            progress=progress,
        )
        return cls(
            states={cut: FinishedStates(states=each, backbone=backbone) for cut, each in kept.items()},
            labelled=labelled.take(chosen),
            whole=len(chosen) == len(examples),
        )

    def features(self, view: View) -> Float[ndarray, "rows width"]:
        """Their vectors in a view."""
        if view not in self._pooled:
            self._pooled[view] = self.states[view.cut].pooled(view.pooling)
        return self._pooled[view]
