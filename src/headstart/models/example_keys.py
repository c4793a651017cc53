"""Names for what is kept of an example, by its content."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int, UInt8
    from numpy import ndarray

    from headstart.core.examples import Examples

KEY_BYTES = 16


def example_keys(examples: Examples) -> UInt8[ndarray, "examples 16"]:
    """A hash of the tokens and segments of each example."""
    tokens = np.ascontiguousarray(examples.tokens, dtype=np.int64)
    segments = None if examples.segments is None else np.ascontiguousarray(examples.segments, dtype=np.int8)
    keys = bytearray()
    for start, stop in zip(examples.offsets[:-1].tolist(), examples.offsets[1:].tolist(), strict=True):
        digest = hashlib.blake2b(tokens[start:stop].data, digest_size=KEY_BYTES)
        # Segments that are all zero are what a base assumes when it is given none.
        if segments is not None and segments[start:stop].any():
            digest.update(segments[start:stop].data)
        keys += digest.digest()
    return np.frombuffer(bytes(keys), dtype=np.uint8).reshape(-1, KEY_BYTES)


def as_names(keys: UInt8[ndarray, "examples 16"]) -> Int[ndarray, " examples"]:
    """Keys as single values that sort and compare whole."""
    return np.ascontiguousarray(keys).view(np.dtype([("high", ">u8"), ("low", ">u8")])).reshape(-1)


def group_key(*parts: object) -> str:
    """A folder name for all that decides a computation beside the example."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=KEY_BYTES).hexdigest()
