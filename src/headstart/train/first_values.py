"""What stands ahead of a text before it has learnt anything: the tokens of words, or their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from headstart.models.families.causal_family import CausalFamily
from headstart.train.label_words import label_words, said

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor

    from headstart.core.split import Split
    from headstart.models.backbone import Backbone

# Training texts that words are taken from.
TEXTS = 32


def words_of(split: Split, *, seed: int) -> str:
    """The words of the labels, where rows have one of several, or else of some training texts.

    Args:
        split: the rows.
        seed: decides which texts.
    """
    if split.task.classes:
        return ", ".join(label_words(*said(split.task)))
    order = np.random.default_rng(seed).permutation(len(split.train))[:TEXTS]
    return "\n".join(split.train.take(np.sort(order)).texts)


def tokens_of(backbone: Backbone, words: str, *, count: int) -> Int[Tensor, " count"]:
    """The first tokens of some words, from the beginning again where they are too few.

    Args:
        backbone: knows how texts are cut into tokens.
        words: the words.
        count: number of tokens.
    """
    ids: list[int] = backbone.tokenizer(words, add_special_tokens=False, verbose=False)["input_ids"]
    ids = ids or [backbone.tokenizer.pad_token_id or 0]
    return torch.tensor((ids * (count // len(ids) + 1))[:count], device=_device(backbone))


def drawn_tokens(backbone: Backbone, *, count: int, seed: int) -> Int[Tensor, " count"]:
    """Tokens drawn from the vocabulary, those that mark something left out."""
    marks = set(backbone.tokenizer.all_special_ids)
    plain = [each for each in range(backbone.info.shape.vocabulary) if each not in marks]
    drawn = np.random.default_rng(seed).choice(plain, size=count, replace=count > len(plain))
    return torch.from_numpy(drawn).to(_device(backbone))


@torch.no_grad()
def vectors_of(backbone: Backbone, tokens: Int[Tensor, " count"]) -> Float[Tensor, "count width"]:
    """What the base embeds tokens as (Lester et al. 2021, section 3.2)."""
    table: Any = backbone.network.get_input_embeddings()
    found: Tensor = table(tokens)
    return found.float().clone()


@torch.no_grad()
def keys_of(backbone: Backbone, tokens: Int[Tensor, " count"]) -> Float[Tensor, "count numbers"]:
    """Keys and values that every block makes of tokens (Li and Liang 2021, section 7.4).

    With them ahead, a decoder reads a text as if these tokens came before it.

    Args:
        backbone: an encoder or a decoder.
        tokens: token ids.

    Returns:
        for each token the keys and the values of the first block, then those of the next, heads end to end.
    """
    from transformers import DynamicCache

    # Without a configuration it keeps all, even where blocks look no further than a window.
    cache = DynamicCache()
    told = {"use_cache": True} if isinstance(backbone.layout, CausalFamily) else {}
    trunk: Any = backbone.trunk
    trunk(input_ids=tokens[None], past_key_values=cache, **told)
    kept: Any = cache.layers
    sides: list[Tensor] = [side for layer in kept for side in (layer.keys, layer.values)]
    return torch.cat([side[0].transpose(0, 1).flatten(1) for side in sides], dim=1).float()


def size_of(values: Float[Tensor, "some numbers"]) -> float:
    """The root of the mean square."""
    return float(values.detach().float().square().mean().sqrt())


def _device(backbone: Backbone) -> torch.device:
    return next(backbone.parameters()).device
