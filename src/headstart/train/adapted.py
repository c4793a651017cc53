"""A backbone that learns through adapters while its own weights rest."""

from __future__ import annotations

import copy
import warnings
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from headstart.models.adapter import Adapter, config_of, plain_config
from headstart.models.backbone import Backbone
from headstart.models.quantised import whole_weights
from headstart.models.quiet import quiet
from headstart.train.dropout import OwnDropout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transformers import PreTrainedModel

    from headstart.train.adapter_config import TunerLayer

NAME = "default"


class Adapted(Backbone):
    """A backbone with `peft` layers around some of its linear layers.

    Args:
        backbone: what is adapted; its network is changed in place.
        config: which layers get what.
        seed: owns the first values of the adapters.
    """

    def __init__(self, backbone: Backbone, config: Any, *, seed: int) -> None:
        from peft import get_peft_model

        from headstart.train.low_rank import quicken

        super().__init__(backbone.info, backbone.network, backbone.tokenizer)
        # `peft` shortens the names to endings, which may mean more layers in a larger network.
        self._targets = sorted(config.target_modules)
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices), quiet(), warnings.catch_warnings():
            # `peft` asks `transformers` by a name that is soon another; that is between the two.
            warnings.simplefilter("ignore", FutureWarning)
            torch.manual_seed(seed)
            # In a list, so that its weights are not counted as further ones of this module.
            self._peft = [get_peft_model(backbone.network, config)]
        for _, layer in self.layers():
            _own_dropout(layer)
            quicken(layer)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.parameters()).device

    def layers(self) -> Iterator[tuple[str, TunerLayer]]:
        """The layers with adapters by name, in order."""
        yield from _layers(self.network)

    def merged(self) -> Backbone:
        """A plain backbone that computes the same, with the adapter beside it; this is left as it is."""
        network = copy.deepcopy(self.network)
        for _, layer in _layers(network):
            layer.merge(safe_merge=True)
        found = Backbone(self.info, _bare(network).requires_grad_(True), self.tokenizer)
        found.adapter = self.adapter_now()
        return found

    def exported(self) -> Backbone:
        # Weights of 4 bits can't take an adapter up without loss; what they stand for can.
        whole = whole_weights(_bare(copy.deepcopy(self.network)))
        return self.over(Backbone(self.info, whole, self.tokenizer)).merged()

    def over(self, backbone: Backbone) -> Adapted:
        """The same adapters over another network of the same shape, which is changed in place."""
        from peft import set_peft_model_state_dict

        adapter = self.adapter_now()
        found = Adapted(backbone, config_of({**adapter.config, "inference_mode": False}), seed=0)
        set_peft_model_state_dict(found._peft[0], dict(adapter.tensors))
        return found

    def adapter_now(self) -> Adapter:
        """The adapter with copies of its weights."""
        from peft import get_peft_model_state_dict

        model = self._peft[0]
        config = model.peft_config[NAME]
        pattern = {f"{name}.lora_E": _kept_ranks(layer) for name, layer in self.layers() if _ranked(layer)}
        if pattern:
            config.rank_pattern = pattern
        # Weights are passed, since those that the library would take itself may not have rank nought.
        weights = model.state_dict()
        tensors = get_peft_model_state_dict(model, state_dict=weights, save_embedding_layers=False)
        return Adapter(
            config={**plain_config(config), "target_modules": self._targets, "inference_mode": True},
            tensors={name: tensor.detach().clone() for name, tensor in tensors.items()},
        )


def _layers(network: nn.Module) -> Iterator[tuple[str, TunerLayer]]:
    from peft.tuners.tuners_utils import BaseTunerLayer

    for name, module in network.named_modules():
        if isinstance(module, BaseTunerLayer):
            yield name, module


def _bare(network: PreTrainedModel) -> PreTrainedModel:
    """The network without what stands around its layers, which is taken away in place."""
    for name, layer in list(_layers(network)):
        network.set_submodule(name, layer.get_base_layer())
    del network.peft_config
    return network


def _own_dropout(layer: TunerLayer) -> None:
    dropout = getattr(layer, "lora_dropout", {})
    if NAME in dropout and isinstance(dropout[NAME], nn.Dropout):
        dropout[NAME] = OwnDropout(dropout[NAME].p)


def _ranked(layer: TunerLayer) -> bool:
    return hasattr(layer, "lora_E")


def _kept_ranks(layer: TunerLayer) -> list[bool]:
    return [bool(each) for each in (layer.lora_E[NAME].detach() != 0.0).flatten().tolist()]
