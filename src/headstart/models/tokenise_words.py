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


def tokenise_words(
    texts: Sequence[str],
    spans: Sequence[Sequence[tuple[int, int]]],
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_length: int,
    windows: bool = False,
) -> Examples:
    """Examples of texts, special tokens included, with the word that each token begins.

    A word is told by its first token (Devlin et al. 2019, section 5.3). The text is read as it runs, so
    that any tokenizer sees the spaces it was trained with; offsets say where its tokens stand.

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
    tokens, words, lengths, owners = list[int](), list[int](), list[int](), list[int]()
    with backend_ready(tokenizer, max_length, windows) as backend:
        for first in range(0, len(texts), CHUNK_ROWS):
            some = list(texts[first : first + CHUNK_ROWS])
            for place, encoding in enumerate(backend.encode_batch(some), first):
                starts = {start: word for word, (start, _) in reversed(list(enumerate(spans[place])))}
                for each in (encoding, *(encoding.overflowing if windows else ())):
                    ids = each.ids or [nothing]
                    tokens += ids
                    words += _begun(each, starts) if each.ids else [-1]
                    lengths.append(len(ids))
                    owners.append(place)
    flat = [span for row in spans for span in row]
    return Examples(
        tokens=np.asarray(tokens, dtype=np.int32),
        offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)]),
        owners=np.asarray(owners, dtype=np.int64),
        words=np.asarray(words, dtype=np.int64),
        sizes=np.asarray([len(row) for row in spans], dtype=np.int64),
        spans=np.asarray(flat, dtype=np.int64).reshape(-1, 2),
    )


def _begun(encoding: Encoding, starts: dict[int, int]) -> list[int]:
    """The word that each token begins, -1 where it begins none: it covers the word's first character."""
    found = []
    for (start, stop), special in zip(encoding.offsets, encoding.special_tokens_mask, strict=True):
        here = (starts[at] for at in range(start, stop) if at in starts)
        found.append(-1 if special else next(here, -1))
    return found
