"""Texts that a decoder-only network writes after prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from headstart.models.batching import token_batches
from headstart.models.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int
    from numpy import ndarray
    from transformers import GenerationConfig

    from headstart.models.backbone import Backbone

# Tokens that a batch may come to, its answers included, and prompts in it.
TOKENS_AT_ONCE, PROMPTS_AT_ONCE = 16384, 128


@torch.inference_mode()
def generate(
    backbone: Backbone, prompts: Sequence[Sequence[int]], *, stops: Sequence[int], most: int
) -> list[list[int]]:
    """The most probable continuation of each prompt, token by token, the token that ends it left out.

    Args:
        backbone: a network with a layer that scores words, in evaluation mode.
        prompts: token ids, each fewer than the network reads.
        stops: ids of tokens that end an answer.
        most: tokens of an answer at most; fewer where the network reads no more.
    """
    positions = backbone.info.shape.positions
    room = np.array([min(most, positions - len(each)) for each in prompts], dtype=np.int64)
    lengths = np.array([len(each) for each in prompts], dtype=np.int64)
    found: list[list[int]] = [[] for _ in prompts]
    # Prompts with less room than others stand apart, so that nobody's answer depends on who is beside it.
    for limit in np.unique(room)[::-1]:
        places = np.flatnonzero(room == limit)
        batches = token_batches(lengths[places] + limit, budget=TOKENS_AT_ONCE, max_rows=PROMPTS_AT_ONCE)
        for batch in batches:
            chosen = places[batch]
            answers = _batch(backbone, [prompts[each] for each in chosen], stops=stops, most=int(limit))
            for place, answer in zip(chosen, answers, strict=True):
                found[place] = answer
    return found


def answer_settings(backbone: Backbone, *, stops: Sequence[int], most: int) -> GenerationConfig:
    """How `transformers` is to write answers: the likeliest token each time.

    Args:
        backbone: a network with a layer that scores words.
        stops: ids of tokens that end an answer.
        most: tokens of an answer at most.
    """
    from transformers import GenerationConfig

    network: Any = backbone.network
    return GenerationConfig(  # type: ignore[no-untyped-call]
        max_new_tokens=most,
        do_sample=False,
        num_beams=1,
        bos_token_id=network.generation_config.bos_token_id,
        eos_token_id=list(stops),
        pad_token_id=_pad(backbone),
    )


def _batch(
    backbone: Backbone, prompts: Sequence[Sequence[int]], *, stops: Sequence[int], most: int
) -> list[list[int]]:
    width = max(map(len, prompts))
    tokens = _left_padded(prompts, width, _pad(backbone))
    device = next(backbone.parameters()).device
    settings = answer_settings(backbone, stops=stops, most=most)
    mask = torch.from_numpy(_mask(prompts, width)).bool()
    with quiet():
        written = backbone.continued(torch.from_numpy(tokens).to(device), mask.to(device), settings)
    return [_until(line, stops) for line in written.tolist()]


def _pad(backbone: Backbone) -> int:
    return int(backbone.tokenizer.pad_token_id or 0)


def _left_padded(prompts: Sequence[Sequence[int]], width: int, pad: int) -> Int[ndarray, "batch tokens"]:
    return np.array([[pad] * (width - len(each)) + list(each) for each in prompts], dtype=np.int64)


def _mask(prompts: Sequence[Sequence[int]], width: int) -> Int[ndarray, "batch tokens"]:
    return np.array([[0] * (width - len(each)) + [1] * len(each) for each in prompts], dtype=np.int64)


def _until(line: list[int], stops: Sequence[int]) -> list[int]:
    ends = [line.index(stop) for stop in stops if stop in line]
    return line[: min(ends)] if ends else line
