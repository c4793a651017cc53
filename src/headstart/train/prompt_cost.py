"""How long a decoder-only base takes to be asked for labels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from headstart.core.plan import Cost
from headstart.train.work import (
    BLOCK_S,
    CHARACTERS_PER_TOKEN,
    LIBRARIES_BYTES,
    OPENING_S,
    READING_SHARE,
    WEIGHT_READ_S,
    WRITTEN_AT_ONCE,
    mean_tokens,
    reading_s,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.plan import Situation

# Words around a text and its label in a prompt, in tokens, and around a label that is written.
AROUND, BESIDE = 8.0, 16.0
# Texts without content that stand beside each question where each has a prompt of its own.
CONTENT_FREE = 3
# A fit answers the dev rows twice: for its score, and to be timed.
TIMES = 2
# Tokens whose keys and values are held at once, and numbers in the scores of words.
HELD_TOKENS, SCORES = 16384.0, 2.0**25


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What stands before a question.

    Args:
        count: answered questions.
        by_question: whether each question has its own, which are then found among the training rows.
        tried_rows: rows that are asked to find the count, summed over the counts tried.
    """

    count: int
    by_question: bool
    tried_rows: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Read:
    """What is read of a row.

    Args:
        tokens: its own tokens.
        after: tokens that these see before them.
        told: places at which all words are scored.
    """

    tokens: float
    after: float
    told: float


def prompt_cost(
    situation: Situation, instruction: str, words: Sequence[str], *, shown: Shown | None = None
) -> Cost:
    """Predicted seconds and peak bytes of asking for the labels of the rows to predict.

    What all prompts begin with is read once, so that each row takes its own tokens alone, each of which
    attends to all before it. The inner tokens of labels are read for each row as well.

    Args:
        situation: data, base and machine.
        instruction: what stands at the head of each prompt.
        words: the words of each label.
        shown: what stands before a question, or None.
    """
    assert situation.base is not None
    label = tokens_of(words)
    inner = len(words) * max(0.0, label - 1.0)
    text = mean_tokens(situation) + AROUND
    before = 0.0 if shown is None else shown.count * (text + label)
    own = text + inner
    asks = 1
    if shown is not None and shown.by_question:
        asks = 1 + CONTENT_FREE
        own = before + text + asks * inner + CONTENT_FREE * AROUND
    read = Read(
        tokens=own,
        after=question_tokens(instruction) + before + text,
        told=asks * (1.0 + inner),
    )
    return read_cost(situation, read, shown=shown)


def yes_no_cost(
    situation: Situation, instruction: str, statements: Sequence[str], *, shown: Shown | None = None
) -> Cost:
    """Predicted seconds and peak bytes of asking of each text whether each of some statements is true.

    A text is read once, and each statement after it; where rows are shown before, it is read once for each
    statement, and so are these rows where each text has its own.

    Args:
        situation: data, base and machine.
        instruction: what stands at the head of each prompt.
        statements: one for each label.
        shown: what stands before a statement, or None.
    """
    assert situation.base is not None
    labels, asked = len(statements), question_tokens(instruction)
    text, about = mean_tokens(situation) + AROUND, tokens_of(statements) + AROUND
    if shown is None:
        read = Read(tokens=text + labels * about, after=asked + text, told=2.0 * labels)
        return read_cost(situation, read)
    before = min(shown.count * (text + about), float(situation.base.shape.positions))
    own, asks = text + about, 1
    if shown.by_question:
        own, asks = before + own + CONTENT_FREE * (AROUND + about), 1 + CONTENT_FREE
    read = Read(tokens=labels * own, after=asked + before + text, told=2.0 * asks * labels)
    return read_cost(situation, read, shown=shown)


def written_cost(
    situation: Situation, instruction: str, words: Sequence[str], *, shown: Shown | None = None
) -> Cost:
    """Predicted seconds and peak bytes of having the base write the labels of the rows to predict.

    Each row's whole prompt is read, and each token that is written reads all weights for its whole batch.

    Args:
        situation: data, base and machine.
        instruction: what stands at the head of each prompt.
        words: the words of each label.
        shown: what stands before a question, or None.
    """
    assert situation.base is not None
    shape, device = situation.base.shape, situation.machine.device
    text, longest = mean_tokens(situation) + AROUND, max(map(len, words)) / CHARACTERS_PER_TOKEN + BESIDE
    before = 0.0 if shown is None else shown.count * (text + tokens_of(words))
    prompt = min(float(shape.positions), question_tokens(instruction) + before + text)
    read = Read(tokens=prompt + longest, after=prompt, told=1.0 + longest)
    at_once = max(1.0, min(WRITTEN_AT_ONCE, HELD_TOKENS / (prompt + longest)))
    batches = math.ceil(_rows(situation, shown) / at_once)
    pass_s = shape.blocks * BLOCK_S[device] + shape.parameters * WEIGHT_READ_S[device]
    cost = read_cost(situation, read, shown=shown)
    return replace(cost, seconds=cost.seconds + batches * longest * pass_s)


def read_cost(situation: Situation, read: Read, *, shown: Shown | None = None) -> Cost:
    """Predicted seconds and peak bytes of reading so much of the rows to predict.

    Args:
        situation: data, base and machine.
        read: what is read of a row.
        shown: what stands before a question, or None.
    """
    assert situation.base is not None
    shape, machine = situation.base.shape, situation.machine
    context = min(float(shape.positions), read.after)
    weights = shape.parameters - shape.embedding_parameters
    reads = read.tokens * (2.0 * weights + 4.0 * shape.blocks * shape.width * context)
    scores = read.told * 2.0 * shape.vocabulary * shape.width
    rows = _rows(situation, shown)
    seconds = rows * (reads + scores) / (READING_SHARE[machine.precision] * machine.flops)
    found = situation.train_rows if shown is not None and shown.by_question else 0
    return Cost(
        seconds=OPENING_S + seconds + (reading_s(situation, found + 2 * rows) if found else 0.0),
        peak_bytes=LIBRARIES_BYTES
        + 6.0 * shape.parameters
        + 8.0 * HELD_TOKENS * shape.blocks * shape.width
        + 8.0 * min(SCORES, HELD_TOKENS * shape.vocabulary)
        + 8.0 * (found + situation.predict_rows) * shape.width,
    )


def tokens_of(texts: Sequence[str]) -> float:
    """About how many tokens a text has, on the mean."""
    return sum(map(len, texts)) / max(1, len(texts)) / CHARACTERS_PER_TOKEN + 1.0


def _rows(situation: Situation, shown: Shown | None) -> float:
    return TIMES * situation.predict_rows + (shown.tried_rows if shown else 0.0)


def question_tokens(instruction: str) -> float:
    """About how many tokens stand in a prompt beside its text and what is shown."""
    return len(instruction) / CHARACTERS_PER_TOKEN + AROUND
