"""Given and right answers, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


def answer_scores(
    gold: Any, predictions: Predictions, score: Callable[[str, Sequence[str]], float]
) -> Float[ndarray, "rows 1"]:
    """What a score gives to the answer of each row.

    Args:
        gold: the right answers of each row.
        predictions: an answer for each row.
        score: from an answer and the right ones.

    Raises:
        ValueError: the predictions carry no texts.
    """
    if predictions.texts is None:
        raise ValueError("this metric reads texts, and these predictions have none")
    found = [score(given, right) for given, right in zip(predictions.texts, gold, strict=True)]
    return np.asarray(found, dtype=np.float64).reshape(-1, 1)
