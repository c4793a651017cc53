"""The rows that a head starts from, where those of all words would say no more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from headstart.core.examples import Examples
    from headstart.core.rows import Rows
    from headstart.core.split import Split

# Tokens from which a linear layer on words starts a fine-tuning as well as from twice as many.
ENOUGH_TOKENS = 16_384


def start_rows(
    split: Split, examples: Examples, *, encode: Callable[[Rows], Examples], seed: int
) -> tuple[Split, Examples]:
    """The training rows that a head is fitted to before its network learns, as a split and as examples.

    A word is a point of its own, so that a part of the rows has points enough. Of whole texts all are taken,
    and of passages in which answers are marked.

    Args:
        split: the rows.
        examples: its training rows, encoded with their targets.
        encode: encodes rows as these were.
        seed: decides which rows are taken.
    """
    total = int(examples.lengths.sum())
    if examples.words is None or examples.texts is not None or total <= ENOUGH_TOKENS:
        return split, examples
    rows = np.random.default_rng(seed).permutation(len(split.train))
    tokens = np.bincount(examples.owners, weights=examples.lengths, minlength=len(rows))
    count = int(np.searchsorted(np.cumsum(tokens[rows]), ENOUGH_TOKENS)) + 1
    chosen = np.sort(rows[:count])
    some = split.train.take(chosen)
    return replace(split, train=some), encode(some)
