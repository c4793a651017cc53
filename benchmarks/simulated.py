"""Test rows and models that err alike, drawn from a world whose true scores are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from headstart.core.predictions import Predictions

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

# How much of what makes a row hard is hard for every model.
SHARED_DIFFICULTY = 0.5
COPIES = (1, 1, 1, 1, 1, 1, 1, 1, 2, 4)


@dataclass(frozen=True, kw_only=True)
class World:
    """Where rows and predictions come from.

    Args:
        shares: share of each class.
        accuracies: of each model over rows of a middling class; the winner's first.
        duplicated: whether some rows stand several times, in one group.
    """

    shares: tuple[float, ...]
    accuracies: tuple[float, ...]
    duplicated: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """A test set: its true classes, what each model says, and its groups."""

    gold: Int[ndarray, " rows"]
    groups: Int[ndarray, " rows"]
    predictions: tuple[Predictions, ...]


def draw(world: World, rows: int, rng: np.random.Generator) -> Drawn:
    """A test set of that many rows."""
    copies = rng.choice(COPIES, size=rows) if world.duplicated else np.ones(rows, dtype=np.int64)
    groups = np.repeat(np.arange(rows), copies)[:rows]
    distinct, classes = int(groups.max()) + 1, len(world.shares)
    gold = rng.choice(classes, size=distinct, p=world.shares)
    ease = np.sqrt(SHARED_DIFFICULTY) * rng.standard_normal(distinct)
    confusing = (gold + rng.integers(1, classes, size=distinct)) % classes
    predictions = []
    for accuracy in world.accuracies:
        own = ease + np.sqrt(1 - SHARED_DIFFICULTY) * rng.standard_normal(distinct)
        by_class = np.clip(accuracy + 0.06 * np.linspace(-1, 1, classes), 0.02, 0.995)
        other = (gold + rng.integers(1, classes, size=distinct)) % classes
        wrong = np.where(rng.random(distinct) < 0.5, confusing, other)
        labels = np.where(own < norm.ppf(by_class)[gold], gold, wrong)
        positive = norm.cdf((gold == 1) * 1.6 * norm.ppf(accuracy) + own)
        probabilities = np.column_stack([1 - positive, positive])[groups]
        predictions.append(Predictions(labels=labels[groups], probabilities=probabilities))
    return Drawn(gold=gold[groups], groups=groups, predictions=tuple(predictions))
