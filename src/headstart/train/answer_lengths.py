"""How long conversations and answers may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.examples import IGNORED

if TYPE_CHECKING:
    from headstart.core.base import BaseInfo
    from headstart.models.tokenise_dialogues import Dialogues

# Tokens of a conversation that are learnt from by default: attention over more is dear.
MOST_TOKENS = 2048
# Answers as long as nearly all of the training rows', and somewhat longer.
QUANTILE, MARGIN, LEAST = 0.99, 1.25, 16


def conversation_length(info: BaseInfo) -> int:
    """Tokens of a conversation that are learnt from where nobody has said."""
    return min(MOST_TOKENS, info.shape.positions)


def longest_answer(dialogues: Dialogues, positions: int) -> int:
    """Tokens of an answer that a model may write, from the answers it learns from.

    Args:
        dialogues: the training rows.
        positions: tokens that the base reads.
    """
    examples = dialogues.examples
    assert examples.targets is not None
    if not len(examples):
        return LEAST
    asked = np.add.reduceat((examples.targets != IGNORED).astype(np.int64), examples.offsets[:-1])
    usual = float(np.quantile(asked, QUANTILE))
    return int(min(positions // 2, max(LEAST, round(MARGIN * usual))))
