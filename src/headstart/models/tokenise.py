"""From texts to token ids without padding."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.examples import Examples
from headstart.core.rows import TEXT_SEPARATOR
from headstart.errors import BaseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jaxtyping import Int
    from numpy import ndarray
    from tokenizers import Encoding, Tokenizer
    from transformers import PreTrainedTokenizerBase

CHUNK_ROWS = 4096
CHUNK_CHARACTERS = 4_000_000
# Few tokens are longer, so that the head of a text gives all the tokens that are kept; where it does not
# (long stretches of spaces, words without end), a second look goes further, but not through megabytes.
CHARACTERS_PER_TOKEN = 32
SECOND_LOOK = 2048
OVERLAPS = 4


def tokenise(
    columns: Sequence[list[str]],
    tokenizer: PreTrainedTokenizerBase,
    max_length: int,
    *,
    windows: bool = False,
) -> Examples:
    """Examples of texts, special tokens included; each has at least one token, even for an empty text.

    Args:
        columns: one column of texts; two are encoded as a pair where the tokenizer knows pairs; more
            (or two where it does not) are joined by a line break.
        tokenizer: the base's tokenizer.
        max_length: tokens in an example at most.
        windows: cover a longer text by overlapping examples, all owned by its row, instead of
            cutting it; columns are then always joined.

    Raises:
        BaseError: the tokenizer is not backed by the `tokenizers` library.
    """
    paired = len(columns) == 2 and not windows and knows_pairs(tokenizer)
    texts: list[Any] = list(zip(*columns, strict=True)) if paired else _joined(columns)
    nothing = token_for_nothing(tokenizer)
    typed = paired and "token_type_ids" in tokenizer.model_input_names
    tokens, segments, lengths, owners = [], [], [], []
    with backend_ready(tokenizer, max_length, windows) as backend:
        for start, stop in _chunks(texts):
            encodings, owned = _encode(backend, texts[start:stop], max_length, windows)
            ids = [encoding.ids or [nothing] for encoding in encodings]
            lengths.append(np.fromiter(map(len, ids), dtype=np.int64, count=len(ids)))
            tokens.append(_flat(ids, np.int32))
            owners.append(owned + start)
            if typed:
                segments.append(_flat([encoding.type_ids or [0] for encoding in encodings], np.int8))
    counts = _end_to_end(lengths, np.int64)
    return Examples(
        tokens=_end_to_end(tokens, np.int32),
        offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)]),
        owners=_end_to_end(owners, np.int64),
        segments=_end_to_end(segments, np.int8) if typed else None,
    )


def _joined(columns: Sequence[list[str]]) -> list[str]:
    if len(columns) == 1:
        return list(columns[0])
    return [TEXT_SEPARATOR.join(parts) for parts in zip(*columns, strict=True)]


def knows_pairs(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Whether it marks where the second text of a pair starts."""
    return tokenizer.num_special_tokens_to_add(pair=True) > tokenizer.num_special_tokens_to_add(pair=False)


def token_for_nothing(tokenizer: PreTrainedTokenizerBase) -> int:
    """The token that stands for an empty text where a tokenizer makes none of it."""
    candidates = (
        tokenizer.bos_token_id,
        tokenizer.eos_token_id,
        tokenizer.unk_token_id,
        tokenizer.pad_token_id,
    )
    return next((int(each) for each in candidates if each is not None), 0)


@contextmanager
def backend_ready(tokenizer: PreTrainedTokenizerBase, max_length: int, windows: bool) -> Iterator[Tokenizer]:
    """The backend set to cut and not to pad; its own settings, which are saved with it, come back after.

    Args:
        tokenizer: the base's tokenizer.
        max_length: tokens in an example at most.
        windows: whether what is cut comes as overlapping examples.

    Raises:
        BaseError: the tokenizer is not backed by the `tokenizers` library.
    """
    backend: Tokenizer | None = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise BaseError(
            f"the tokenizer {type(tokenizer).__name__} runs in Python alone; save the base with a "
            "tokenizer.json (a fast tokenizer) and use that folder"
        )
    truncation, padding = backend.truncation, backend.padding
    room = max_length - tokenizer.num_special_tokens_to_add(pair=False)
    stride = room // OVERLAPS if windows else 0
    backend.no_padding()
    backend.enable_truncation(max_length, stride=stride, direction=tokenizer.truncation_side)
    try:
        yield backend
    finally:
        backend.no_truncation()
        if truncation is not None:
            backend.enable_truncation(**truncation)
        if padding is not None:
            backend.enable_padding(**padding)


def _chunks(texts: list[Any]) -> Iterator[tuple[int, int]]:
    """Stretches of texts that bound how much the tokenizer holds at a time."""
    start, held = 0, 0
    for position, text in enumerate(texts):
        held += len(text) if isinstance(text, str) else sum(map(len, text))
        if position + 1 - start >= CHUNK_ROWS or held >= CHUNK_CHARACTERS:
            yield start, position + 1
            start, held = position + 1, 0
    if start < len(texts):
        yield start, len(texts)


def _encode(
    backend: Tokenizer, texts: list[Any], max_length: int, windows: bool
) -> tuple[list[Encoding], Int[ndarray, " examples"]]:
    if windows:
        groups = [[first, *first.overflowing] for first in backend.encode_batch_fast(texts)]
        owners = np.repeat(np.arange(len(groups), dtype=np.int64), [len(group) for group in groups])
        return list(chain.from_iterable(groups)), owners
    limit = CHARACTERS_PER_TOKEN * max_length
    right = backend.truncation is not None and backend.truncation["direction"] == "right"
    heads = [_head(text, limit) for text in texts] if right else texts
    encodings = backend.encode_batch_fast(heads)
    short = [
        position
        for position, (head, text) in enumerate(zip(heads, texts, strict=True))
        if head is not text and len(encodings[position].ids) < max_length
    ]
    longer = [_head(texts[each], SECOND_LOOK * max_length) for each in short]
    for position, encoding in zip(short, backend.encode_batch_fast(longer), strict=True):
        encodings[position] = encoding
    return encodings, np.arange(len(texts), dtype=np.int64)


def _head(text: Any, limit: int) -> Any:
    """The text, or its words within the limit when it is longer."""
    if not isinstance(text, str):
        return tuple(_head(part, limit) for part in text) if max(map(len, text)) > limit else text
    if len(text) <= limit:
        return text
    cut = text[:limit].rstrip()
    words, space, _ = cut.rpartition(" ")
    return words if space else cut


def _flat(ids: list[list[int]], dtype: type[np.integer[Any]]) -> Int[ndarray, " total"]:
    return np.fromiter(chain.from_iterable(ids), dtype=dtype, count=sum(map(len, ids)))


def _end_to_end(parts: list[Int[ndarray, " part"]], dtype: type[np.integer[Any]]) -> Int[ndarray, " total"]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)
