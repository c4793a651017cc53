"""Stretches of words that tags mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

OUTSIDE = "O"
_FIRST, _LAST = frozenset("BUS"), frozenset("LEUS")


class Entity(NamedTuple):
    """One stretch.

    Args:
        kind: what it is.
        start: its first word.
        stop: the word after its last.
    """

    kind: str
    start: int
    stop: int


def entities(tags: Sequence[str]) -> list[Entity]:
    """The stretches that tags of the schemes IOB1, BIO, BILOU, BIOES or BMES mark, broken ones mended.

    By the rules of the CoNLL-2000 scorer: a stretch begins where a tag says so, and also where one goes
    on that has not begun, after another kind or after a stretch that was closed.
    """
    found = list[Entity]()
    before, kind = OUTSIDE, ""
    for place, tag in enumerate(tags):
        prefix, _, mine = tag.partition("-")
        if prefix == OUTSIDE:
            before, kind = OUTSIDE, ""
            continue
        if prefix in _FIRST or before == OUTSIDE or mine != kind or before in _LAST:
            found.append(Entity(mine, place, place + 1))
        else:
            found[-1] = found[-1]._replace(stop=place + 1)
        before, kind = prefix, mine
    return found


def as_bio(found: Sequence[Entity], words: int) -> list[str]:
    """Tags of the scheme BIO for stretches that do not overlap."""
    tags = [OUTSIDE] * words
    for each in found:
        tags[each.start] = f"B-{each.kind}"
        tags[each.start + 1 : each.stop] = [f"I-{each.kind}"] * (each.stop - each.start - 1)
    return tags
