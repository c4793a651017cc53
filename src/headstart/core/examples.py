"""Tokenised examples without padding, laid end to end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Examples:
    """Ragged token ids; a row of the file may own any number of examples (windows, turns).

    Args:
        tokens: the ids of all examples, end to end.
        offsets: where each example starts in `tokens`, and where the last one ends.
        owners: position, among the rows encoded, of the row that owns each example.
        segments: token type of each id, or None where the base has none.
        targets: what each example (or each token) should give, or None without gold.
    """

    tokens: Int[ndarray, " total"]
    offsets: Int[ndarray, " examples+1"]
    owners: Int[ndarray, " examples"]
    segments: Int[ndarray, " total"] | None = None
    targets: Int[ndarray, " examples"] | None = None

    def __len__(self) -> int:
        return len(self.owners)

    @cached_property
    def lengths(self) -> Int[ndarray, " examples"]:
        """Tokens in each example."""
        return np.diff(self.offsets)
