"""What a base is, told from its small files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from headstart.core.base import BaseInfo, Shape
from headstart.errors import BaseError
from headstart.models.families import FAMILIES, family_of, known_family, listed
from headstart.models.hub import TOKENIZERS
from headstart.models.locate import locate
from headstart.models.weight_files import weight_files

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.models.weight_files import WeightFiles

DEFAULT_MAX_LENGTH = 512
T5_POSITIONS = 512
_WIDTH = ("hidden_size", "d_model", "dim", "n_embd")
_BLOCKS = ("num_hidden_layers", "num_layers", "n_layers", "n_layer", "encoder_layers")
_INNER = ("intermediate_size", "d_ff", "hidden_dim", "n_inner", "encoder_ffn_dim")
_POSITIONS = ("max_position_embeddings", "n_positions")
_POOLINGS = {"mean": "mean", "mean_tokens": "mean", "cls": "cls", "cls_token": "cls", "lasttoken": "last"}


def describe(name: str) -> BaseInfo:
    """A base by its name, read from its configuration and the headers of its files.

    Args:
        name: a name of the catalogue such as `embedded`, a folder, or a name on the Hugging Face hub.

    Raises:
        MissingExtra: the package that carries it is not installed.
        Unreachable: it is not on this computer, and there is no network.
        BaseError: it can't be found, a file is missing or broken, or its architecture is unknown.
    """
    place = locate(name)
    folder = place.folder
    config = _json(folder / "config.json")
    family = known_family(config.get("model_type"), folder)
    weights = weight_files(folder)
    if weights is None and place.revision is None:
        raise BaseError(
            f"{folder} has no weights; it needs model.safetensors (or pytorch_model.bin) beside config.json"
        )
    if not any((folder / each).is_file() for each in TOKENIZERS):
        raise BaseError(
            f"{folder} has no tokenizer; a base needs one of {', '.join(TOKENIZERS)}: copy it there"
        )
    shape = _shape(config, family, weights)
    kind = _kind(config, family, weights)
    return BaseInfo(
        name=name,
        folder=folder,
        revision=place.revision or (weights.fingerprint() if weights else ""),
        family=family,
        kind=kind,
        shape=shape,
        pooling=_pooling(folder) or ("last" if kind == "decoder" else "mean"),
        max_length=_max_length(folder, shape.positions),
    )


def _kind(config: dict[str, Any], family: str, weights: WeightFiles | None) -> str:
    """What it is: of an encoder-decoder there may be the encoder alone."""
    kind = listed(family).kind
    if kind == "encoder-decoder" and weights is not None and weights.shapes:
        return kind if weights.decoder_parameters else "encoder"
    return "decoder" if config.get("is_decoder") and kind == "encoder" else kind


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise BaseError(
            f"{path.parent} has no {path.name}; a base is a folder in the layout of Hugging Face transformers"
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BaseError(f"{path} is not valid JSON ({error}); fetch the base again") from None
    if not isinstance(content, dict):
        raise BaseError(f"{path} holds no JSON object; fetch the base again")
    return content


def _shape(config: dict[str, Any], family: str, weights: WeightFiles | None) -> Shape:
    full = config if _has_all(config, family) else _with_defaults(config)
    width = int(_first(full, _WIDTH))
    counted = weights if weights is not None and weights.shapes else None
    parameters, tables = (
        (counted.parameters, counted.embedding_parameters) if counted else _counted_on_meta(config)
    )
    return Shape(
        blocks=int(_first(full, _BLOCKS)),
        width=width,
        inner=int(_first(full, _INNER) or 4 * width),
        vocabulary=int(full["vocab_size"]),
        positions=_positions(full, family),
        parameters=parameters,
        embedding_parameters=tables,
        decoder_parameters=counted.decoder_parameters if counted else 0,
    )


def _first(config: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((config[key] for key in keys if config.get(key) is not None), None)


def _has_all(config: dict[str, Any], family: str) -> bool:
    needed = (_WIDTH, _BLOCKS, ("vocab_size",), *(() if listed(family).relative else (_POSITIONS,)))
    return all(_first(config, keys) is not None for keys in needed)


def _with_defaults(config: dict[str, Any]) -> dict[str, Any]:
    from transformers import AutoConfig

    settings = {key: value for key, value in config.items() if key != "model_type"}
    return dict(AutoConfig.for_model(config["model_type"], **settings).to_dict())


def _positions(config: dict[str, Any], family: str) -> int:
    if listed(family).relative:
        return int(_first(config, _POSITIONS) or T5_POSITIONS)
    # These families number positions from the padding id on, so the first rows of the table are never read.
    unused = int(config.get("pad_token_id", 1)) + 1 if listed(family).positions_after_padding else 0
    return int(_first(config, _POSITIONS)) - unused


def _pooling(folder: Path) -> str | None:
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        return None
    config = _json(path)
    named = config.get("pooling_mode")
    flags = [
        key.removeprefix("pooling_mode_")
        for key, on in config.items()
        if key.startswith("pooling_mode_") and on is True
    ]
    chosen = [named] if isinstance(named, str) else flags
    return _POOLINGS.get(chosen[0]) if len(chosen) == 1 else None


def _max_length(folder: Path, positions: int) -> int:
    if (folder / "sentence_bert_config.json").is_file():
        stated = _json(folder / "sentence_bert_config.json").get("max_seq_length")
        if isinstance(stated, int):
            return min(stated, positions)
    if (folder / "tokenizer_config.json").is_file():
        stated = _json(folder / "tokenizer_config.json").get("model_max_length")
        if isinstance(stated, int | float):
            positions = min(positions, int(stated))
    return min(DEFAULT_MAX_LENGTH, positions)


def _counted_on_meta(config: dict[str, Any]) -> tuple[int, int]:
    import torch
    import transformers

    settings = {key: value for key, value in config.items() if key != "model_type"}
    full = transformers.AutoConfig.for_model(config["model_type"], **settings)
    build: Any = transformers.AutoModel.from_config
    if config["model_type"] in FAMILIES and (encoder := family_of(config["model_type"]).encoder_class):
        build = getattr(transformers, encoder)
    with torch.device("meta"):
        network = build(full)
    tables = {id(m.weight): m.weight.numel() for m in network.modules() if isinstance(m, torch.nn.Embedding)}
    return sum(p.numel() for p in network.parameters()), sum(tables.values())
