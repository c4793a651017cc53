"""The backbone that an adaptation starts from."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch

from headstart.errors import BaseError, SettingError
from headstart.models.backbone import Backbone
from headstart.models.open_base import open_backbone, open_causal

if TYPE_CHECKING:
    from headstart.core.base import BaseInfo
    from headstart.core.model import Model


def opened(start: Model, device: str, bits: int = 32) -> Backbone:
    """The backbone of the model's network, or of its base where it has none; not to be changed.

    A layer that scores words is left out.

    Args:
        start: what an adaptation starts from.
        device: where its weights shall be.
        bits: of each weight of a linear layer, 32 or 4.

    Raises:
        SettingError: the model has neither, or weights of 4 bits can't be had.
        BaseError: the base can't be opened.
    """
    backbone = getattr(start.predictor, "backbone", None)
    if isinstance(backbone, Backbone):
        return _whole(_blocks_of(backbone) if backbone.goes_on else backbone, bits).to(device)
    return open_backbone(_base(start), device=device, bits=bits)


def causal(start: Model, device: str, bits: int = 32) -> Backbone:
    """The same with the layer that scores words, of a decoder-only base.

    Args:
        start: what an adaptation starts from.
        device: where its weights shall be.
        bits: of each weight of a linear layer, 32 or 4.

    Raises:
        SettingError: the model has neither.
        BaseError: the base can't be opened, or is of another kind.
    """
    backbone = getattr(start.predictor, "backbone", None)
    if isinstance(backbone, Backbone) and backbone.goes_on:
        return _whole(backbone, bits).to(device)
    return open_causal(_base(start), device=device, bits=bits)


def opened_to_change(start: Model, device: str, bits: int = 32) -> Backbone:
    """The same as a copy of its own, which training may change.

    Raises:
        SettingError: the model has neither a network nor a base.
        BaseError: the base can't be opened.
    """
    return _own(opened(start, device, bits), start)


def causal_to_change(start: Model, device: str, bits: int = 32) -> Backbone:
    """What `causal` gives, as a copy of its own, which training may change.

    Raises:
        SettingError: the model has neither a network nor a base.
        BaseError: the base can't be opened, or is of another kind.
    """
    return _own(causal(start, device, bits), start)


def is_untouched(start: Model) -> bool:
    """Whether the weights that an adaptation starts from are known to be those of the base as published."""
    backbone = getattr(start.predictor, "backbone", None)
    if not isinstance(backbone, Backbone):
        return start.base is not None
    if start.base is None:
        return False
    try:
        published = (open_causal if backbone.goes_on else open_backbone)(start.base)
    except BaseError:
        return False
    before, now = published.network.state_dict(), backbone.network.state_dict()
    return before.keys() == now.keys() and all(
        torch.equal(each, now[name].cpu()) for name, each in before.items()
    )


def _base(start: Model) -> BaseInfo:
    if start.base is None:
        raise SettingError("this strategy reads a pre-trained model and got none; name one with --base")
    return start.base


def _whole(backbone: Backbone, bits: int) -> Backbone:
    """A network that is there already, of which whole weights are asked.

    Raises:
        SettingError: weights of 4 bits are asked of it.
    """
    if bits != 32:
        raise SettingError(
            "weights of 4 bits come from a base as it is opened, and a step before has changed this one; "
            "start from the base, or leave `quantised` out"
        )
    return backbone


def _blocks_of(backbone: Backbone) -> Backbone:
    """The same weights without the layer that scores words."""
    return Backbone(backbone.info, backbone.trunk, backbone.tokenizer).train(backbone.training)


def _own(backbone: Backbone, start: Model) -> Backbone:
    theirs = getattr(start.predictor, "backbone", None)
    if not isinstance(theirs, Backbone) or next(theirs.parameters()) is not next(backbone.parameters()):
        return backbone
    own: Backbone = copy.deepcopy(backbone)
    own.adapter = None
    return own
