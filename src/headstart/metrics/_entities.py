"""Predicted entities beside true ones, as the CoNLL scorer counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.entities import entities

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.entities import Entity
    from headstart.core.predictions import Predictions

RIGHT, GIVEN, TRUE = 0, 1, 2


def entity_pairs(gold: Any, predictions: Predictions) -> list[tuple[set[Entity], set[Entity]]]:
    """The true and the given entities of each row.

    Args:
        gold: for each row, the index of the tag of each word.
        predictions: tags of the same words.

    Raises:
        ValueError: the predictions carry no tags.
    """
    if predictions.tags is None:
        raise ValueError("this metric reads tags, and these predictions have none")
    names = predictions.classes
    return [
        (set(entities([names[each] for each in true])), set(entities(given)))
        for true, given in zip(gold, predictions.words, strict=True)
    ]


def entity_counts(gold: Any, predictions: Predictions) -> Float[ndarray, "rows 3"]:
    """Entities that are right (same kind, same words), given and true in each row."""
    pairs = entity_pairs(gold, predictions)
    counts = [(len(true & given), len(given), len(true)) for true, given in pairs]
    return np.asarray(counts, dtype=np.float64).reshape(-1, 3)


def ratio(part: float, whole: float) -> float:
    """A share; 0 of nothing, as seqeval says."""
    return float(part / whole) if whole else 0.0
