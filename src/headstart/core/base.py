"""What is known of a pre-trained model before its weights are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The sizes of a backbone, from its configuration.

    Args:
        blocks: number of Transformer blocks.
        width: size of a token state.
        inner: size of the feed-forward layer.
        vocabulary: rows of the embedding table.
        positions: longest input in tokens.
        parameters: all weights, embeddings included.
        embedding_parameters: the weights of the embedding tables alone.
        decoder_parameters: weights of the decoder where there is an encoder too, which `parameters` leaves
            out; 0 where that is not known.
    """

    blocks: int
    width: int
    inner: int
    vocabulary: int
    positions: int
    parameters: int
    embedding_parameters: int
    decoder_parameters: int = 0


@dataclass(frozen=True, kw_only=True)
class BaseInfo:
    """A pre-trained model by name, read from its configuration without its weights.

    Args:
        name: as the user gave it: `embedded`, a folder, or a hub name.
        folder: where its files lie on disk.
        revision: hash that names its exact weights.
        family: `model_type` of its configuration, such as `bert`.
        kind: `encoder`, `decoder` or `encoder-decoder`.
        shape: its sizes.
        pooling: how its token states become one vector: `mean`, `cls` or `last`.
        max_length: tokens it reads at most by default.
    """

    name: str
    folder: Path
    revision: str
    family: str
    kind: str
    shape: Shape
    pooling: str
    max_length: int
