"""Pooled states of a frozen backbone, computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.context import Progress, silent
from headstart.models.batching import collate
from headstart.models.cache import Cache
from headstart.models.every_cut import every_cut
from headstart.models.example_keys import as_names, example_keys, group_key
from headstart.models.fingerprint import fingerprints
from headstart.models.finished_states import FinishedStates
from headstart.models.inference import inferring, reading_batches
from headstart.models.pooling import pool
from headstart.models.states import kept_states
from headstart.models.subset import subset
from headstart.models.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jaxtyping import Float, Int, UInt8
    from numpy import ndarray
    from torch import Tensor

    from headstart.core.examples import Examples
    from headstart.models.backbone import Backbone
    from headstart.models.batching import Batch

FORMAT = 2
LARGEST = float(np.finfo(np.float16).max)


def pooled_features(
    backbone: Backbone,
    examples: Examples,
    *,
    how: str,
    precision: str,
    cache: Path | None,
    progress: Progress | None = None,
) -> Float[ndarray, "examples width"]:
    """One vector for each example from the whole backbone, in order, in float32; dropout is off.

    Args:
        backbone: the network; its weights as they are now count.
        examples: tokenised texts.
        how: `mean`, `cls` or `last`.
        precision: `bfloat16` or `float32`, of the computation.
        cache: folder that keeps vectors between calls, runs and processes, or None to keep nothing.
        progress: called with the share that is done.
    """
    view = View(cut=backbone.depth, pooling=how)
    found = pooled_views(backbone, examples, [view], precision=precision, cache=cache, progress=progress)
    return found[view].astype(np.float32, copy=False)


def pooled_views(
    backbone: Backbone,
    examples: Examples,
    views: Sequence[View],
    *,
    precision: str,
    cache: Path | None,
    progress: Progress | None = None,
) -> dict[View, Float[ndarray, "examples width"]]:
    """One vector for each example and view, in order, from one pass over the texts, or from kept states.

    A bfloat16 computation is kept in float16, which is the finer of the two and half of float32.

    Args:
        backbone: the network; its weights up to each cut and in the last norm, as they are now, count.
        examples: tokenised texts.
        views: what is wanted.
        precision: `bfloat16` or `float32`, of the computation.
        cache: folder that keeps vectors between calls, runs and processes, or None to keep nothing.
        progress: called with the share that is done.
    """
    report = progress or silent
    keys = example_keys(examples)
    kind = np.float16 if precision == "bfloat16" else np.float32
    shape = (len(keys), backbone.info.shape.width)
    features = {view: np.zeros(shape, dtype=kind) for view in views}
    store = None if cache is None else Cache.within(cache)
    groups = {} if store is None else _groups(backbone, views, precision)
    missing = np.zeros(len(keys), dtype=bool)
    lacking = []
    for view in views:
        found = np.zeros(len(keys), dtype=bool)
        if store is not None:
            found = _recall(store, groups[view], keys, features[view])
        if not found.all():
            lacking.append(view)
        missing |= ~found
    if lacking:
        _, first, same = np.unique(as_names(keys[missing]), return_index=True, return_inverse=True)
        chosen = np.flatnonzero(missing)[first]
        computed = _derived(backbone, examples, chosen, lacking, precision, cache, report)
        for view, values in computed.items():
            features[view][missing] = values[same]
            if store is not None:
                store.add(groups[view], {"keys": keys[chosen], "features": values})
    report(1.0)
    return features


def _groups(backbone: Backbone, views: Sequence[View], precision: str) -> dict[View, str]:
    ends = fingerprints(backbone)
    return {
        view: group_key("pooled", FORMAT, ends[view.cut], view.pooling, precision, backbone.attention)
        for view in views
    }


def _recall(
    store: Cache, group: str, keys: UInt8[ndarray, "examples 16"], features: Float[ndarray, "examples width"]
) -> Int[ndarray, " examples"]:
    """Fills in the vectors that are kept and says which they are."""
    wanted, found = as_names(keys), np.zeros(len(keys), dtype=bool)
    for entry in store.group(group):
        kept = as_names(entry["keys"])
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


def _derived(
    backbone: Backbone,
    examples: Examples,
    chosen: Int[ndarray, " chosen"],
    views: Sequence[View],
    precision: str,
    cache: Path | None,
    report: Progress,
) -> Mapping[View, Float[ndarray, "chosen width"]]:
    """Vectors from the token states that are kept, and of texts without any from one more pass over them.

    Below the last block a norm would have to be computed again, in float32: only what was kept so gives the
    same once more.
    """
    if cache is None or (precision != "float32" and any(view.cut < backbone.depth for view in views)):
        return _compute(backbone, examples, chosen, views, precision, report)
    cuts = [view.cut for view in views]
    some = subset(examples, chosen)
    kept, states = kept_states(backbone, some, cuts=cuts, precision=precision, cache=cache)
    if not kept.any():
        return _compute(backbone, examples, chosen, views, precision, report)
    rest = {} if kept.all() else _compute(backbone, examples, chosen[~kept], views, precision, report)
    found = {}
    for view in views:
        values = FinishedStates(states=states[view.cut], backbone=backbone).pooled(view.pooling)
        kind = np.float16 if precision == "bfloat16" else np.float32
        found[view] = np.zeros((len(chosen), values.shape[1]), dtype=kind)
        found[view][kept] = values.clip(-LARGEST, LARGEST)
        if rest:
            found[view][~kept] = rest[view]
    return found


def _compute(
    backbone: Backbone,
    examples: Examples,
    chosen: Int[ndarray, " chosen"],
    views: Sequence[View],
    precision: str,
    report: Progress,
) -> Mapping[View, Float[ndarray, "chosen width"]]:
    kind = np.float16 if precision == "bfloat16" else np.float32
    features = {view: np.zeros((len(chosen), backbone.info.shape.width), dtype=kind) for view in views}
    lengths = examples.lengths[chosen]
    total, done = max(1, int(lengths.sum())), 0
    pad = backbone.tokenizer.pad_token_id or 0
    with inferring(backbone, precision) as ready:
        device = next(ready.parameters()).device
        for batch in reading_batches(lengths, device):
            inputs = collate(examples, chosen[batch], pad=pad).to(device)
            for view, vectors in _pooled(ready, inputs, views).items():
                features[view][batch] = vectors.clamp(-LARGEST, LARGEST).cpu().numpy()
            done += int(lengths[batch].sum())
            report(done / total)
    return features


def _pooled(
    backbone: Backbone, inputs: Batch, views: Sequence[View]
) -> dict[View, Float[Tensor, "batch width"]]:
    found = {}
    for cut, states in enumerate(every_cut(backbone, inputs, until=max(view.cut for view in views))):
        for view in views:
            if view.cut == cut:
                exact = states.float() if view.pooling == "mean" else states
                found[view] = pool(exact, inputs.mask, view.pooling).float()
    return found
