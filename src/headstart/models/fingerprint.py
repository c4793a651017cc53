"""A name for the weights as they are now."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor

    from headstart.models.backbone import Backbone

_NOT_COMPUTED_WITH = ("_name_or_path", "transformers_version", "architectures", "dtype", "torch_dtype")


def fingerprint(backbone: Backbone, *, until: int | None = None) -> str:
    """A hash of the current weights up to a cut, and of the configuration by which they compute.

    Args:
        backbone: the network.
        until: number of blocks to count in; all of them, and the last norm, by default.
    """
    end = backbone.depth if until is None else until
    digest = _started(backbone)
    for index in range(end):
        _feed(digest, backbone.block_parameters(index))
    if end == backbone.depth:
        _feed(digest, backbone.final_parameters())
    return digest.hexdigest()


def fingerprints(backbone: Backbone) -> tuple[str, ...]:
    """By number of blocks, a hash of the network that ends after them with its last norm."""
    digest, found = _started(backbone), []
    for index in range(backbone.depth + 1):
        ended = digest.copy()
        _feed(ended, backbone.final_parameters())
        found.append(ended.hexdigest())
        if index < backbone.depth:
            _feed(digest, backbone.block_parameters(index))
    return tuple(found)


def _started(backbone: Backbone) -> hashlib.blake2b:
    config = {
        key: value
        for key, value in backbone.network.config.to_dict().items()
        if key not in _NOT_COMPUTED_WITH
    }
    digest = hashlib.blake2b(json.dumps(config, sort_keys=True, default=str).encode(), digest_size=20)
    _feed(digest, backbone.embedding_parameters())
    return digest


def _feed(digest: hashlib.blake2b, tensors: Iterable[Tensor]) -> None:
    for tensor in tensors:
        digest.update(f"{tensor.dtype}{tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().contiguous().cpu().view(-1).view(torch.uint8).numpy().data)
