"""Lists of labels in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from numpy import ndarray

# What is said where no label fits: the first that is no label itself.
NONE = ("none", "no label", "nothing of it")
BETWEEN = ", "


def none_word(words: Sequence[str]) -> str:
    """What is said where no label fits.

    Args:
        words: the words of each label.
    """
    taken = {each.casefold() for each in words}
    return next((each for each in NONE if each not in taken), NONE[-1])


def label_lists(gold: Float[ndarray, "rows labels"], words: Sequence[str]) -> list[str]:
    """The labels of each row as a list in words.

    Args:
        gold: 1 where a row has a label, else 0.
        words: the words of each label.
    """
    none = none_word(words)
    return [
        BETWEEN.join(words[label] for label in np.flatnonzero(each > 0.5).tolist()) or none
        for each in np.asarray(gold)
    ]


def label_shares(gold: Float[ndarray, "rows labels"]) -> tuple[float, ...]:
    """The share of rows that have each label, by the rule of succession: none is impossible or certain."""
    held = np.asarray(gold) > 0.5
    return tuple(((held.sum(axis=0) + 1.0) / (len(held) + 2.0)).tolist())


def most_labels(gold: Float[ndarray, "rows labels"]) -> int:
    """Labels of the row that has most, and one at least."""
    return int(max(1, (np.asarray(gold) > 0.5).sum(axis=1).max(initial=1)))
