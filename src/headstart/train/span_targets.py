"""What is asked of each token where an answer is a stretch of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.examples import IGNORED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.examples import Examples

# Targets are sums of these; what stands beyond is, for the token of no answer, the number of other pieces.
START, END, NONE, PIECES = 1, 2, 4, 8
# A piece that could be the answer, and that a fit on vectors need not see.
UNSEEN = -1
# Pieces that such a fit sees in all, and within these bounds of a window.
SEEN, FEWEST_SEEN, MOST_SEEN = 20_000, 8, 32


def span_targets(examples: Examples, answers: Sequence[tuple[int, int] | None]) -> Int[ndarray, " total"]:
    """A number for each token: `IGNORED` where no answer can be, else what of the answer is there.

    The first and the last piece of the answer have `START` and `END`. A window that does not hold all of it
    has both at its token of no answer, which has `NONE` besides. Of the other pieces some, drawn evenly, have
    0, and the rest are `UNSEEN`: they are as many as tokens, and what a fit on vectors learns from them
    hardly depends on their number.

    Args:
        examples: windows, each with a word for each of its pieces, the one of no answer first.
        answers: where the answer of each row starts and ends in its text, None where there is none.
    """
    assert examples.words is not None
    assert examples.sizes is not None
    assert examples.spans is not None
    targets = np.full(len(examples.tokens), IGNORED, dtype=np.int64)
    first = np.cumsum(examples.sizes) - examples.sizes
    seen = int(np.clip(SEEN // max(1, len(examples)), FEWEST_SEEN, MOST_SEEN))
    rng = np.random.default_rng(len(examples))
    last = np.append(examples.owners[1:] != examples.owners[:-1], True)
    begins = np.append(True, last[:-1])
    for window, owner in enumerate(examples.owners.tolist()):
        stretch = slice(int(examples.offsets[window]), int(examples.offsets[window + 1]))
        words = examples.words[stretch]
        places = np.flatnonzero(words >= 0)
        order = places[np.argsort(words[places], kind="stable")]
        spans = examples.spans[first[owner] + words[order]][1:]
        mine = np.full(len(order), UNSEEN, dtype=np.int64)
        mine[1 + rng.permutation(len(spans))[:seen]] = 0
        mine[0] = NONE + PIECES * len(spans)
        found = _inside(spans, answers[owner], begins=bool(begins[window]), ends=bool(last[window]))
        start, end = (0, 0) if found is None else (found[0] + 1, found[1] + 1)
        for place, part in ((start, START), (end, END)):
            mine[place] = max(0, mine[place]) + part
        targets[stretch.start + order] = mine
    return targets


def _inside(
    spans: Int[ndarray, "pieces 2"], answer: tuple[int, int] | None, *, begins: bool, ends: bool
) -> tuple[int, int] | None:
    """The first and the last piece of an answer that a window holds whole; None of others.

    Args:
        spans: the pieces of the window.
        answer: where the answer starts and ends.
        begins: whether the text begins with this window.
        ends: whether it ends with it.
    """
    if answer is None or not len(spans):
        return None
    start = int(np.searchsorted(spans[:, 1], answer[0], side="right"))
    end = int(np.searchsorted(spans[:, 0], answer[1], side="left")) - 1
    if start >= len(spans) or end < start:
        return None
    whole_start = start > 0 or begins or spans[0, 0] <= answer[0]
    whole_end = end < len(spans) - 1 or ends or spans[-1, 1] >= answer[1]
    return (start, end) if whole_start and whole_end else None
