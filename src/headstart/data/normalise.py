"""Texts without what does not tell them apart, and hashes of what is left."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from jaxtyping import UInt
    from numpy import ndarray

_CHUNK_ROWS = 50_000
# What comes before the first combining mark stays as it is.
_COMPOSABLE = "[^\x00-\u02ff]"


def normalise(texts: pl.Series) -> pl.Series:
    """Letters and digits in lower case, one space between words; texts without any stay as they are.

    A letter counts as one however Unicode spells it: NFC, Unicode Standard Annex 15.
    """
    texts = _composed(texts)
    plain = texts.str.to_lowercase().str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars()
    bare = texts.str.strip_chars()
    chosen = (
        pl.when(plain.str.len_bytes() > 0)
        .then(plain)
        .otherwise(pl.when(bare.str.len_bytes() > 0).then(bare).otherwise(pl.lit("\0")))
    )
    return pl.select(chosen.alias(texts.name)).to_series()


def _composed(texts: pl.Series) -> pl.Series:
    # Composing takes longer than all the rest, and few texts need it.
    where = texts.str.contains(_COMPOSABLE).arg_true()
    if not len(where):
        return texts
    return texts.clone().scatter(where, texts.gather(where).str.normalize("NFC"))


def content_hashes(texts: pl.Series) -> UInt[ndarray, " rows"]:
    """A 64-bit hash of each text, the same on every machine and in every version (BLAKE2b)."""
    hashes = np.empty(len(texts), dtype=np.uint64)
    for start in range(0, len(texts), _CHUNK_ROWS):
        part = texts[start : start + _CHUNK_ROWS].to_list()
        digests = b"".join(hashlib.blake2b(each.encode(), digest_size=8).digest() for each in part)
        hashes[start : start + len(part)] = np.frombuffer(digests, dtype="<u8")
    return hashes
