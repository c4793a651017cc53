"""How long conversations and answers may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.examples import IGNORED

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.base import BaseInfo
    from headstart.core.examples import Examples
    from headstart.models.tokenise_dialogues import Dialogues

# Tokens of a conversation that are learnt from by default: attention over more is dear.
MOST_TOKENS = 2048
# Answers as long as nearly all of the training rows', and somewhat longer.
QUANTILE, MARGIN, LEAST = 0.99, 1.25, 16


def conversation_length(info: BaseInfo, wanted: int | None = None) -> int:
    """Tokens of a conversation that are learnt from, never more than the base reads.

    Args:
        info: the base.
        wanted: how many were asked for, if anybody has.
    """
    return min(wanted or MOST_TOKENS, info.shape.positions)


def longest_answer(dialogues: Dialogues, positions: int) -> int:
    """Tokens of an answer that a model may write, from the answers it learns from.

    It may be as long as what the base reads leaves beside the shortest question.

    Args:
        dialogues: the training rows.
        positions: tokens that the base reads.
    """
    lengths = answer_lengths(dialogues.examples)
    usual = float(np.quantile(lengths, QUANTILE)) if len(lengths) else 0.0
    return int(min(positions - 1, max(LEAST, round(MARGIN * usual))))


def answer_lengths(examples: Examples) -> Int[ndarray, " answers"]:
    """Tokens of each answer that is learnt, of which a conversation may have several."""
    assert examples.targets is not None
    asked = examples.targets != IGNORED
    begins = asked & ~np.append(False, asked[:-1])
    begins[examples.offsets[:-1]] = asked[examples.offsets[:-1]]
    return np.bincount(np.cumsum(begins)[asked] - 1)
