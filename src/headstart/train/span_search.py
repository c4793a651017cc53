"""The best stretch of each row from scores of its tokens as start and as end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.predictions import NOWHERE

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.examples import Examples


def best_spans(
    outputs: Float[ndarray, "tokens 2"], examples: Examples, *, longest: int
) -> tuple[Int[ndarray, "rows 2"], Float[ndarray, " rows"], Float[ndarray, " rows"]]:
    """Where the most probable stretch of each row starts and ends, its probability, and that of no answer.

    A stretch is as probable in its window as its start and its end are, both being independent. A row has no
    answer as far as each of its windows says so (Devlin et al. 2019, section 4.3, where scores are compared).
    A text without a piece has no stretch: it starts and ends `NOWHERE`, with a probability of nought.

    Args:
        outputs: scores of each token, the windows end to end.
        examples: windows, each with a word for each of its pieces, the one of no answer first.
        longest: pieces of a stretch at most.
    """
    assert examples.words is not None
    assert examples.sizes is not None
    assert examples.spans is not None
    rows = len(examples.sizes)
    spans, best = np.full((rows, 2), NOWHERE, dtype=np.int64), np.zeros(rows)
    none, first = np.ones(rows), np.cumsum(examples.sizes) - examples.sizes
    for window, owner in enumerate(examples.owners.tolist()):
        stretch = slice(int(examples.offsets[window]), int(examples.offsets[window + 1]))
        words = examples.words[stretch]
        places = np.flatnonzero(words >= 0)
        order = places[np.argsort(words[places], kind="stable")]
        logs = _log_softmax(outputs[stretch][order].astype(np.float64))
        none[owner] = min(none[owner], float(np.exp(logs[0].sum())))
        if len(order) == 1:
            continue
        start, end, found = _best(logs[1:, 0], logs[1:, 1], longest)
        if found > best[owner]:
            own = examples.spans[first[owner] + words[order]][1:]
            spans[owner], best[owner] = (own[start, 0], own[end, 1]), found
    return spans, best, none


def _best(
    starts: Float[ndarray, " pieces"], ends: Float[ndarray, " pieces"], longest: int
) -> tuple[int, int, float]:
    """The first and the last piece of the most probable stretch, and its probability."""
    padded = np.concatenate([ends, np.full(longest - 1, -np.inf)])
    both = starts[:, None] + np.lib.stride_tricks.sliding_window_view(padded, longest)
    start, further = np.unravel_index(int(both.argmax()), both.shape)
    return int(start), int(start + further), float(np.exp(both[start, further]))


def _log_softmax(scores: Float[ndarray, "pieces 2"]) -> Float[ndarray, "pieces 2"]:
    shifted = scores - scores.max(axis=0)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=0)))
