"""How much of a base learns, and the memory that takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.train.work import (
    LEARNING_BYTES,
    LIBRARIES_BYTES,
    TRAINED_BYTES,
    activation_bytes,
    mean_tokens,
    states_bytes,
)

if TYPE_CHECKING:
    from headstart.core.plan import Situation


@dataclass(frozen=True, kw_only=True)
class Learning:
    """How much of a base learns.

    Args:
        blocks: blocks from the top that gradients pass through, on the mean over the training.
        weights: weights that learn.
        passes: products of a step over those of a forward pass; one less where no gradient of the
            base's matrices is taken.
        copies: bytes for each weight of the base beside those of any training.
        held: bytes for each weight of the blocks in all forms in which a training holds it.
    """

    blocks: float
    weights: float
    passes: float = 3.0
    copies: float = 0.0
    held: float = TRAINED_BYTES


def training_bytes(
    situation: Situation,
    learning: Learning,
    *,
    batch_size: int,
    kept_rows: float = 0.0,
    max_length: int | None = None,
) -> float:
    """Peak bytes of a process that trains.

    The states that are kept on disk count as memory while they are read through their map.

    Args:
        situation: data, base and machine.
        learning: how much learns.
        batch_size: rows in a step.
        kept_rows: rows whose states are kept.
        max_length: tokens read of a text.
    """
    assert situation.base is not None
    shape, tokens = situation.base.shape, kept_rows * mean_tokens(situation, max_length)
    return (
        LIBRARIES_BYTES
        + learning.held * (shape.parameters - shape.embedding_parameters)
        + TRAINED_BYTES * shape.embedding_parameters
        + learning.copies * shape.parameters
        + LEARNING_BYTES * learning.weights
        + states_bytes(tokens, shape.width, situation.machine.precision)
        + activation_bytes(situation, batch_size=batch_size, blocks=learning.blocks, max_length=max_length)
    )
