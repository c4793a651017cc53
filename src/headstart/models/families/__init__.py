"""The architectures that are known, by the `model_type` of their configuration."""

from __future__ import annotations

import difflib
import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headstart.errors import BaseError

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.models.families.family import Family
    from headstart.models.families.layout import Layout, Network


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What is known of a family without loading it.

    Args:
        adapter: module and class that know where its parts lie.
        kind: `encoder`, `decoder` or `encoder-decoder`.
        relative: whether it has no table of positions; its configuration may then state no limit.
        positions_after_padding: whether it numbers positions from the padding id on.
    """

    adapter: str
    kind: str = "encoder"
    relative: bool = False
    positions_after_padding: bool = False


# Those whose encoder or decoder can be cut between any two blocks.
FAMILIES = {
    "bert": Listed(adapter="bert:Bert"),
    "camembert": Listed(adapter="bert:Bert", positions_after_padding=True),
    "deberta-v2": Listed(adapter="deberta:Deberta"),
    "distilbert": Listed(adapter="bert:DistilBert"),
    "electra": Listed(adapter="bert:Bert"),
    "gemma": Listed(adapter="llama:Llama", kind="decoder"),
    "gemma2": Listed(adapter="gemma:Gemma2", kind="decoder"),
    "gpt2": Listed(adapter="gpt2:Gpt2", kind="decoder"),
    "llama": Listed(adapter="llama:Llama", kind="decoder"),
    "mistral": Listed(adapter="llama:Llama", kind="decoder"),
    "modernbert": Listed(adapter="modernbert:ModernBert"),
    "mpnet": Listed(adapter="mpnet:Mpnet", positions_after_padding=True),
    "qwen2": Listed(adapter="llama:Llama", kind="decoder"),
    "qwen3": Listed(adapter="llama:Llama", kind="decoder"),
    "roberta": Listed(adapter="bert:Bert", positions_after_padding=True),
    "t5": Listed(adapter="t5:T5", kind="encoder-decoder", relative=True),
    "xlm-roberta": Listed(adapter="bert:Bert", positions_after_padding=True),
}

# Those that read one text and write another, opened as a whole.
WRITERS = {
    "bart": Listed(adapter="whole:WholeBart", kind="encoder-decoder"),
    "marian": Listed(adapter="whole:WholeBart", kind="encoder-decoder"),
    "mbart": Listed(adapter="whole:WholeBart", kind="encoder-decoder"),
    "mt5": Listed(adapter="whole:WholeT5", kind="encoder-decoder", relative=True),
    "pegasus": Listed(adapter="whole:WholeBart", kind="encoder-decoder"),
    "t5": Listed(adapter="whole:WholeT5", kind="encoder-decoder", relative=True),
}


def listed(family: str) -> Listed:
    """What is known of a family."""
    return FAMILIES.get(family) or WRITERS[family]


def known_family(model_type: object, folder: Path) -> str:
    """The family that a configuration names.

    Raises:
        BaseError: it names none, or one that can't be cut into blocks here.
    """
    every = sorted({*FAMILIES, *WRITERS})
    known = ", ".join(every)
    if not isinstance(model_type, str):
        raise BaseError(f"{folder / 'config.json'} has no model_type; these work: {known}")
    if model_type not in every:
        near = difflib.get_close_matches(model_type, every, n=1)
        hint = f"the nearest is {near[0]}; " if near else ""
        raise BaseError(
            f"{folder / 'config.json'} has model_type {model_type!r}, which is not known here; "
            f"{hint}these work: {known}"
        )
    return model_type


def family_of(model_type: str) -> Family:
    """The adapter of a family whose networks can be cut into blocks.

    Raises:
        BaseError: it is opened as a whole alone.
    """
    if model_type not in FAMILIES:
        raise BaseError(
            f"a {model_type} base is opened as a whole, to write texts, and can't be cut into blocks; for "
            f"other tasks name one of these: {', '.join(FAMILIES)}"
        )
    adapter: Family = _loaded(FAMILIES[model_type])
    return adapter


def layout_of(model_type: str, network: Network) -> Layout:
    """Where the parts of a network lie, which may be an encoder-decoder with its output layer."""
    whole = getattr(network.config, "is_encoder_decoder", False) and hasattr(network, "lm_head")
    return whole_layout(model_type) if whole else family_of(model_type)


def whole_layout(model_type: str) -> Layout:
    """Where the parts of a whole encoder-decoder lie."""
    layout: Layout = _loaded(WRITERS[model_type])
    return layout


def _loaded(known: Listed) -> Any:
    module, _, name = known.adapter.partition(":")
    return getattr(importlib.import_module(f"headstart.models.families.{module}"), name)()
