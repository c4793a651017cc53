"""From what is known of a base to its network and its tokenizer."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import torch

from headstart.errors import BaseError, MissingExtra, SettingError
from headstart.models.backbone import Backbone
from headstart.models.families import WRITERS, family_of, whole_layout
from headstart.models.goes_on import cant_go_on
from headstart.models.hub import fetch_weights, hub_name
from headstart.models.pinned import check_pinned
from headstart.models.quantised import four_bits, quantised_reasons
from headstart.models.quiet import quiet
from headstart.models.weight_files import weight_files
from headstart.models.writing import forget_last_task

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from headstart.core.base import BaseInfo

# Marian's tokenizer alone still asks for it.
SENTENCEPIECE = "sentencepiece"


def open_backbone(
    info: BaseInfo, *, device: str = "cpu", attention: str = "sdpa", bits: int = 32
) -> Backbone:
    """The network of a base in float32, in evaluation mode, with its tokenizer.

    Args:
        info: what `describe` said.
        device: where the weights go: `cpu`, `cuda` or `mps`.
        attention: `sdpa`, or `eager`, which can be faster for short texts; a family that offers one
            kind alone keeps that.
        bits: of each weight of a linear layer, 32 or 4.

    Raises:
        BaseError: the weights are missing, changed, or do not fit the configuration.
        SettingError: weights of 4 bits can't be had here.
    """
    family = family_of(info.family)
    chosen = attention if attention in family.attentions else family.attentions[0]
    opened = _backbone(info, family.encoder_class or "AutoModel", chosen, _held(info, device, bits))
    return opened.to(device).eval()


def open_causal(info: BaseInfo, *, device: str = "cpu", attention: str = "sdpa", bits: int = 32) -> Backbone:
    """A decoder-only base with the layer that tells the next token, in float32, in evaluation mode.

    Args:
        info: what `describe` said.
        device: where the weights go: `cpu`, `cuda` or `mps`.
        attention: `sdpa` or `eager`; a family that offers one kind alone keeps that.
        bits: of each weight of a linear layer, 32 or 4.

    Raises:
        BaseError: the base is of another kind, or its weights are missing, changed, or do not fit the
            configuration.
        SettingError: weights of 4 bits can't be had here.
    """
    if reason := cant_go_on(info):
        raise BaseError(reason)
    offered = family_of(info.family).attentions
    chosen = attention if attention in offered else offered[0]
    backbone = _backbone(info, "AutoModelForCausalLM", chosen, _held(info, device, bits))
    forget_last_task(backbone.network, pad=backbone.tokenizer.pad_token_id)
    return backbone.to(device).eval()


def open_writer(info: BaseInfo, *, device: str = "cpu", bits: int = 32) -> Backbone:
    """An encoder-decoder as a whole, which writes texts, in float32 and in evaluation mode.

    Args:
        info: what `describe` said.
        device: where the weights go: `cpu`, `cuda` or `mps`.
        bits: of each weight of a linear layer, 32 or 4.

    Raises:
        BaseError: it is no encoder-decoder, or the weights are missing or do not fit the configuration.
        SettingError: weights of 4 bits can't be had here.
    """
    if info.family not in WRITERS:
        raise BaseError(
            f"{info.name} is a {info.family} and writes no texts from texts; name a base of these: "
            f"{', '.join(WRITERS)}"
        )
    folder = _with_weights(info)
    check_pinned(info.name, folder)
    attention = whole_layout(info.family).attentions[0]
    network = _opened(folder, "AutoModelForSeq2SeqLM", attention, _held(info, device, bits))
    tokenizer = open_tokenizer(info)
    forget_last_task(network, pad=tokenizer.pad_token_id)
    return Backbone(info, network, tokenizer).to(device).eval()


def open_tokenizer(info: BaseInfo) -> PreTrainedTokenizerBase:
    """The tokenizer of a base, with a token to pad by.

    Raises:
        BaseError: its files are missing or broken.
        MissingExtra: the package that reads them is not installed.
    """
    from transformers import AutoTokenizer

    try:
        with quiet():
            tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
                info.folder, local_files_only=True, trust_remote_code=False
            )
    except Exception as error:  # the library answers a broken file with errors of every kind
        if SENTENCEPIECE in str(error) and find_spec(SENTENCEPIECE) is None:
            raise MissingExtra(SENTENCEPIECE, "marian") from None
        raise BaseError(
            f"the tokenizer in {info.folder} can't be opened ({_short(error)}); fetch the base again"
        ) from error
    if tokenizer.eos_token_id is None and info.kind == "decoder":
        _name_the_end(tokenizer, info.folder)
    # Padding is masked, so that any token serves that the embedding table has.
    if tokenizer.pad_token_id is None or tokenizer.pad_token_id >= info.shape.vocabulary:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token or tokenizer.convert_ids_to_tokens(0)
    return tokenizer


def _name_the_end(tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Tells a tokenizer that names no end of a text the one that the configuration names first."""
    from transformers import AutoConfig

    with quiet():
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    named = getattr(config, "eos_token_id", None)
    end = named[0] if isinstance(named, list) and named else named
    if isinstance(end, int) and end < len(tokenizer):
        tokenizer.eos_token = tokenizer.convert_ids_to_tokens(end)


def _with_weights(info: BaseInfo) -> Path:
    if weight_files(info.folder) is not None:
        return info.folder
    if hub_name(info.name) is None:
        raise BaseError(f"{info.folder} has no weights; a base needs model.safetensors beside config.json")
    return fetch_weights(info.name, info.revision)


def _held(info: BaseInfo, device: str, bits: int) -> dict[str, Any]:
    """How the library is to hold the weights, where that is otherwise than as they are.

    Raises:
        SettingError: weights of 4 bits can't be had here.
    """
    if bits == 32:
        return {}
    if reasons := quantised_reasons(device, info.family):
        raise SettingError("; ".join(reasons))
    return {"quantization_config": four_bits(), "device_map": {"": device}}


def _backbone(info: BaseInfo, opener: str, attention: str, held: dict[str, Any]) -> Backbone:
    folder = _with_weights(info)
    check_pinned(info.name, folder)
    return Backbone(info, _opened(folder, opener, attention, held), open_tokenizer(info))


def _opened(folder: Path, opener: str, attention: str, held: dict[str, Any]) -> PreTrainedModel:
    import transformers

    try:
        with quiet():
            network, loaded = getattr(transformers, opener).from_pretrained(
                folder,
                dtype=torch.float32,
                attn_implementation=attention,
                local_files_only=True,
                trust_remote_code=False,
                output_loading_info=True,
                ignore_mismatched_sizes=True,
                **held,
            )
    except Exception as error:  # the library answers a broken file with errors of every kind
        raise BaseError(
            f"the weights in {folder} can't be opened ({_short(error)}); fetch the base again"
        ) from error
    return _complete(network, loaded, folder)


def _complete(network: PreTrainedModel, loaded: dict[str, Any], folder: Path) -> PreTrainedModel:
    """The network without the parts that the weights lack; all but a pooler must be there."""
    missing = {name for name in loaded["missing_keys"] if not name.startswith("pooler.")}
    if missing or loaded["mismatched_keys"]:
        named = sorted(missing) or sorted(name for name, *_ in loaded["mismatched_keys"])
        raise BaseError(
            f"the weights in {folder} do not fit its config.json: {len(named)} tensors are missing or of "
            f"another shape, such as {', '.join(named[:3])}; fetch the base again"
        )
    if loaded["missing_keys"]:
        network.register_module("pooler", None)
    return network


def _short(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200] or type(error).__name__
