"""What was learnt beside the weights of a base, in the format of `peft`."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from safetensors.torch import load_file, save_file

from headstart.models.catalogue import catalogue
from headstart.models.hub import hub_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from peft import PeftConfig
    from torch import Tensor

    from headstart.core.base import BaseInfo

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


@dataclass(frozen=True, kw_only=True, eq=False)
class Adapter:
    """Adapter weights with the configuration that says where they belong.

    Args:
        config: plain values, as `peft` reads them.
        tensors: the weights by the names that `peft` gives them.
    """

    config: Mapping[str, Any]
    tensors: Mapping[str, Tensor]

    def of(self, base: BaseInfo) -> Adapter:
        """The same, naming the base whose weights it goes with."""
        on_hub = hub_name(base.name) is not None and base.name not in catalogue()
        revision = base.revision if on_hub else None
        named = {"base_model_name_or_path": base.name, "revision": revision}
        return replace(self, config={**self.config, **named})

    def save(self, folder: Path) -> None:
        """Writes a folder that `peft.PeftModel.from_pretrained` opens on top of the base."""
        folder.mkdir()
        text = json.dumps(self.config, indent=2, sort_keys=True)
        (folder / CONFIG).write_text(text + "\n", encoding="utf-8")
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in self.tensors.items()}
        save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})

    @classmethod
    def load(cls, folder: Path) -> Adapter:
        """The adapter that `save` wrote."""
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        return cls(config=config, tensors=load_file(folder / WEIGHTS))


def config_of(values: Mapping[str, Any]) -> PeftConfig:
    """The configuration that plain values stand for."""
    from peft import PeftConfig

    make: Any = PeftConfig
    found: PeftConfig = make.from_peft_type(**values)
    return found


def plain_config(config: PeftConfig) -> dict[str, Any]:
    """The configuration of an adapter as plain values."""
    return {
        key: sorted(value) if isinstance(value, set) else getattr(value, "value", value)
        for key, value in config.to_dict().items()
    }
