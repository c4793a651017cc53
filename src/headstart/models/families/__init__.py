"""The architectures that a backbone can be cut at, by the `model_type` of their configuration."""

from __future__ import annotations

import difflib
import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.errors import BaseError

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.models.families.family import Family


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What is known of a family without loading it.

    Args:
        adapter: module and class that cut its networks.
        kind: `encoder`, `decoder` or `encoder-decoder`.
        relative: whether it has no table of positions; its configuration may then state no limit.
        positions_after_padding: whether it numbers positions from the padding id on.
    """

    adapter: str
    kind: str = "encoder"
    relative: bool = False
    positions_after_padding: bool = False


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


def known_family(model_type: object, folder: Path) -> str:
    """The family that a configuration names.

    Raises:
        BaseError: it names none, or one that can't be cut into blocks here.
    """
    known = ", ".join(FAMILIES)
    if not isinstance(model_type, str):
        raise BaseError(f"{folder / 'config.json'} has no model_type; these work: {known}")
    if model_type not in FAMILIES:
        near = difflib.get_close_matches(model_type, FAMILIES, n=1)
        hint = f"the nearest is {near[0]}; " if near else ""
        raise BaseError(
            f"{folder / 'config.json'} has model_type {model_type!r}, which is not known here; "
            f"{hint}these work: {known}"
        )
    return model_type


def family_of(model_type: str) -> Family:
    """The adapter of a listed family."""
    module, _, name = FAMILIES[model_type].adapter.partition(":")
    adapter: Family = getattr(importlib.import_module(f"headstart.models.families.{module}"), name)()
    return adapter
