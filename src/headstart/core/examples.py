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
        targets: what each example should give, or each token where there are `words` or where a text
            `goes_on`, with `IGNORED` where nothing is asked; the tokens to write, end to end, where there
            are `target_offsets`; None without gold.
        words: for answers that are given word by word, the position in its row of the first word that
            begins within each token, -1 where none does.
        counts: how many words begin within each token, where these may be several.
        sizes: words of each row, those that were cut off included.
        spans: where each of these words starts and ends in its row's text.
        target_offsets: where the tokens to write start for each example in `targets`, and where the last
            ones end.
        goes_on: whether the target of a token is the token after it.
        texts: the text of each row that `spans` speak of, where answers are cut out of it.
        together: whether the examples of a row are texts that are read apart and compared, so that a batch
            to learn from holds whole rows.
    """

    tokens: Int[ndarray, " total"]
    offsets: Int[ndarray, " examples+1"]
    owners: Int[ndarray, " examples"]
    segments: Int[ndarray, " total"] | None = None
    targets: Shaped[ndarray, "points *outputs"] | None = None
    words: Int[ndarray, " total"] | None = None
    counts: Int[ndarray, " total"] | None = None
    sizes: Int[ndarray, " rows"] | None = None
    spans: Int[ndarray, "words 2"] | None = None
    target_offsets: Int[ndarray, " examples+1"] | None = None
    goes_on: bool = False
    texts: tuple[str, ...] | None = None
    together: bool = False

    def __len__(self) -> int:
        return len(self.owners)

    @property
    def by_token(self) -> bool:
        """Whether each token has a target of its own."""
        return self.words is not None or self.goes_on

    @cached_property
    def lengths(self) -> Int[ndarray, " examples"]:
        """Tokens in each example."""
        return np.diff(self.offsets)

    @cached_property
    def target_lengths(self) -> Int[ndarray, " examples"]:
        """Tokens to write for each example; nought where none are."""
        return np.zeros_like(self.lengths) if self.target_offsets is None else np.diff(self.target_offsets)

    @property
    def loads(self) -> Int[ndarray, " examples"]:
        """Tokens that a step computes for each example, read and written."""
        return np.asarray(self.lengths + self.target_lengths)
