"""A backbone without its upper blocks."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from torch import nn

from headstart.errors import SettingError
from headstart.models.backbone import Backbone
from headstart.models.families import family_of

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from headstart.models.view import View


def truncated(backbone: Backbone, view: View) -> Backbone:
    """The backbone as far as a view looks: its first blocks, its last norm, and the view's pooling.

    It opens with `transformers` like any other, smaller and faster than the whole. Its weights are
    those of the backbone itself, not copies.

    Args:
        backbone: the whole network, which is left as it is.
        view: how many blocks stay and how their states are pooled.

    Raises:
        SettingError: the architecture has no network of so few blocks.
    """
    network, shape = backbone.network, backbone.info.shape
    if view.cut < backbone.depth:
        _check(backbone, view.cut)
        network = _shortened(backbone, view.cut)
        parameters = sum(each.numel() for each in network.parameters())
        shape = replace(shape, blocks=view.cut, parameters=parameters)
    info = replace(backbone.info, pooling=view.pooling, shape=shape)
    return Backbone(info, network, backbone.tokenizer).train(backbone.training)


def shallowest(backbone: Backbone) -> int:
    """The fewest blocks that a truncated network of this architecture has."""
    return family_of(backbone.info.family).shallowest


def _check(backbone: Backbone, blocks: int) -> None:
    if blocks < shallowest(backbone):
        raise SettingError(
            f"a {backbone.info.family} network needs {shallowest(backbone)} block at least and layer "
            f"{blocks} was asked for; choose a layer from {shallowest(backbone)} to {backbone.depth}"
        )


def _shortened(backbone: Backbone, blocks: int) -> PreTrainedModel:
    """A network of its own whose weights are shared."""
    whole = backbone.network
    shared: dict[int, Any] = {id(each): each for each in (*whole.parameters(), *whole.buffers())}
    network = copy.deepcopy(whole, shared)
    listed = set(map(id, family_of(backbone.info.family).blocks(network)))
    for module in network.modules():
        if isinstance(module, nn.ModuleList) and {id(each) for each in module} == listed:
            del module[blocks:]
    # Some networks hold their configuration more than once.
    configs: dict[int, Any] = {
        id(each.config): each.config for each in network.modules() if hasattr(each, "config")
    }
    for config in configs.values():
        config.num_hidden_layers = blocks
        if getattr(config, "layer_types", None):
            config.layer_types = list(config.layer_types[:blocks])
    return network
