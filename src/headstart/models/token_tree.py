"""Sequences of tokens that begin alike, as one tree that is read in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Int
    from numpy import ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class TokenTree:
    """Tokens in the order of a walk that follows each branch to its end before the next one.

    A token sees itself and those on its way from the root, as if its way stood alone (tree attention:
    Miao et al. 2024, "SpecInfer", section 4.2).

    Args:
        tokens: the ids.
        depths: how many tokens stand before each on its way.
        ends: place after the last token that has each on its way.
    """

    tokens: Int[ndarray, " nodes"]
    depths: Int[ndarray, " nodes"]
    ends: Int[ndarray, " nodes"]

    def __len__(self) -> int:
        return len(self.tokens)

    @classmethod
    def grown(cls, stem: Sequence[int], branches: Sequence[TokenTree] = ()) -> Self:
        """A chain of tokens with trees under its last one."""
        places = np.cumsum([len(stem), *map(len, branches)])
        chain = np.arange(len(stem), dtype=np.int64)
        return cls(
            tokens=np.concatenate([np.asarray(stem, dtype=np.int64), *(each.tokens for each in branches)]),
            depths=np.concatenate([chain, *(each.depths + len(stem) for each in branches)]),
            ends=np.concatenate(
                [
                    np.full(len(stem), places[-1]),
                    *(each.ends + place for each, place in zip(branches, places[:-1], strict=True)),
                ]
            ).astype(np.int64),
        )

    @property
    def seen(self) -> Bool[ndarray, "nodes nodes"]:
        """Whether the token of each line sees the token of each column."""
        places = np.arange(len(self))
        return np.asarray((places <= places[:, None]) & (places[:, None] < self.ends))


@dataclass(frozen=True, kw_only=True, eq=False)
class Continuations:
    """Ways to go on, as the tree of all their tokens but each one's last, which nothing follows.

    Args:
        tree: the tokens that something follows.
        owners: the continuation that each step belongs to.
        before: for each step, the place in the tree of the token that it is told after; -1 for what stands
            before the tree.
        after: the token of each step.
        lengths: tokens of each continuation.
    """

    tree: TokenTree
    owners: Int[ndarray, " steps"]
    before: Int[ndarray, " steps"]
    after: Int[ndarray, " steps"]
    lengths: Int[ndarray, " continuations"]

    @classmethod
    def of(cls, sequences: Sequence[Sequence[int]]) -> Self:
        """The tree of these sequences, each of a token or more; beginnings that they share stand once."""
        begun = sorted({tuple(each[:size]) for each in sequences for size in range(1, len(each))})
        place = {tuple[int, ...](): -1, **{each: number for number, each in enumerate(begun)}}
        steps = [
            (owner, place[tuple(each[:size])], each[size])
            for owner, each in enumerate(sequences)
            for size in range(len(each))
        ]
        owners, before, after = np.asarray(steps, dtype=np.int64).reshape(-1, 3).T
        return cls(
            tree=TokenTree(
                tokens=np.array([each[-1] for each in begun], dtype=np.int64),
                depths=np.array([len(each) - 1 for each in begun], dtype=np.int64),
                ends=np.array([_end(begun, number) for number in range(len(begun))], dtype=np.int64),
            ),
            owners=owners,
            before=before,
            after=after,
            lengths=np.array([len(each) for each in sequences], dtype=np.int64),
        )


def _end(begun: Sequence[tuple[int, ...]], number: int) -> int:
    """The place of the first beginning after this one that does not go on from it."""
    own = begun[number]
    later = range(number + 1, len(begun))
    return next((each for each in later if begun[each][: len(own)] != own), len(begun))
