"""What a training learns from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.models.batching import token_batches
from headstart.train.recipe import TOKENS_AT_ONCE
from headstart.train.row_batches import row_batches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Int
    from numpy import ndarray
    from torch import Tensor, nn

    from headstart.core.examples import Examples
    from headstart.models.batching import Batch
    from headstart.models.states import TokenStates


@dataclass(frozen=True, kw_only=True, eq=False)
class Stream:
    """Examples with what is asked of them.

    Args:
        examples: with targets.
        loss: sum of the losses of a batch and sum of their weights.
        states: states of the same examples at a cut below which nothing learns, or None.
        share: how much of it one pass takes: half of its batches at 0.5, each of them twice at 2; one
            batch at least.
        resting: weights that learn from other streams alone.
        batches: the batches of one pass, where the loss decides which examples must stand together;
            filled by tokens without it, or by whole rows where the texts of a row are compared.
    """

    examples: Examples
    loss: Callable[[Batch], tuple[Tensor, Tensor]]
    states: TokenStates | None = None
    share: float = 1.0
    resting: tuple[nn.Parameter, ...] = ()
    batches: Callable[[np.random.Generator], list[Int[ndarray, " batch"]]] | None = None


def shuffled_steps(
    streams: Sequence[Stream], *, batch_size: int, rng: np.random.Generator
) -> list[tuple[Stream, Int[ndarray, " batch"]]]:
    """The steps of one pass, those of all streams mixed.

    Args:
        streams: what is learnt from.
        batch_size: examples in a step on average; a step takes as many as fit its tokens.
        rng: owner of the order.
    """
    steps = [(stream, index) for stream in streams for index in _batches(stream, batch_size, rng)]
    if len(streams) == 1:
        return steps
    return [steps[place] for place in rng.permutation(len(steps))]


def _batches(stream: Stream, batch_size: int, rng: np.random.Generator) -> list[Int[ndarray, " batch"]]:
    if stream.batches is not None:
        return stream.batches(rng)
    batches = _one_pass(stream.examples, batch_size, rng)
    wanted = max(1, round(stream.share * len(batches)))
    while 0 < len(batches) < wanted:
        batches += _one_pass(stream.examples, batch_size, rng)
    return batches[:wanted]


def _one_pass(examples: Examples, batch_size: int, rng: np.random.Generator) -> list[Int[ndarray, " batch"]]:
    if examples.together:
        return row_batches(examples, rows=batch_size, most_tokens=TOKENS_AT_ONCE, rng=rng)
    lengths = examples.loads
    budget = max(1, round(batch_size * float(np.mean(lengths)))) if len(lengths) else 1
    return token_batches(lengths, budget=budget, rng=rng)
