"""Long texts cut so that what must not be cut, and comes last, still fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.core.rows import TEXT_SEPARATOR
from headstart.models.tokenise import CHARACTERS_PER_TOKEN, backend_ready, knows_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Encoding
    from transformers import PreTrainedTokenizerBase

# Tokens that a tokenizer may make of the line break and where the parts meet.
SEAM = 2
# What comes last gets at most this share of the room; the text keeps the rest.
MOST_SHARE = 0.75
_UNCUT = 1_000_000


def with_tails(
    columns: Sequence[list[str]], tails: Sequence[str], tokenizer: PreTrainedTokenizerBase, *, max_length: int
) -> list[list[str]]:
    """The text columns with a tail on a new line after the last, which is cut where all would not fit.

    Two columns stay a pair where the tokenizer knows pairs; others are joined into one.

    Args:
        columns: one column of texts, or several.
        tails: what comes after each row's texts; nothing where it is empty.
        tokenizer: counts.
        max_length: tokens of all together with the special ones.
    """
    paired = len(columns) == 2 and knows_pairs(tokenizer)
    before = [columns[0]] if paired else []
    heads = columns[1] if paired else [TEXT_SEPARATOR.join(parts) for parts in zip(*columns, strict=True)]
    both = [_joined(head, tail) for head, tail in zip(heads, tails, strict=True)]
    room = max_length - tokenizer.num_special_tokens_to_add(pair=paired)
    # A token is a byte at least, so that short texts need not be counted.
    sizes = [sum(len(text.encode()) for text in row) for row in zip(both, *before, strict=True)]
    long = [place for place, size in enumerate(sizes) if tails[place] and size > room - SEAM]
    if not long:
        return [*before, both]
    limit = CHARACTERS_PER_TOKEN * max_length
    with backend_ready(tokenizer, _UNCUT, windows=False) as backend:

        def counted(texts: Sequence[str]) -> list[Encoding]:
            return list(
                backend.encode_batch([texts[each][:limit] for each in long], add_special_tokens=False)
            )

        first, last = counted(heads), counted(tails)
        # A pair is cut where it is longer, so that its first text never leaves less than half.
        taken = [min(len(each.ids), room // 2) for each in counted(columns[0])] if paired else [0] * len(long)
    for place, head, tail, other in zip(long, first, last, taken, strict=True):
        left = room - SEAM - other - min(len(tail.ids), int(MOST_SHARE * room))
        if len(head.ids) > left:
            end = head.offsets[left - 1][1] if left > 0 else 0
            both[place] = _joined(heads[place][:end], tails[place])
    return [*before, both]


def _joined(head: str, tail: str) -> str:
    return f"{head}{TEXT_SEPARATOR}{tail}" if tail else head
