"""From texts to read and texts to write to token ids without padding."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from headstart.core.examples import Examples
from headstart.models.subset import subset
from headstart.models.tokenise import token_for_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int
    from numpy import ndarray
    from transformers import PreTrainedTokenizerBase

CHUNK_ROWS = 4096
# Tokens that no text has.
UNCUT = 10_000_000


def tokenise_texts(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
    """Examples of texts to read, special tokens included; each has at least one token.

    Unlike `tokenise` it asks the tokenizer itself, so that those that run in Python alone do as well.

    Args:
        texts: one a row.
        tokenizer: the base's tokenizer.
        max_length: tokens in an example at most; the rest of a text is cut off.
    """
    nothing = [token_for_nothing(tokenizer)]
    ids = [each or nothing for each in _ids(texts, tokenizer, max_length, written=False)]
    tokens, offsets = end_to_end(ids)
    return Examples(tokens=tokens, offsets=offsets, owners=np.arange(len(ids), dtype=np.int64))


def with_targets(
    examples: Examples,
    targets: Sequence[Sequence[str]],
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_length: int,
    end: int | None = None,
) -> Examples:
    """The examples with the tokens to write, each example as often as there are texts to write for it.

    Args:
        examples: one a row.
        targets: texts to write for each row, one at least.
        tokenizer: the base's tokenizer; some of them write by another vocabulary than they read by.
        max_length: tokens to write at most; the rest of a text is cut off.
        end: token by which the model ends a text, put there where the tokenizer leaves it out; that of the
            tokenizer without one.
    """
    end = tokenizer.eos_token_id if end is None else end
    texts = [text for each in targets for text in each]
    ids = [_ended(each, end, max_length) for each in _ids(texts, tokenizer, max_length, written=True)]
    repeated = subset(examples, np.repeat(np.arange(len(examples)), [len(each) for each in targets]))
    tokens, offsets = end_to_end(ids)
    return replace(repeated, targets=tokens, target_offsets=offsets)


def written_lengths(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, *, end: int | None = None
) -> Int[ndarray, " texts"]:
    """Tokens of texts to write, uncut, with the one that ends them.

    Args:
        texts: what is to be written.
        tokenizer: the base's tokenizer.
        end: token by which the model ends a text; that of the tokenizer without one.
    """
    end = tokenizer.eos_token_id if end is None else end
    found = (_ended(each, end, UNCUT) for each in _ids(texts, tokenizer, UNCUT, written=True))
    return np.fromiter(map(len, found), dtype=np.int64, count=len(texts))


def _ended(ids: list[int], end: int | None, max_length: int) -> list[int]:
    # Some tokenizers name the language of a text after its end.
    return ids if end is None or end in ids[-2:] else [*ids[: max_length - 1], end]


def end_to_end(
    ids: Sequence[Sequence[int]],
) -> tuple[Int[ndarray, " total"], Int[ndarray, " texts+1"]]:
    """Token ids one text after the other, and where each of them starts and the last one ends."""
    lengths = np.fromiter(map(len, ids), dtype=np.int64, count=len(ids))
    tokens = np.fromiter(chain.from_iterable(ids), dtype=np.int32, count=int(lengths.sum()))
    return tokens, np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])


def _ids(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, max_length: int, *, written: bool
) -> list[list[int]]:
    found = list[list[int]]()
    for start in range(0, len(texts), CHUNK_ROWS):
        some = list(texts[start : start + CHUNK_ROWS])
        given = {"text_target": some} if written else {"text": some}
        encoded = tokenizer(**given, truncation=True, max_length=max_length, padding=False)
        found += encoded["input_ids"]
    return found
