"""Batches of like length, filled by tokens rather than by rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.core.examples import IGNORED

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int, Shaped
    from numpy import ndarray
    from torch import Tensor

    from headstart.core.examples import Examples
    from headstart.models.states import TokenStates

POOL_BATCHES = 32
# A text of less than this share of the longest of its batch is much shorter.
MUCH_SHORTER = 0.75


@dataclass(frozen=True, kw_only=True, eq=False)
class Batch:
    """Examples padded on the right to the longest among them.

    Args:
        tokens: token ids.
        mask: where real tokens stand.
        segments: token types, or None where the examples have none.
        targets: targets of examples or, with their places padded, of tokens or the tokens to write; None
            without gold.
        states: states of the tokens, where those are kept.
        cut: number of blocks that these have been through.
        index: positions of the examples among all.
    """

    tokens: Int[Tensor, "batch tokens"]
    mask: Bool[Tensor, "batch tokens"]
    segments: Int[Tensor, "batch tokens"] | None = None
    targets: Shaped[Tensor, "batch *outputs"] | None = None
    states: Float[Tensor, "batch tokens width"] | None = None
    cut: int = 0
    index: Int[Tensor, " batch"] | None = None

    def to(self, device: str | torch.device) -> Batch:
        """The batch on another device."""

        def moved(values: Tensor | None) -> Tensor | None:
            return None if values is None else values.to(device, non_blocking=True)

        return Batch(
            tokens=self.tokens.to(device, non_blocking=True),
            mask=self.mask.to(device, non_blocking=True),
            segments=moved(self.segments),
            targets=moved(self.targets),
            states=moved(self.states),
            cut=self.cut,
            index=moved(self.index),
        )


def token_batches(
    lengths: Int[ndarray, " examples"],
    *,
    budget: int,
    rng: np.random.Generator | None = None,
    max_rows: int | None = None,
    enough: int | None = None,
) -> list[Int[ndarray, " batch"]]:
    """Positions of the examples of each batch; every example stands in one batch.

    Without `rng` the longest come first, so that a batch too large for memory fails at once. With
    it, examples are shuffled, sorted by length within pools only, and the batches are shuffled.

    Args:
        lengths: tokens in each example.
        budget: tokens in a batch at most, padding included; a longer example is a batch by itself.
        rng: owner of the shuffling, for training.
        max_rows: examples in a batch at most.
        enough: tokens, padding included, from which a batch takes in no much shorter examples; None where
            only the budget ends it.
    """
    fill = partial(_fill, budget=budget, max_rows=max_rows, enough=enough)
    sizes = np.maximum(np.asarray(lengths), 1)
    if rng is None:
        return fill(np.argsort(-sizes, kind="stable"), sizes)
    order = rng.permutation(len(sizes))
    typical = max(1, round(budget / max(1.0, float(sizes.mean())))) if len(sizes) else 1
    pool = POOL_BATCHES * min(typical, max_rows or typical)
    batches = [
        batch
        for start in range(0, len(order), pool)
        for batch in fill(_longest_first(order[start : start + pool], sizes), sizes)
    ]
    return [batches[position] for position in rng.permutation(len(batches))]


def collate(
    examples: Examples, index: Int[ndarray, " batch"], *, pad: int, states: TokenStates | None = None
) -> Batch:
    """The examples at the given positions as one batch.

    Args:
        examples: ragged examples.
        index: positions of the examples that make the batch.
        pad: token id that fills the rest.
        states: states of the same examples at a cut, from which the batch may be read.
    """
    index = np.asarray(index)
    lengths = examples.lengths[index]
    width = int(lengths.max(initial=1))
    mask = np.arange(width) < lengths[:, None]
    source = token_places(examples, index)
    return Batch(
        tokens=_spread(examples.tokens[source], mask, pad),
        mask=torch.from_numpy(mask),
        segments=None if examples.segments is None else _spread(examples.segments[source], mask, 0),
        targets=_targets(examples, index, source, mask),
        states=None if states is None else states.gather(index),
        cut=0 if states is None else states.cut,
        index=torch.from_numpy(index.astype(np.int64)),
    )


def token_places(examples: Examples, index: Int[ndarray, " chosen"]) -> Int[ndarray, " tokens"]:
    """Where the tokens of these examples stand among those of all, example by example."""
    return _stretches(examples.offsets[index], examples.lengths[index])


def _targets(
    examples: Examples,
    index: Int[ndarray, " batch"],
    source: Int[ndarray, " tokens"],
    mask: Bool[ndarray, "batch tokens"],
) -> Shaped[Tensor, "batch *outputs"] | None:
    if examples.targets is None:
        return None
    if examples.by_token:
        return _spread(examples.targets[source], mask, IGNORED)
    if examples.target_offsets is not None:
        return _written(examples, index)
    chosen = examples.targets[index]
    return torch.from_numpy(chosen.astype(np.float32 if chosen.dtype.kind == "f" else np.int64))


def _written(examples: Examples, index: Int[ndarray, " batch"]) -> Int[Tensor, "batch written"]:
    assert examples.targets is not None
    assert examples.target_offsets is not None
    lengths = examples.target_lengths[index]
    mask = np.arange(int(lengths.max(initial=1))) < lengths[:, None]
    return _spread(examples.targets[_stretches(examples.target_offsets[index], lengths)], mask, IGNORED)


def _stretches(starts: Int[ndarray, " chosen"], lengths: Int[ndarray, " chosen"]) -> Int[ndarray, " places"]:
    """The places of stretches, one after the other."""
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths))


def _longest_first(chosen: Int[ndarray, " pool"], sizes: Int[ndarray, " examples"]) -> Int[ndarray, " pool"]:
    return chosen[np.argsort(-sizes[chosen], kind="stable")]


def _fill(
    order: Int[ndarray, " chosen"],
    sizes: Int[ndarray, " examples"],
    *,
    budget: int,
    max_rows: int | None,
    enough: int | None,
) -> list[Int[ndarray, " batch"]]:
    batches, start, falling = [], 0, -sizes[order]
    while start < len(order):
        longest = int(sizes[order[start]])
        rows = max(1, budget // longest)
        rows = min(rows, max_rows) if max_rows else rows
        if enough is not None:
            alike = int(np.searchsorted(falling, -MUCH_SHORTER * longest, side="right")) - start
            rows = min(rows, max(alike, -(-enough // longest)))
        batches.append(order[start : start + rows])
        start += rows
    return batches


def _spread(
    values: Int[ndarray, " total"], mask: Bool[ndarray, "batch tokens"], pad: int
) -> Int[Tensor, "batch tokens"]:
    grid = np.full(mask.shape, pad, dtype=np.int64)
    grid[mask] = values
    return torch.from_numpy(grid)
