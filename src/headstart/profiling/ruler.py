"""What texts are measured with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True, kw_only=True, eq=False)
class Ruler:
    """A base's tokenizer, and how far the base reads.

    Args:
        tokenizer: what counts tokens; words are counted without one.
        name: name of the base.
        limit: tokens that the base reads at once.
        covered: whether longer texts are covered by windows rather than cut.
    """

    tokenizer: PreTrainedTokenizerBase | None
    name: str
    limit: int
    covered: bool = False
