"""MinHash signatures, condensed into the keys of locality-sensitive bands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.data.shingles import chunks, shingles

if TYPE_CHECKING:
    import polars as pl
    from jaxtyping import UInt
    from numpy import ndarray

BANDS, ROWS = 12, 6
_GOLDEN, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_MASK = (1 << 64) - 1


def band_keys(texts: pl.Series) -> UInt[ndarray, "texts bands"]:
    """One key for each band of each text's signature; alike texts are likely to share one.

    Two texts whose shingle sets have the Jaccard similarity s share a key with probability
    1 - (1 - s^6)^12: 0.97 at 0.8, 0.002 at 0.2 (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of
    Massive Datasets, section 3.4.2).

    Args:
        texts: texts that are not empty.
    """
    multipliers, shifts = _constants(BANDS * ROWS)
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    keys = np.empty((len(texts), BANDS), dtype=np.uint64)
    for start, stop in chunks(lengths):
        found = shingles(texts[start:stop])
        for band in range(BANDS):
            key = np.zeros(stop - start, dtype=np.uint64)
            for row in range(band * ROWS, (band + 1) * ROWS):
                hashed = found.hashes * multipliers[row]
                hashed += shifts[row]
                key ^= np.minimum.reduceat(hashed, found.offsets[:-1])
                key *= np.uint64(_SECOND)
                key ^= key >> np.uint64(29)
            keys[start:stop, band] = key
    return keys


def _constants(count: int) -> tuple[UInt[ndarray, " count"], UInt[ndarray, " count"]]:
    """Odd multipliers and shifts, the same on every machine (splitmix64)."""
    drawn = np.array([_splitmix(at) >> 32 for at in range(2 * count)], dtype=np.uint32)
    return drawn[:count] | np.uint32(1), drawn[count:]


def _splitmix(at: int) -> int:
    z = (at + 1) * _GOLDEN & _MASK
    z = (z ^ (z >> 30)) * _FIRST & _MASK
    z = (z ^ (z >> 27)) * _SECOND & _MASK
    return z ^ (z >> 31)
