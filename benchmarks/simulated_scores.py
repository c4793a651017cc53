"""Test rows and models whose scores are normal, so that it is known what no mixture of them can exceed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.simulated import Drawn
from headstart.core.predictions import Predictions

# How much surer than right all models are, so that there is something to calibrate.
SURENESS = 1.5


@dataclass(frozen=True, kw_only=True)
class ScoreWorld:
    """A row gives each class a score: normal noise, to which its true class adds the model's strength.

    Args:
        shares: share of each class.
        strengths: of each model.
        common: variance of the noise that all models share.
        own: variance of each model's own noise; a model without any is the limit of what a mixture of
            models of its strength can reach, for it knows all of a score that is not noise to the others.
    """

    shares: tuple[float, ...]
    strengths: tuple[float, ...]
    common: float
    own: tuple[float, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        return tuple(map(str, range(len(self.shares))))

    def alone(self, model: int) -> ScoreWorld:
        """The same world with one of its models."""
        return ScoreWorld(
            shares=self.shares,
            strengths=(self.strengths[model],),
            common=self.common,
            own=(self.own[model],),
        )


def draw_scores(world: ScoreWorld, rows: int, rng: np.random.Generator) -> Drawn:
    """So many rows, and the probabilities by which each model ranks the classes of each.

    They are those of Bayes' rule given the model's own scores, and too sure.
    """
    gold = rng.choice(len(world.shares), size=rows, p=world.shares)
    noise = np.sqrt(world.common) * rng.standard_normal((rows, len(world.shares)))
    true = gold[:, None] == np.arange(len(world.shares))
    predictions = []
    for strength, own in zip(world.strengths, world.own, strict=True):
        scores = strength * true + noise + np.sqrt(own) * rng.standard_normal(noise.shape)
        logits = SURENESS * (strength * scores / (world.common + own) + np.log(world.shares))
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = odds / odds.sum(axis=1, keepdims=True)
        predictions.append(
            Predictions(
                classes=world.classes, labels=probabilities.argmax(axis=1), probabilities=probabilities
            )
        )
    return Drawn(gold=gold, groups=np.arange(rows), predictions=tuple(predictions))
