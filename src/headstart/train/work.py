"""How long a backbone takes to read and to learn."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from headstart.models.cache import DEFAULT_BOUND_BYTES, Cache

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.base import Shape
    from headstart.core.plan import Situation

# Sub-word tokens in an English word, where lengths were counted in words.
TOKENS_PER_WORD = 1.4
SPECIAL_TOKENS = 2
# Shares of the rate of plain matrix products that a 22-million-parameter encoder reached on texts of
# 16 to 256 tokens, on a processor with bfloat16 units.
READING_SHARE = {"bfloat16": 0.25, "float32": 0.75}
TRAINING_SHARE = {"bfloat16": 0.29, "float32": 0.85}
# What a step costs for each weight that learns, whatever the batch: casting, clipping, AdamW.
WEIGHT_S = {"cpu": 5e-9, "mps": 1e-9, "cuda": 5e-11}
OPENING_S = 1.5
# Bytes of each number in a kept state.
STATE_BYTES = {"bfloat16": 2.0, "float32": 4.0}
# One fit must not push all else out of the cache, or fill a disk to the brim.
SHARE_OF_CACHE, IN_MEMORY_BYTES = 0.5, 2e9
LIBRARIES_BYTES = 6.5e8


def reading_s(situation: Situation, rows: float, max_length: int | None = None) -> float:
    """Seconds that the base takes to read so many texts of the data once."""
    share = READING_SHARE[situation.machine.precision]
    return rows * _operations(situation, max_length) / (share * situation.machine.flops)


def training_s(
    situation: Situation,
    rows: float,
    *,
    batch_size: int,
    learning: float,
    share: float = 1.0,
    passes: float = 3.0,
    max_length: int | None = None,
) -> float:
    """Seconds that training steps over so many texts of the data take.

    Args:
        situation: data, base and machine.
        rows: texts, each counted as often as it is read.
        batch_size: texts in a step.
        learning: weights that learn.
        share: share of the blocks that is run, and that gradients pass through.
        passes: products of a step over those of a forward pass.
        max_length: tokens read of a text.
    """
    rate = TRAINING_SHARE[situation.machine.precision] * situation.machine.flops
    products = passes * share * rows * _operations(situation, max_length) / rate
    return products + rows / batch_size * learning * WEIGHT_S[situation.machine.device]


def keeps_states(situation: Situation, rows: float, max_length: int | None = None) -> bool:
    """Whether the states of so many texts would be kept at one cut, as far as can be told beforehand."""
    assert situation.base is not None
    tokens, precision = rows * mean_tokens(situation, max_length), situation.machine.precision
    return states_bytes(tokens, situation.base.shape.width, precision) <= SHARE_OF_CACHE * DEFAULT_BOUND_BYTES


def states_fit(tokens: float, width: int, *, precision: str, cache: Path | None) -> bool:
    """Whether the states of so many tokens may be kept: in the cache, or in memory without one."""
    room = IN_MEMORY_BYTES
    if cache is not None:
        room = SHARE_OF_CACHE * min(Cache.within(cache).bound_bytes, free_bytes(cache))
    return states_bytes(tokens, width, precision) <= room


def states_bytes(tokens: float, width: int, precision: str) -> float:
    """Bytes that the states of so many tokens take at one cut."""
    return tokens * width * STATE_BYTES[precision]


def free_bytes(folder: Path) -> float:
    """Free space of the disk that a folder is on, or will be."""
    there = next((each for each in (folder, *folder.parents) if each.exists()), None)
    return float(shutil.disk_usage(there).free) if there is not None else 0.0


def mean_tokens(situation: Situation, max_length: int | None = None) -> float:
    """Tokens that are read of a text on average."""
    lengths = situation.profile.lengths
    words = lengths.tokenizer == "words"
    mean = TOKENS_PER_WORD * lengths.mean + SPECIAL_TOKENS if words else lengths.mean
    limits = [each for each in (max_length, situation.base and situation.base.max_length) if each]
    return max(1.0, min([mean, *limits]))


def forward_operations(shape: Shape, tokens: float) -> float:
    """Floating-point operations of one text's forward pass.

    Two for each weight and token, and the products of attention (Kaplan et al. 2020, table 1).
    """
    weights = shape.parameters - shape.embedding_parameters
    return tokens * (2.0 * weights + 4.0 * shape.blocks * shape.width * tokens)


def _operations(situation: Situation, max_length: int | None) -> float:
    if situation.base is None:
        raise ValueError("without a base there is nothing to read with")
    return forward_operations(situation.base.shape, mean_tokens(situation, max_length))
