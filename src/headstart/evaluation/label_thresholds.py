"""From which probability on a row is given a label, where it may have several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.decision import Decision

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from numpy import ndarray

# Labels of fewer dev rows share one threshold: their own would follow chance.
LEAST_ROWS = 10
HALF = 0.5


def decide_labels(
    probabilities: Float[ndarray, "rows labels"], gold: Float[ndarray, "rows labels"]
) -> Decision:
    """A threshold for each label at which its F1 on dev rows is best.

    Args:
        probabilities: of rows that the model was not fitted on.
        gold: 1 where a row has a label, else 0.
    """
    true = np.asarray(gold) > 0.5
    given = np.asarray(probabilities, dtype=np.float64)
    if not len(given) or not np.isfinite(given).all():
        return Decision()
    shared = best_threshold(given.ravel(), true.ravel()) if true.any() else HALF
    thresholds = [
        best_threshold(given[:, label], true[:, label]) if true[:, label].sum() >= LEAST_ROWS else shared
        for label in range(given.shape[1])
    ]
    return Decision(thresholds=tuple(thresholds))


def best_threshold(probabilities: Float[ndarray, " rows"], gold: Bool[ndarray, " rows"]) -> float:
    """The threshold of greatest F1, halfway to the next probability below; of equals, the nearest to a half.

    F1 is best at a threshold of half its own value (Lipton, Elkan and Naryanaswamy 2014, theorem 1), so
    it is mostly below a half.
    """
    order = np.argsort(-probabilities, kind="stable")
    scores, right = probabilities[order], np.cumsum(gold[order])
    # A threshold takes all rows of a tie or none.
    ends = np.flatnonzero(np.append(np.diff(scores) != 0, True))
    f1 = 2.0 * right[ends] / (ends + 1 + gold.sum())
    below = np.append(scores[ends[:-1] + 1], 0.0)
    halfway = (scores[ends] + below) / 2
    best = np.flatnonzero(f1 >= f1.max() - 1e-12)
    return float(halfway[best[np.argmin(np.abs(halfway[best] - HALF))]])
