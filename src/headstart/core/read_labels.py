"""Which labels a list in words names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headstart.core.read_label import named_within, plain
from headstart.core.terms import as_term

if TYPE_CHECKING:
    from collections.abc import Sequence

# What parts the labels of a list, in Chinese and Japanese too; and what stands for it.
_BETWEEN = re.compile("[,;\n\N{FULLWIDTH COMMA}\N{FULLWIDTH SEMICOLON}\N{IDEOGRAPHIC COMMA}]")
_PARTED = " \1 "


def read_labels(answer: str, labels: Sequence[str], *, none: str) -> tuple[int, ...] | None:
    """The places of the labels that an answer names, in their order; None where it can't be read.

    Commas, semicolons and lines part one label from the next; case and other marks don't count. Labels count
    that stand in the answer as words of their own, longer ones first, so that `not urgent` names no
    `urgent`; none of them reaches from one part of the list into the next, unless it holds what parts them
    itself. An answer that names no label names none of them where it says so, and can't be read otherwise.

    Args:
        answer: what was written.
        labels: the words of each label. Those that differ in marks alone can't be told apart, and are never
            named.
        none: what is said where no label fits.
    """
    said, known = _parted(answer), [_parted(each) for each in labels]
    named = named_within(said, known)
    places = tuple(place for place, each in enumerate(known) if each in named and known.count(each) == 1)
    if places:
        return places
    return () if not named and re.search(as_term(plain(none)), said) else None


def _parted(text: str) -> str:
    """Its parts in plain words, with a mark between two of them."""
    parts = (plain(each) for each in _BETWEEN.split(text))
    return _PARTED.join(each for each in parts if each)
