"""How long a backbone takes to read and to learn."""

from __future__ import annotations

import math
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from headstart.core.corpus_task import corpus_of
from headstart.models.cache import DEFAULT_BOUND_BYTES, Cache
from headstart.models.families import listed
from headstart.models.tokenise import OVERLAPS
from headstart.train.recipe import TOKENS_AT_ONCE

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.base import Shape
    from headstart.core.machine import Machine
    from headstart.core.plan import Cost, Situation

# Sub-word tokens in an English word, where lengths were counted in words.
TOKENS_PER_WORD = 1.4
SPECIAL_TOKENS = 2
# Characters of a token, blanks included, where no length was counted.
CHARACTERS_PER_TOKEN = 4.5
# Shares of the rate of plain matrix products that those of a 22-million-parameter encoder reached on
# texts of 16 to 256 tokens, on a processor with bfloat16 units.
READING_SHARE = {"bfloat16": 0.25, "float32": 0.75}
TRAINING_SHARE = {"bfloat16": 0.38, "float32": 0.85}
# What a step costs beside its products for each number in a token state of each block: softmax, norms,
# activations, casts. Fast products leave half of the time to it, slow ones next to none.
STATE_S = {"cpu": 4.2e-8, "mps": 3e-9, "cuda": 1e-10}
# What a step costs for each weight that learns, whatever the batch: casting, clipping, AdamW.
WEIGHT_S = {"cpu": 2.1e-9, "mps": 1e-9, "cuda": 5e-11}
# A process for the fit; and that with a base opened in it.
FORKING_S, OPENING_S = 0.1, 1.2
KEPT_BYTE_S = 1e-9
# Answers are written for so many rows at once, up to this many times their mean length, and at least so
# many tokens; a token takes so long for each block, and for each weight that is read.
WRITTEN_AT_ONCE, WRITTEN_MARGIN, WRITTEN_LEAST = 128, 4.0, 16
# So many rows are predicted beforehand, where predicting is timed.
WARM_ROWS = 8
BLOCK_S = {"cpu": 1.5e-3, "mps": 1e-3, "cuda": 3e-4}
WEIGHT_READ_S = {"cpu": 4e-10, "mps": 4e-11, "cuda": 2e-12}
# Bytes of each number in a kept state.
STATE_BYTES = {"bfloat16": 2.0, "float32": 4.0}
# One fit must not push all else out of the cache, or fill a disk to the brim.
SHARE_OF_CACHE, IN_MEMORY_BYTES = 0.5, 2e9
# A fit's process before it begins, with what was loaded once for all of them; and with a backbone that
# reads its first texts.
LOADED_BYTES, LIBRARIES_BYTES = 4.05e8, 6.5e8
# Bytes for each weight of a base that trains (in float32, in bfloat16, as they are kept and as they
# ship), and more for each that learns. From 45 fits of four strategies on texts of four lengths, which
# these figures and the two below give with a median error of 3 per cent and at most 10.
TRAINED_BYTES, LEARNING_BYTES = 18.0, 12.0
# Bytes that a step holds for each number in a token state of each block that learns, and more for each
# token of the longest text: attention is held in full.
ACTIVATION_BYTES, ATTENTION_BYTES = 60.0, 0.33
# Peak memory was up to this many times what was predicted.
MEMORY_MARGIN = 1.2


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
    assert situation.base is not None
    machine, shape = situation.machine, situation.base.shape
    rate = TRAINING_SHARE[machine.precision] * machine.flops
    products_s = passes * share * rows * _operations(situation, max_length) / rate
    states = rows * mean_tokens(situation, max_length) * shape.width * shape.blocks * share
    beside_s = states * STATE_S[machine.device] if machine.precision == "bfloat16" else 0.0
    return products_s + beside_s + rows / batch_size * learning * WEIGHT_S[machine.device]


def replying_s(situation: Situation, rows: float, *, shown: float = 0.0) -> float:
    """Seconds that the base takes to read so many conversations and to write their answers.

    Each token that is written reads all weights once for its whole batch.

    Args:
        situation: data, base and machine.
        rows: conversations.
        shown: others that are read before each of them.
    """
    assert situation.base is not None
    ratio = float(getattr(situation.task, "length_ratio", 1.0))
    answer = max(WRITTEN_LEAST, WRITTEN_MARGIN * mean_tokens(situation) * (1.0 - 1.0 / max(1.0, ratio)))
    shape, batches = situation.base.shape, math.ceil(max(1.0, rows) / WRITTEN_AT_ONCE)
    token_s = shape.blocks * BLOCK_S[situation.machine.device]
    read_s = shape.parameters * WEIGHT_READ_S[situation.machine.device]
    return (1.0 + shown) * reading_s(situation, 2 * rows) + batches * answer * (token_s + read_s)


def judged_replies_s(situation: Situation, rows: float, *, shown: float = 0.0, tried: float = 0.0) -> float:
    """Seconds to judge answers by how likely they are, and to write them once, to be timed.

    Args:
        situation: data, base and machine.
        rows: conversations that are judged.
        shown: others that are read before each of them.
        tried: conversations that are judged before, to find how many should be shown.
    """
    read_s = (1.0 + shown) * reading_s(situation, rows + tried)
    warm_s = replying_s(situation, WARM_ROWS, shown=shown)
    return read_s + warm_s + replying_s(situation, rows, shown=shown)


