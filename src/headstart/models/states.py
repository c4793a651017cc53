"""The states of all tokens at a cut of a frozen backbone, computed once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.core.context import Progress, silent
from headstart.models.batching import collate
from headstart.models.cache import Cache
from headstart.models.example_keys import as_names, example_keys, group_key
from headstart.models.fingerprint import fingerprint
from headstart.models.inference import inferring, reading_batches
from headstart.models.state_file import StateFile
from headstart.models.state_room import StateRoom
from headstart.models.subset import subset

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jaxtyping import Bool, Float, Int, UInt8
    from numpy import ndarray
    from torch import Tensor

    from headstart.core.examples import Examples
    from headstart.models.backbone import Backbone

FORMAT = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class TokenStates:
    """States of examples at one cut, wherever they lie.

    Args:
        cut: number of blocks that they have been through; after the last one the last norm as well.
        parts: where they lie.
        part: which of the parts holds each example.
        starts: where the states of each example begin in their part.
        lengths: tokens in each example.
    """

    cut: int
    parts: tuple[StateFile, ...]
    part: Int[ndarray, " examples"]
    starts: Int[ndarray, " examples"]
    lengths: Int[ndarray, " examples"]

    def __len__(self) -> int:
        return len(self.lengths)

    def take(self, index: Int[ndarray, " chosen"]) -> TokenStates:
        """The states of the examples at these positions, in that order, where they lie."""
        return replace(self, part=self.part[index], starts=self.starts[index], lengths=self.lengths[index])

    def gather(self, index: Int[ndarray, " batch"]) -> Float[Tensor, "batch tokens width"]:
        """The states of these examples, padded on the right with zeros."""
        lengths = self.lengths[index]
        width = self.parts[0].values.shape[1]
        places = np.arange(int(lengths.max(initial=1))) < lengths[:, None]
        first = self._real(self.parts[0], index[:0])
        states = first.new_zeros(*places.shape, width)
        for number in np.unique(self.part[index]):
            here = self.part[index] == number
            chosen = torch.from_numpy(places & here[:, None])
            states[chosen] = self._real(self.parts[number], index[here])
        return states

    def _real(self, part: StateFile, index: Int[ndarray, " chosen"]) -> Float[Tensor, "tokens width"]:
        lengths = self.lengths[index]
        begins = np.cumsum(lengths) - lengths
        source = np.arange(int(lengths.sum())) + np.repeat(self.starts[index] - begins, lengths)
        values = torch.from_numpy(np.asarray(part.values[source]))
        return values.view(torch.bfloat16) if values.dtype == torch.int16 else values


def token_states(
    backbone: Backbone,
    examples: Examples,
    *,
    cuts: Sequence[int],
    precision: str,
    cache: Path | None,
    progress: Progress | None = None,
) -> dict[int, TokenStates]:
    """States of all tokens at each of these cuts, from one pass over the examples that are not kept yet.

    Args:
        backbone: the network; its weights up to each cut, as they are now, count.
        examples: tokenised texts.
        cuts: numbers of blocks to have been through, from 0 (embeddings) to the depth (all).
        precision: `bfloat16` or `float32`, of the computation and of what is kept.
        cache: folder that keeps states between calls, runs and processes, or None to hold them in memory.
        progress: called with the share that is done.
    """
    report = progress or silent
    keys = example_keys(examples)
    store = None if cache is None else Cache.within(cache)
    groups = {cut: _group(backbone, cut, precision) for cut in sorted(set(cuts))}
    known = {cut: _kept(store, group) for cut, group in groups.items()}
    missing = np.zeros(len(keys), dtype=bool)
    for cut in groups:
        missing |= _located(keys, known[cut])[0] < 0
    if missing.any():
        _, first = np.unique(as_names(keys), return_index=True)
        chosen = first[missing[first]]
        for cut, part in _computed(backbone, examples, chosen, groups, precision, store, report).items():
            known[cut].append(part)
    report(1.0)
    return {cut: _joined(cut, keys, examples, known[cut]) for cut in groups}


def kept_states(
    backbone: Backbone, examples: Examples, *, cuts: Sequence[int], precision: str, cache: Path
) -> tuple[Bool[ndarray, " examples"], dict[int, TokenStates]]:
    """Which examples have their states kept at all of these cuts, and the states of those; nothing is read.

    Args:
        backbone: the network; its weights up to each cut, as they are now, count.
        examples: tokenised texts.
        cuts: numbers of blocks to have been through.
        precision: `bfloat16` or `float32`, of what is kept.
        cache: folder that keeps states.
    """
    keys, store = example_keys(examples), Cache.within(cache)
    parts = {cut: _kept(store, _group(backbone, cut, precision)) for cut in sorted(set(cuts))}
    kept = np.ones(len(keys), dtype=bool)
    for known in parts.values():
        kept &= _located(keys, known)[0] >= 0
    some = subset(examples, np.flatnonzero(kept))
    return kept, {cut: _joined(cut, keys[kept], some, known) for cut, known in parts.items() if len(some)}


def _group(backbone: Backbone, cut: int, precision: str) -> str:
    return group_key("states", FORMAT, fingerprint(backbone, until=cut), cut, precision, backbone.attention)


def _kept(store: Cache | None, group: str) -> list[StateFile]:
    found = []
    for path in () if store is None else store.paths(group):
        part = StateFile.open(path)
        if part is not None:
            found.append(part)
        elif store is not None:
            store.drop(path)
    return found


def _located(
    keys: UInt8[ndarray, "examples 16"], parts: Sequence[StateFile]
) -> tuple[Int[ndarray, " examples"], Int[ndarray, " examples"]]:
    """The part that holds each example, -1 where none does, and its place in there."""
    wanted = as_names(keys)
    part, place = np.full(len(keys), -1), np.zeros(len(keys), dtype=np.int64)
    for number, each in enumerate(parts):
        if not len(each.keys):
            continue
        names = as_names(each.keys)
        order = np.argsort(names)
        near = order[np.searchsorted(names, wanted, sorter=order).clip(max=len(names) - 1)]
        hit = (names[near] == wanted) & (part < 0)
        part[hit], place[hit] = number, near[hit]
    return part, place


def _joined(
    cut: int, keys: UInt8[ndarray, "examples 16"], examples: Examples, parts: Sequence[StateFile]
) -> TokenStates:
    part, place = _located(keys, parts)
    starts = np.zeros(len(keys), dtype=np.int64)
    for number, each in enumerate(parts):
        here = part == number
        starts[here] = each.offsets[place[here]]
    return TokenStates(cut=cut, parts=tuple(parts), part=part, starts=starts, lengths=examples.lengths)


def _computed(
    backbone: Backbone,
    examples: Examples,
    chosen: Int[ndarray, " chosen"],
    groups: dict[int, str],
    precision: str,
    store: Cache | None,
    report: Progress,
) -> dict[int, StateFile]:
    lengths, keys = examples.lengths[chosen], example_keys(examples)[chosen]
    width, cuts = backbone.info.shape.width, sorted(groups)
    rooms = {
        cut: StateRoom.make((store, groups[cut]), keys, lengths, width=width, dtype=precision) for cut in cuts
    }
    total, done = max(1, int(lengths.sum())), 0
    pad = backbone.tokenizer.pad_token_id or 0
    with inferring(backbone, precision) as ready:
        device = next(ready.parameters()).device
        for batch in reading_batches(lengths, device):
            inputs = collate(examples, chosen[batch], pad=pad).to(device)
            states, reached = ready.embed(inputs.tokens, inputs.mask, inputs.segments), 0
            for cut in cuts:
                if cut:
                    states = ready.run_from(reached, states, inputs.mask, until=cut)
                reached = cut
                rooms[cut].fill(batch, states[inputs.mask])
            done += int(lengths[batch].sum())
            report(done / total)
    return {cut: room.finished() for cut, room in rooms.items()}
