"""Tokenised examples without padding, laid end to end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int, Shaped
    from numpy import ndarray

# Target of a token that nothing is asked of.
IGNORED = -100


@dataclass(frozen=True, kw_only=True, eq=False)
class Examples:
    """Ragged token ids; a row of the file may own any number of examples (windows, turns).

    Args:
        tokens: the ids of all examples, end to end.
        offsets: where each example starts in `tokens`, and where the last one ends.
        owners: position, among the rows encoded, of the row that owns each example.
        segments: token type of each id, or None where the base has none.
        targets: what each example should give, or each token where there are `words`, with `IGNORED`
            where nothing is asked; None without gold.
        words: for answers that are given word by word, the position in its row of the word that each
            token begins, -1 where it begins none.
        sizes: words of each row, those that were cut off included.
        spans: where each of these words starts and ends in its row's text.
        together: whether the examples of a row are texts that are read apart and compared, so that a batch
            to learn from holds whole rows.
    """

    tokens: Int[ndarray, " total"]
    offsets: Int[ndarray, " examples+1"]
    owners: Int[ndarray, " examples"]
    segments: Int[ndarray, " total"] | None = None
    targets: Shaped[ndarray, "points *outputs"] | None = None
    words: Int[ndarray, " total"] | None = None
    sizes: Int[ndarray, " rows"] | None = None
    spans: Int[ndarray, "words 2"] | None = None
    together: bool = False

    def __len__(self) -> int:
        return len(self.owners)

    @cached_property
    def lengths(self) -> Int[ndarray, " examples"]:
        """Tokens in each example."""
        return np.diff(self.offsets)