def keeping_s(shape: Shape, learning: float) -> float:
    """Seconds to copy the weights, and the moments of those that learn, after an epoch."""
    return KEPT_BYTE_S * (8.0 * shape.parameters + 12.0 * learning)


def activation_bytes(
    situation: Situation, *, batch_size: int, blocks: float, max_length: int | None = None
) -> float:
    """Bytes that a training step holds for its gradients.

    Args:
        situation: data, base and machine.
        batch_size: texts in a step.
        blocks: blocks that gradients pass through.
        max_length: tokens read of a text.
    """
    assert situation.base is not None
    rows = min(batch_size, situation.train_rows)
    tokens = min(rows * mean_tokens(situation, max_length), TOKENS_AT_ONCE)
    longest = longest_tokens(situation, max_length)
    states = tokens * situation.base.shape.width * blocks
    return states * (ACTIVATION_BYTES + ATTENTION_BYTES * longest)


def memory_reasons(cost: Cost, machine: Machine) -> tuple[str, ...]:
    """Why a fit would run out of memory, or nothing where even a wrong prediction leaves enough."""
    needed, there = MEMORY_MARGIN * cost.peak_bytes, machine.device_memory_bytes
    if needed <= there:
        return ()
    return (f"it needs up to {needed / 2**30:.1f} GiB of memory and there are {there / 2**30:.1f}",)


def length_reasons(max_length: int | None, situation: Situation) -> tuple[str, ...]:
    """Why not so much of a text can be read, or nothing where it can, or where nobody said how much.

    A base without a table of positions reads texts of any length.
    """
    base = situation.base
    if max_length is None or base is None or listed(base.family).relative:
        return ()
    if max_length <= base.shape.positions:
        return ()
    return (f"max_length is {max_length} and {base.name} reads {base.shape.positions} tokens; lower it",)


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
    for each in (folder, *folder.parents):
        # What is not there, or may not be looked at, says nothing.
        with suppress(OSError):
            return float(shutil.disk_usage(each).free)
    return 0.0


def mean_tokens(situation: Situation, max_length: int | None = None) -> float:
    """Tokens that are read of a row on average.

    Those of a passage are included where passages are ranked, and those of all windows where these cover
    texts whole: each shares a part of its tokens with the one before it.
    """
    own = _tokens(situation, situation.profile.lengths.mean, max_length)
    uncut = _uncut(situation, situation.profile.lengths.mean)
    if getattr(situation.task, "windows", False) and uncut > own:
        own = uncut + (uncut - own) / (OVERLAPS - 1)
    if not (corpus := corpus_of(situation.task)):
        return own
    return own + _of_passage(situation, sum(map(len, corpus)) / len(corpus), max_length)


def longest_tokens(situation: Situation, max_length: int | None = None) -> float:
    """Tokens that are read of the longest text."""
    own = _tokens(situation, float(situation.profile.lengths.longest), max_length)
    longest = max(map(len, corpus_of(situation.task)), default=0)
    return max(own, _of_passage(situation, longest, max_length))


def _of_passage(situation: Situation, characters: float, max_length: int | None) -> float:
    limits = [each for each in (max_length, situation.base and situation.base.max_length) if each]
    return min([characters / CHARACTERS_PER_TOKEN + SPECIAL_TOKENS, *limits])


def _tokens(situation: Situation, counted: float, max_length: int | None) -> float:
    """What is read at once of a text of this length as it was counted."""
    tokens = _uncut(situation, counted)
    if (ratio := getattr(situation.task, "length_ratio", None)) is not None:
        limit = max_length or (situation.base.shape.positions if situation.base else None)
        return max(1.0, min(float(ratio) * tokens, limit or math.inf))
    limits = [each for each in (max_length, situation.base and situation.base.max_length) if each]
    return max(1.0, min([tokens, *limits]))


def _uncut(situation: Situation, counted: float) -> float:
    """The tokens of a text of this length as it was counted."""
    words = situation.profile.lengths.tokenizer == "words"
    return TOKENS_PER_WORD * counted + SPECIAL_TOKENS if words else counted


def forward_operations(shape: Shape, tokens: float) -> float:
    """Floating-point operations of one text's forward pass.

    Two for each weight and token, and the products of attention (Kaplan et al. 2020, table 1).
    """
    weights = shape.parameters - shape.embedding_parameters
    return tokens * (2.0 * weights + 4.0 * shape.blocks * shape.width * tokens)


def _operations(situation: Situation, max_length: int | None) -> float:
    if situation.base is None:
        raise ValueError("without a base there is nothing to read with")
    tokens = mean_tokens(situation, max_length)
    windows = 1.0
    if getattr(situation.task, "windows", False):
        windows = max(1.0, tokens / _tokens(situation, situation.profile.lengths.mean, max_length))
    # Within a window alone do tokens look at one another.
    return windows * forward_operations(situation.base.shape, tokens / windows)
