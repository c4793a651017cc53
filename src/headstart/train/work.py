"""How much arithmetic a backbone takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headstart.core.base import Shape
    from headstart.core.plan import Situation

# Sub-word tokens in an English word, where lengths were counted in words.
TOKENS_PER_WORD = 1.4
SPECIAL_TOKENS = 2


def mean_tokens(situation: Situation, max_length: int | None = None) -> float:
    """Tokens that are read of a text on average."""
    lengths = situation.profile.lengths
    mean = lengths.mean if lengths.tokenizer != "words" else TOKENS_PER_WORD * lengths.mean + SPECIAL_TOKENS
    limits = [each for each in (max_length, situation.base and situation.base.max_length) if each]
    return max(1.0, min([mean, *limits]))


def forward_operations(shape: Shape, tokens: float) -> float:
    """Floating-point operations of one text's forward pass.

    Two for each weight and token, and the products of attention (Kaplan et al. 2020, table 1).
    """
    return tokens * (
        2.0 * (shape.parameters - shape.embedding_parameters) + 4.0 * shape.blocks * shape.width * tokens
    )
