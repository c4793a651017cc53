"""How much of a batch the output layer leaves room for."""

from __future__ import annotations

# Numbers that the output layer gives in one go; a vocabulary is so large that they outweigh all else.
LOGITS_AT_ONCE = 64_000_000
FEWEST = 256


def tokens_at_once(vocabulary: int, usual: int) -> int:
    """Tokens of a batch for which a vocabulary of this size leaves room, at most so many as usual."""
    return min(usual, max(FEWEST, LOGITS_AT_ONCE // max(1, vocabulary)))
