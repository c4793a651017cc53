"""Pooled states of a frozen backbone, computed once."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.core.context import Progress, silent
from headstart.models.batching import collate, token_batches
from headstart.models.cache import Cache
from headstart.models.fingerprint import fingerprint
from headstart.models.half import in_bfloat16
from headstart.models.pooling import pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.examples import Examples
    from headstart.models.backbone import Backbone

BUDGET_TOKENS = {"cpu": 4096, "cuda": 65536, "mps": 16384}
FORMAT = 1
KEY_BYTES = 16


def pooled_features(
    backbone: Backbone,
    examples: Examples,
    *,
    how: str,
    precision: str,
    cache: Path | None,
    progress: Progress | None = None,
) -> Float[ndarray, "examples width"]:
    """One vector for each example, in order, in float32; dropout is off.

    Args:
        backbone: the network; its weights as they are now count.
        examples: tokenised texts.
        how: `mean`, `cls` or `last`.
        precision: `bfloat16` or `float32`, of the computation.
        cache: folder that keeps vectors between calls, runs and processes, or None to keep nothing.
        progress: called with the share that is done.
    """
    report = progress or silent
    if cache is None:
        return _compute(backbone, examples, np.arange(len(examples)), how, precision, report)
    store, group = Cache.within(cache), _group(backbone, how, precision)
    keys = _keys(examples)
    features = np.zeros((len(examples), backbone.info.shape.width), dtype=np.float32)
    found = _recall(store, group, keys, features)
    missing = np.flatnonzero(~found)
    if len(missing):
        _, first, same = np.unique(_names(keys[missing]), return_index=True, return_inverse=True)
        computed = _compute(backbone, examples, missing[first], how, precision, report)
        store.add(group, {"keys": keys[missing[first]], "features": computed})
        features[missing] = computed[same]
    report(1.0)
    return features


def _group(backbone: Backbone, how: str, precision: str) -> str:
    parts = (FORMAT, fingerprint(backbone), how, precision, backbone.attention)
    return hashlib.blake2b(repr(parts).encode(), digest_size=KEY_BYTES).hexdigest()


def _keys(examples: Examples) -> Int[ndarray, "examples 16"]:
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


def _recall(
    store: Cache, group: str, keys: Int[ndarray, "examples 16"], features: Float[ndarray, "examples width"]
) -> Int[ndarray, " examples"]:
    """Fills in the vectors that are kept and says which they are."""
    wanted, found = _names(keys), np.zeros(len(keys), dtype=bool)
    for entry in store.group(group):
        kept = _names(np.ascontiguousarray(entry["keys"]))
        if not len(kept) or entry["features"].shape[1:] != features.shape[1:]:
            continue
        order = np.argsort(kept)
        place = order[np.searchsorted(kept, wanted, sorter=order).clip(max=len(kept) - 1)]
        hit = (kept[place] == wanted) & ~found
        features[hit] = entry["features"][place[hit]]
        found |= hit
        if found.all():
            break
    return found


def _names(keys: Int[ndarray, "examples 16"]) -> Int[ndarray, " examples"]:
    """Keys as single values that sort and compare whole."""
    return keys.view(np.dtype([("high", ">u8"), ("low", ">u8")])).reshape(-1)


def _compute(
    backbone: Backbone,
    examples: Examples,
    chosen: Int[ndarray, " chosen"],
    how: str,
    precision: str,
    report: Progress,
) -> Float[ndarray, "chosen width"]:
    features = np.zeros((len(chosen), backbone.info.shape.width), dtype=np.float32)
    lengths = examples.lengths[chosen]
    total, done = max(1, int(lengths.sum())), 0
    pad = backbone.tokenizer.pad_token_id or 0
    with _inferring(backbone, precision) as ready:
        device = next(ready.parameters()).device
        for batch in token_batches(lengths, budget=BUDGET_TOKENS.get(device.type, 4096)):
            inputs = collate(examples, chosen[batch], pad=pad).to(device)
            states = ready(inputs.tokens, inputs.mask, inputs.segments)
            features[batch] = pool(states.float(), inputs.mask, how).cpu().numpy()
            done += int(lengths[batch].sum())
            report(done / total)
    return features


@contextmanager
def _inferring(backbone: Backbone, precision: str) -> Iterator[Backbone]:
    """The backbone without dropout and gradients; in bfloat16 a copy, so that its weights stay."""
    training = backbone.training
    backbone.eval()
    try:
        with torch.inference_mode():
            yield in_bfloat16(backbone) if precision == "bfloat16" else backbone
    finally:
        backbone.train(training)
