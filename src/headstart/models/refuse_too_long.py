"""Targets that are longer than a base can write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.errors import DataError
from headstart.models.tokenise_texts import written_lengths
from headstart.wording import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.base import BaseInfo

SHOWN = 3
# No token stands for less than a byte; beside them there may be one mark at either end.
MARKS = 2


def refuse_too_long(
    info: BaseInfo, parts: Mapping[str, tuple[Sequence[int], Sequence[Sequence[str]]]]
) -> None:
    """Makes sure that a base can write every target whole.

    Args:
        info: the base, with as many positions as are left for a text.
        parts: row numbers and the texts to write for each row, by part.

    Raises:
        BaseError: the tokenizer is missing.
        DataError: one can't be written whole; the message names its row.
    """
    limit = info.shape.positions
    named = [
        (number, part, text)
        for part, (numbers, targets) in parts.items()
        for number, texts in zip(numbers, targets, strict=True)
        for text in texts
        if len(text.encode("utf-8", "replace")) + MARKS > limit
    ]
    if not named:
        return
    # torch takes seconds to import, and mostly all targets are short.
    from headstart.models.open_base import open_tokenizer

    lengths = written_lengths([text for _, _, text in named], open_tokenizer(info)).tolist()
    over = [
        (number, part, length)
        for (number, part, _), length in zip(named, lengths, strict=True)
        if length > limit
    ]
    if not over:
        return
    said = "; ".join(f"row {number} ({part}) has {length} tokens" for number, part, length in over[:SHOWN])
    more = f"; and {len(over) - SHOWN:,} more" if len(over) > SHOWN else ""
    are = count(len(over), "target is", "targets are")
    raise DataError(
        f"{are} longer than the {limit} tokens that {info.name} can write: {said}{more}; shorten or remove "
        "those rows, or name a base that writes more with --base"
    )
