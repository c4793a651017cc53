"""What a produced text is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy import ndarray


class References(NamedTuple):
    """The gold of a row that is answered with a text.

    Args:
        texts: texts that would be right, one or several.
        terms: terms that the answer must hold; any one of the spellings of each will do.
    """

    texts: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...] = ()


def as_gold(found: Iterable[References]) -> ndarray:
    """An array of objects, one a row, which can be cut and joined like the gold of other tasks."""
    told = list(found)
    gold = np.empty(len(told), dtype=object)
    for row, each in enumerate(told):
        gold[row] = each
    return gold
