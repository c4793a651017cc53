"""By how much a model is truly better than others, whatever the test rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.simulated_scores import ScoreWorld, draw_scores
from benchmarks.voice import Part, Voice
from headstart.core.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.simulated import Drawn
    from headstart.core.metric import Metric

# Rows by which models alone are told apart, and those by which mixtures are, as often as there are races.
ROWS, MIXED_ROWS = 400_000, 50_000


@dataclass(kw_only=True)
class TrueLeads:
    """True differences of the models of a world, and of their mixtures.

    Models of one strength and noise are drawn alike, and differ by nothing.

    Args:
        metric: what decides.
        world: where the models come from.
    """

    metric: Metric
    world: ScoreWorld
    _alone: dict[tuple[float, float], float] = field(default_factory=dict, repr=False)
    _beside: dict[int, float] = field(default_factory=dict, repr=False)
    _drawn: Drawn | None = field(default=None, repr=False)

    def over(self, winner: Voice, models: Sequence[int]) -> np.ndarray:
        """The winner's lead over each of some models."""
        if len(winner.parts) == 1:
            return np.array([self.alone(winner.parts[0].model) - self.alone(each) for each in models])
        # Both on the same rows, so that these make no difference.
        for each in models:
            if each not in self._beside:
                self._beside[each] = self._measured(Voice(parts=(Part(model=each),), decision=Decision()))
        return self._measured(winner) - np.array([self._beside[each] for each in models])

    def alone(self, model: int) -> float:
        """The metric of a model over very many rows."""
        kind = self.world.strengths[model], self.world.own[model]
        if kind not in self._alone:
            drawn = draw_scores(self.world.alone(model), ROWS, np.random.default_rng(1))
            self._alone[kind] = self.metric.value(self.metric.stats(drawn.gold, drawn.predictions[0]))
        return self._alone[kind]

    def _measured(self, voice: Voice) -> float:
        if self._drawn is None:
            self._drawn = draw_scores(self.world, MIXED_ROWS, np.random.default_rng(2))
        said = voice.says(self._drawn.predictions)
        return self.metric.value(self.metric.stats(self._drawn.gold, said))
