"""A batch of short and long texts, read in parts of like length."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Int
    from numpy import ndarray
    from torch import Tensor

    from headstart.models.batching import Batch

# A part that saves less than this share of the tokens is not worth a pass of its own.
LEAST_SAVED = 0.1
MOST_PARTS = 4


def by_length(batch: Batch, read: Callable[[Batch], Tensor]) -> Tensor:
    """What `read` gives for each text, in the batch's order, though short texts are not padded to long ones.

    Args:
        batch: texts padded on the right.
        read: gives a line for each text of a batch.
    """
    parts = _parts(batch.mask.sum(dim=1).cpu().numpy())
    if len(parts) == 1:
        return read(batch)
    found = torch.cat([read(_some(batch, part)) for part in parts])
    places = torch.from_numpy(np.argsort(np.concatenate(parts), kind="stable"))
    return found[places.to(found.device)]


def _some(batch: Batch, part: Int[ndarray, " part"]) -> Batch:
    """Some texts of a batch, without the padding that none of them needs."""
    index = torch.from_numpy(part).to(batch.tokens.device)
    width = max(1, int(batch.mask[index].sum(dim=1).max()))

    def cut(values: Tensor | None) -> Tensor | None:
        return None if values is None else values[index, :width]

    return replace(
        batch,
        tokens=batch.tokens[index, :width],
        mask=batch.mask[index, :width],
        segments=cut(batch.segments),
        states=cut(batch.states),
        targets=None,
    )


def _parts(lengths: Int[ndarray, " texts"]) -> list[Int[ndarray, " part"]]:
    """Positions of the texts of each part, the longest first, cut where that saves most."""
    parts = [np.argsort(-lengths, kind="stable")]
    least = LEAST_SAVED * len(lengths) * float(lengths.max(initial=1))
    while len(parts) < MOST_PARTS:
        saved = [_best_cut(lengths[part]) for part in parts]
        place = max(range(len(parts)), key=lambda each: saved[each][0])
        gain, cut = saved[place]
        if gain < least:
            break
        parts[place : place + 1] = [parts[place][:cut], parts[place][cut:]]
    return parts


def _best_cut(falling: Int[ndarray, " part"]) -> tuple[float, int]:
    """Tokens of padding that a cut saves, and before which text it is made; lengths fall."""
    if len(falling) < 2:
        return 0.0, 0
    rest = np.arange(len(falling) - 1, 0, -1)
    saved = rest * (falling[0] - falling[1:])
    place = int(saved.argmax())
    return float(saved[place]), place + 1
