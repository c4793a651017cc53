"""How likely a decoder-only network finds given continuations of prompts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from headstart.models.batching import token_batches
from headstart.models.fused_attention import fused_attention
from headstart.models.inference import BUDGET_TOKENS
from headstart.models.next_token import scored_at_once, word_scores
from headstart.models.token_tree import Continuations, TokenTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float, Int
    from numpy import ndarray
    from torch import Tensor
    from transformers import DynamicCache

    from headstart.models.backbone import Backbone

# A beginning that all prompts share is read once where it has so many tokens.
WORTH_KEEPING = 4
# Tokens, kept ones included, that a batch may hold over those that it may read.
HELD = 4


@torch.inference_mode()
def continuation_scores(
    backbone: Backbone, prompts: Sequence[Sequence[int]], ways: Continuations, *, together: int = 1
) -> Float[ndarray, "prompts continuations"]:
    """The sum of the log-probabilities of the tokens of each continuation after each prompt, in nats.

    What all prompts begin with is read once, and its keys and values are kept for all of them. A prompt
    and its continuations are one tree, so that each is read in one pass, whatever the number of the
    continuations and of their tokens.

    Args:
        backbone: a network with a layer that scores words, in evaluation mode.
        prompts: token ids, at least one each, with room for the longest continuation.
        ways: the continuations.
        together: how many prompts in a row begin alike, and are read as branches of one tree.
    """
    groups = [prompts[start : start + together] for start in range(0, len(prompts), together)]
    kept = _shared(prompts) if len(groups) > 1 else 0
    reader = _Reader(backbone=backbone, ways=ways, prefix=tuple(prompts[0][:kept]) if kept else ())
    grown = [_grown([each[kept:] for each in group], ways.tree) for group in groups]
    found = np.zeros((len(groups), together, len(ways.lengths)))
    sizes = np.array([len(each.tree) for each in grown], dtype=np.int64)
    budget = BUDGET_TOKENS.get(reader.device.type, 4096)
    most = max(1, HELD * budget // (kept + int(sizes.max(initial=1))))
    for batch in token_batches(sizes, budget=budget, max_rows=most):
        found[batch] = reader.read([grown[each] for each in batch])
    return found.reshape(len(prompts), len(ways.lengths))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Grown:
    """Prompts that begin alike with the continuations under each.

    Args:
        tree: all of it.
        lasts: place of the last token of each prompt, after which the continuations stand.
    """

    tree: TokenTree
    lasts: tuple[int, ...]


def _shared(prompts: Sequence[Sequence[int]]) -> int:
    """Tokens that all prompts begin with, the last one of each left out; nought where they are too few."""
    first, most = prompts[0], min(map(len, prompts)) - 1
    alike = takewhile(lambda place: all(each[place] == first[place] for each in prompts), range(most))
    size = sum(1 for _ in alike)
    return size if size >= WORTH_KEEPING else 0


def _grown(prompts: Sequence[Sequence[int]], ways: TokenTree) -> _Grown:
    if len(prompts) == 1:
        return _Grown(tree=TokenTree.grown(prompts[0], [ways]), lasts=(len(prompts[0]) - 1,))
    size = _shared(prompts)
    branches = [TokenTree.grown(each[size:], [ways]) for each in prompts]
    starts = np.cumsum([size, *map(len, branches[:-1])])
    lasts = [int(start) + len(each) - size - 1 for start, each in zip(starts, prompts, strict=True)]
    return _Grown(tree=TokenTree.grown(prompts[0][:size], branches), lasts=tuple(lasts))


class _Reader:
    """A network after what all prompts begin with."""

    def __init__(self, *, backbone: Backbone, ways: Continuations, prefix: tuple[int, ...]) -> None:
        self.backbone, self.ways, self.prefix = backbone, ways, prefix
        weights = next(backbone.parameters())
        self.device, self.dtype = weights.device, weights.dtype
        self.kept: list[tuple[Tensor, Tensor]] = []
        if prefix:
            cache = self._cache(1)
            self._states(_padded([TokenTree.grown(prefix)], 0), cache)
            self.kept = [(layer[0], layer[1]) for layer in cache]

    def read(self, grown: Sequence[_Grown]) -> Float[ndarray, "groups together continuations"]:
        """The scores after each prompt of each group."""
        states = self._states(
            _padded([each.tree for each in grown], len(self.prefix)), self._cache(len(grown))
        )
        lasts = torch.tensor([each.lasts for each in grown], device=self.device)
        # The continuations stand right after the last token of their prompt.
        places = lasts[:, :, None] + torch.arange(len(self.ways.tree) + 1, device=self.device)
        lines = torch.arange(len(grown), device=self.device)[:, None, None]
        told = states[lines, places].flatten(0, 1)
        return self._told(told).reshape(*lasts.shape, -1)

    def _told(self, states: Float[Tensor, "prompts places width"]) -> Float[ndarray, "prompts continuations"]:
        network: Any = self.backbone.network
        ways = self.ways
        before = torch.from_numpy(ways.before + 1).to(self.device)
        after, owners = (torch.from_numpy(each).to(self.device) for each in (ways.after, ways.owners))
        size = scored_at_once(states, states.shape[1] * int(network.config.vocab_size))
        parts = []
        for some in torch.split(states, size):
            scores = word_scores(network, some)
            steps = scores[:, before, after] - torch.logsumexp(scores, dim=-1)[:, before]
            sums = torch.zeros(len(some), len(ways.lengths), dtype=torch.float64, device=self.device)
            parts.append(sums.index_add_(1, owners, steps.double()))
        return np.asarray(torch.cat(parts).cpu().numpy())

    def _cache(self, rows: int) -> DynamicCache:
        from transformers import DynamicCache

        # Without the configuration: a cache that forgot what lies outside of windows would count anew.
        found = DynamicCache()
        for layer, (keys, values) in enumerate(self.kept):
            found.update(keys.expand(rows, -1, -1, -1), values.expand(rows, -1, -1, -1), layer)
        return found

    def _states(self, batch: _Batch, cache: DynamicCache) -> Float[Tensor, "batch nodes width"]:
        trunk: Any = self.backbone.trunk
        with fused_attention(self.device.type):
            states: Tensor = trunk(
                input_ids=torch.from_numpy(batch.tokens).to(self.device),
                attention_mask=self._masks(batch),
                position_ids=torch.from_numpy(batch.positions).to(self.device),
                past_key_values=cache,
                use_cache=True,
            ).last_hidden_state
        return states

    def _masks(self, batch: _Batch) -> Tensor | dict[str, Tensor]:
        """A mask for each kind of block where there are several, as `transformers` has it."""
        config: Any = self.backbone.network.config
        window = getattr(config, "sliding_window", None)
        kinds = getattr(config, "layer_types", None)
        if not kinds:
            return self._mask(batch, window)
        windows = {kind: window if kind == "sliding_attention" else None for kind in kinds}
        return {kind: self._mask(batch, each) for kind, each in windows.items()}

    def _mask(self, batch: _Batch, window: int | None) -> Float[Tensor, "batch 1 nodes keys"]:
        seen = batch.seen
        if window is not None:
            keys = np.concatenate([np.tile(np.arange(batch.kept), (len(seen), 1)), batch.positions], axis=1)
            seen = seen & (batch.positions[:, :, None] - keys[:, None, :] < window)
        hidden = torch.from_numpy(~seen[:, None]).to(self.device)
        zeros = torch.zeros(hidden.shape, dtype=self.dtype, device=self.device)
        return zeros.masked_fill_(hidden, torch.finfo(self.dtype).min)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Batch:
    """Trees side by side.

    Args:
        tokens: the ids, padded on the right.
        positions: number of each token on its way, those that are kept before it included.
        seen: whether each token sees each kept token and each one of the tree.
        kept: tokens whose keys and values are kept.
    """

    tokens: Int[ndarray, "batch nodes"]
    positions: Int[ndarray, "batch nodes"]
    seen: Bool[ndarray, "batch nodes keys"]
    kept: int


def _padded(trees: Sequence[TokenTree], kept: int) -> _Batch:
    width = max(map(len, trees))
    shape = (len(trees), width)
    tokens, positions = np.zeros(shape, dtype=np.int64), np.full(shape, kept, dtype=np.int64)
    seen = np.zeros((*shape, kept + width), dtype=bool)
    # Padding sees itself, so that its states are finite, and nobody sees it.
    seen[:, np.arange(width), kept + np.arange(width)] = True
    for line, tree in enumerate(trees):
        size = len(tree)
        tokens[line, :size], positions[line, :size] = tree.tokens, kept + tree.depths
        seen[line, :size, :kept] = True
        seen[line, :size, kept : kept + size] = tree.seen
    return _Batch(tokens=tokens, positions=positions, seen=seen, kept=kept)
