"""From texts with known words to token ids, and which token begins which word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.examples import Examples
from headstart.models.tokenise import backend_ready, token_for_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Encoding
    from transformers import PreTrainedTokenizerBase

CHUNK_ROWS = 1024
# The word that begins within a token, and the number of words that do, where none does.
NONE = -1, 0


def tokenise_words(
    texts: Sequence[str],
    spans: Sequence[Sequence[tuple[int, int]]],
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_length: int,
    windows: bool = False,
) -> Examples:
    """Examples of texts, special tokens included, with the words that begin within each token.

    A word is told by its first token (Devlin et al. 2019, section 5.3), which may be that of other words
    too. The text is read as it runs, so that any tokenizer sees the spaces it was trained with; offsets say
    where its tokens stand.

    Args:
        texts: the texts.
        spans: where the words of each start and end.
        tokenizer: the base's tokenizer.
        max_length: tokens in an example at most; words beyond it are cut off.
        windows: cover a longer text by overlapping examples, all owned by its row, instead.

    Raises:
        BaseError: the tokenizer is not backed by the `tokenizers` library.
    """
    nothing = token_for_nothing(tokenizer)
    tokens, words, lengths, owners = list[int](), list[tuple[int, int]](), list[int](), list[int]()
    with backend_ready(tokenizer, max_length, windows) as backend:
        for first in range(0, len(texts), CHUNK_ROWS):
            some = list(texts[first : first + CHUNK_ROWS])
            for place, encoding in enumerate(backend.encode_batch(some), first):
                pieces = [encoding, *(encoding.overflowing if windows else ())]
                beginnings = _beginnings(pieces, spans[place])
                for each in pieces:
                    ids = each.ids or [nothing]
                    tokens += ids
                    words += _begun(each, beginnings) if each.ids else [NONE]
                    lengths.append(len(ids))
                    owners.append(place)
    begun = np.asarray(words, dtype=np.int64).reshape(-1, 2)
    flat = [span for row in spans for span in row]
    return Examples(
        tokens=np.asarray(tokens, dtype=np.int32),
        offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)]),
        owners=np.asarray(owners, dtype=np.int64),
        words=begun[:, 0],
        counts=begun[:, 1],
        sizes=np.asarray([len(row) for row in spans], dtype=np.int64),
        spans=np.asarray(flat, dtype=np.int64).reshape(-1, 2),
    )


def _beginnings(pieces: Sequence[Encoding], spans: Sequence[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """By where a token starts, the first of the words that begin within it, and how many do.

    The first token of a word is the first that reaches into it: what a tokenizer leaves out, such as a mark
    of direction, may stand before it.
    """
    places = (
        offsets
        for each in pieces
        for offsets, special in zip(each.offsets, each.special_tokens_mask, strict=True)
        if not special and offsets[0] < offsets[1]
    )
    tokens, found, at = sorted(set(places)), dict[int, tuple[int, int]](), 0
    for word, (low, high) in enumerate(spans):
        while at < len(tokens) and tokens[at][1] <= low:
            at += 1
        if at < len(tokens) and tokens[at][0] < high:
            first, count = found.get(tokens[at][0], (word, 0))
            found[tokens[at][0]] = first, count + 1
    return found


def _begun(encoding: Encoding, beginnings: dict[int, tuple[int, int]]) -> list[tuple[int, int]]:
    """The first of the words that begin within each token, and how many do."""
    found, before = list[tuple[int, int]](), -1
    for (start, stop), special in zip(encoding.offsets, encoding.special_tokens_mask, strict=True):
        # Of tokens that are parts of one character the first alone begins a word.
        real = not special and start < stop
        found.append(beginnings.get(start, NONE) if real and start != before else NONE)
        before = start if real else before
    return found
