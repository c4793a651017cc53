"""The weights of a folder as their headers tell them, without reading a tensor."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.errors import BaseError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HEADER_LIMIT_BYTES = 100_000_000
SAMPLE_BYTES = 1 << 16
SAMPLES = 16
_HEADS = re.compile(
    r"(cls|lm_head|classifier|pre_classifier|score|decoder|head|mask_predictions|lm_predictions|qa_outputs"
    r"|discriminator_predictions|generator_predictions|generator_lm_head|vocab_\w+|predictions)\."
)
# The decoder beside an encoder, whatever the model is called; its table of tokens is the encoder's.
_DECODER = re.compile(r"^(model\.)?decoder\.(?!embed_tokens\.|sentence_embedding|bias$|weight$)")
_TABLES = re.compile(r"(?:^|\.)(\w*embeddings|embed_tokens|wte|wpe|shared)\.weight$")


@dataclass(frozen=True, kw_only=True)
class WeightFiles:
    """Weights on disk.

    Args:
        paths: the files, in order.
        shapes: shape of each tensor by name; empty for a format that has no header.
    """

    paths: tuple[Path, ...]
    shapes: Mapping[str, tuple[int, ...]]

    @property
    def parameters(self) -> int:
        """Weights of the backbone, heads left out."""
        return sum(math.prod(shape) for _, shape in self._backbone())

    @property
    def decoder_parameters(self) -> int:
        """Weights of the decoder where there is an encoder too."""
        if not any("encoder." in name for name in self.shapes):
            return 0
        return sum(math.prod(shape) for name, shape in self.shapes.items() if _DECODER.match(name))

    @property
    def embedding_parameters(self) -> int:
        """Weights of the embedding tables, a table that is stored under two names counted once."""
        tables = {
            found[1]: math.prod(shape) for name, shape in self._backbone() if (found := _TABLES.search(name))
        }
        if "shared" in tables:
            tables.pop("embed_tokens", None)
        return sum(tables.values())

    def fingerprint(self) -> str:
        """A hash of the files' sizes and of samples spread over them: names the weights at little cost."""
        digest = hashlib.sha256()
        for path in self.paths:
            size = path.stat().st_size
            digest.update(f"{path.name}:{size};".encode())
            with path.open("rb") as file:
                for sample in range(SAMPLES):
                    file.seek(max(0, (size - SAMPLE_BYTES) * sample // (SAMPLES - 1)))
                    digest.update(file.read(SAMPLE_BYTES))
        return digest.hexdigest()

    def _backbone(self) -> list[tuple[str, tuple[int, ...]]]:
        whole = self.decoder_parameters > 0
        return [
            (name, shape)
            for name, shape in self.shapes.items()
            if not _HEADS.match(name) and not (whole and _DECODER.match(name))
        ]


def weight_files(folder: Path) -> WeightFiles | None:
    """The weights in a folder, or None when it has none.

    Raises:
        BaseError: a file is missing, cut short or not what its name says.
    """
    paths = _paths(folder)
    if not paths:
        return None
    shapes: dict[str, tuple[int, ...]] = {}
    for path in paths:
        if path.suffix == ".safetensors":
            shapes.update(_header(path))
    return WeightFiles(paths=paths, shapes=shapes)


def _paths(folder: Path) -> tuple[Path, ...]:
    for single in ("model.safetensors", "pytorch_model.bin"):
        index = folder / f"{single}.index.json"
        if (folder / single).is_file():
            return (folder / single,)
        if index.is_file():
            return _shards(index)
    return ()


def _shards(index: Path) -> tuple[Path, ...]:
    try:
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (ValueError, KeyError, AttributeError) as error:
        raise BaseError(
            f"{index} is not a valid index of weight files ({error}); fetch the base again"
        ) from None
    missing = [name for name in names if not (index.parent / name).is_file()]
    if missing:
        raise BaseError(
            f"{index.parent} lacks the weight files {', '.join(missing)} that {index.name} names; "
            "fetch the base again"
        )
    return tuple(index.parent / name for name in names)


def _header(path: Path) -> dict[str, tuple[int, ...]]:
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or not 2 <= length <= min(HEADER_LIMIT_BYTES, size - 8):
            raise BaseError(
                f"{path} is cut short or is no safetensors file ({size} bytes); fetch the base again"
            )
        raw = file.read(length)
    try:
        tensors = {name: entry for name, entry in json.loads(raw).items() if name != "__metadata__"}
        end = max((entry["data_offsets"][1] for entry in tensors.values()), default=0)
        # Some files keep tables of positions, as whole numbers, which are no weights.
        shapes = {name: tuple(entry["shape"]) for name, entry in tensors.items() if "F" in entry["dtype"]}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BaseError(f"{path} has a broken header; fetch the base again") from None
    if size != 8 + length + end:
        raise BaseError(
            f"{path} has {size} bytes where its header asks for {8 + length + end}; "
            "it was cut short: fetch the base again"
        )
    return shapes
