"""Texts as sets of hashed character 5-grams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Int, UInt
    from numpy import ndarray

WIDTH = 5
CHUNK_CHARACTERS = 2_000_000
_PAD = "\n" * (WIDTH - 1)
_MULTIPLIER, _MIXER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFF51AFD7ED558CCD)
_FOLD = np.uint64(32)


@dataclass(frozen=True, kw_only=True, eq=False)
class Shingles:
    """The 5-grams of several texts, end to end; one for each character, the last ones running into padding.

    Args:
        hashes: 32-bit hash of each 5-gram.
        offsets: where each text starts in `hashes`, and where the last one ends.
    """

    hashes: UInt[ndarray, " total"]
    offsets: Int[ndarray, " texts+1"]


def shingles(texts: pl.Series) -> Shingles:
    """The shingles of texts that are not empty."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    joined = (_PAD.join(texts.to_list()) + _PAD).encode("utf-32-le")
    characters = np.frombuffer(joined, dtype=np.uint32)
    rolled = np.zeros(len(characters) - WIDTH + 1, dtype=np.uint64)
    for at in range(WIDTH):
        rolled *= _MULTIPLIER
        rolled += characters[at : at + len(rolled)]
    rolled ^= rolled >> _FOLD
    rolled *= _MIXER
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    # The padding between texts starts no shingle.
    skipped = np.repeat(np.arange(len(lengths)) * (WIDTH - 1), lengths)
    hashes = (rolled[np.arange(offsets[-1]) + skipped] >> _FOLD).astype(np.uint32)
    return Shingles(hashes=hashes, offsets=offsets)


def chunks(lengths: Int[ndarray, " texts"]) -> Iterator[tuple[int, int]]:
    """Bounds of runs of texts with about `CHUNK_CHARACTERS` characters together."""
    ends = np.cumsum(lengths)
    start = 0
    while start < len(lengths):
        before = ends[start - 1] if start else 0
        stop = int(np.searchsorted(ends, before + CHUNK_CHARACTERS, side="right"))
        stop = max(stop, start + 1)
        yield start, stop
        start = stop


def jaccard(
    texts: pl.Series, left: Int[ndarray, " pairs"], right: Int[ndarray, " pairs"]
) -> Iterator[ndarray]:
    """The share of shingles that each pair of texts has in common, chunk by chunk of pairs."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    for start, stop in chunks(lengths[left] + lengths[right]):
        mine, yours = _tagged(texts, left[start:stop]), _tagged(texts, right[start:stop])
        pairs = stop - start
        common = np.intersect1d(mine, yours, assume_unique=True)
        shared, first, second = (
            np.bincount((each >> _FOLD).astype(np.int64), minlength=pairs) for each in (common, mine, yours)
        )
        yield shared / (first + second - shared)


def _tagged(texts: pl.Series, chosen: Int[ndarray, " pairs"]) -> UInt[ndarray, " total"]:
    """Each different shingle of each pair's text, the pair's number in its upper half."""
    found = shingles(texts.gather(pl.Series(chosen)))
    owners = np.repeat(np.arange(len(chosen), dtype=np.uint64), np.diff(found.offsets))
    return np.unique((owners << _FOLD) | found.hashes)
