"""A backbone with a head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from safetensors.torch import load_file, save_file

from headstart.errors import BundleError
from headstart.models.backbone import Backbone
from headstart.models.device import best_device
from headstart.models.with_adapter import with_adapter
from headstart.train.heads import head_from, head_spec
from headstart.train.outputs import outputs_of
from headstart.train.read_together import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray
    from torch import nn

    from headstart.core.examples import Examples
    from headstart.core.predictions import Predictions
    from headstart.core.task import Task

BACKBONE, HEAD, ADAPTER = "backbone", "head.safetensors", "adapter"


@dataclass(frozen=True, kw_only=True, eq=False)
class Network(Reading):
    """A backbone with a head; its weights must not change once it has predicted.

    Args:
        backbone: gives the states of a text's tokens.
        head: gives outputs from states.
        task: encodes rows and decodes outputs.
        max_length: tokens that are read of a text at most.
        precision: `bfloat16` or `float32`, of the computation; weights are kept in float32.
    """

    backbone: Backbone
    head: nn.Module
    task: Task
    max_length: int
    precision: str = "float32"

    def outputs(self, examples: Examples) -> Float[ndarray, "examples outputs"]:
        """What the head gives for each example, in order."""
        return outputs_of(self.computing, self.reader, examples)

    def told(self, outputs: Float[ndarray, "points outputs"], examples: Examples) -> Predictions:
        """What the task makes of the outputs."""
        return self.task.decode(outputs, examples)

    @property
    def reader(self) -> nn.Module:
        """The head, ready to be asked."""
        return self.head.eval()

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `backbone/`, which opens with `transformers`, and `head.safetensors`.

        Where the backbone is a base with an adapter merged into it, also `adapter/`, which opens with
        `peft` on top of that base; where something stands ahead of each text, `adapter/` is that.
        """
        (folder / BACKBONE).mkdir()
        self.backbone.exported().save(folder / BACKBONE)
        if (adapter := self.backbone.beside()) is not None:
            adapter.save(folder / ADAPTER)
        state = {name: tensor.detach().cpu().contiguous() for name, tensor in self.head.state_dict().items()}
        save_file(state, folder / HEAD)
        spec = head_spec(self.head)
        config: dict[str, Any] = {"max_length": self.max_length, "precision": self.precision}
        return config if spec is None else {**config, "head": spec}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The network that `save` wrote, on the best device there is.

        Raises:
            BundleError: the head does not fit the task, or is of a kind unknown here.
            BaseError: the backbone's folder is broken.
        """
        backbone = with_adapter(Backbone.load(folder / BACKBONE), folder / ADAPTER)
        head = head_from(config.get("head"), task, backbone.info)
        try:
            head.load_state_dict(load_file(folder / HEAD))
        except (OSError, RuntimeError) as error:
            raise BundleError(
                f"{folder / HEAD} does not fit the bundle's task ({str(error).splitlines()[0]}); "
                "copy the bundle again"
            ) from error
        device = best_device()
        return cls(
            backbone=backbone.to(device),
            head=head.to(device).eval(),
            task=task,
            max_length=int(config["max_length"]),
            precision=str(config["precision"]),
        )
