"""Batches in which texts of several classes stand beside others of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

FEWEST_ROWS = 4


def class_batches(
    targets: Int[ndarray, " examples"], *, rows: int, rng: np.random.Generator
) -> list[Int[ndarray, " batch"]]:
    """Positions of the examples of each batch of one pass, in which every example stands at least once.

    Each class is cut into stacks of at least two examples, where it has as many, and the stacks are
    dealt to the batches like cards. A batch holds at least two classes, where there are two: one
    that would hold a frequent class alone gets a stack of another, drawn once more. Memory grows with
    the examples and not with their pairs.

    Args:
        targets: class of each example.
        rows: examples in a batch at most, from 4 on.
        rng: owner of the order.
    """
    classes = np.unique(targets)
    height = max(2, rows // max(2, len(classes)))
    piles = [
        _stacks(rng.permutation(np.flatnonzero(targets == label)), height, rng)
        for label in rng.permutation(classes)
    ]
    if not piles:
        return []
    stacks = [stack for pile in piles for stack in pile]
    pile_of = np.repeat(np.arange(len(piles)), [len(pile) for pile in piles])
    at_once = rows // height
    count = max(-(-len(stacks) // at_once), -(-max(map(len, piles)) // (at_once - 1)))
    batches = []
    for first in rng.permutation(min(count, len(stacks))):
        places = np.arange(first, len(stacks), count)
        if len(np.unique(pile_of[places])) == 1 and len(piles) > 1:
            places = np.append(places, _elsewhere(pile_of, int(pile_of[first]), rng))
        batches.append(np.concatenate([stacks[place] for place in places]))
    return batches


def _stacks(
    members: Int[ndarray, " members"], height: int, rng: np.random.Generator
) -> list[Int[ndarray, " stack"]]:
    """The members in stacks; one that would be left alone gets another beside it."""
    stacks = [members[first : first + height] for first in range(0, len(members), height)]
    if len(stacks) > 1 and len(stacks[-1]) == 1:
        stacks[-1] = np.append(stacks[-1], rng.choice(members[:-1]))
    return stacks


def _elsewhere(pile_of: Int[ndarray, " stacks"], pile: int, rng: np.random.Generator) -> int:
    """Place of a stack of any pile but this one; those of a pile lie side by side."""
    start, stop = np.searchsorted(pile_of, [pile, pile + 1])
    place = int(rng.integers(len(pile_of) - (stop - start)))
    return place if place < start else place + int(stop - start)
