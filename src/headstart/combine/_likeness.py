"""Whether the weights of two models stand for the same things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.train.heads import head_spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from headstart.core.model import Model
    from headstart.core.task import Task

# The kind of predictor that has weights to average.
NETWORK = "network"


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """All in which two networks must be equal before their weights can be averaged.

    Args:
        predictor: kind of the predictor.
        task: what it predicts.
        base: name and revision of the base it comes from.
        backbone: shape of each tensor of its backbone; empty for what is no network.
        head: kind of its head, and the shape of each tensor.
        max_length: tokens it reads of a text.
    """

    predictor: str
    task: Task
    base: tuple[str, str] | None = None
    backbone: Mapping[str, tuple[int, ...]] | None = None
    head: tuple[Any, Mapping[str, tuple[int, ...]]] | None = None
    max_length: int | None = None

    @classmethod
    def of(cls, model: Model) -> Likeness:
        """What is alike in fine-tunings of one base."""
        predictor: Any = model.predictor
        kind = registry.name_of(predictor)
        if kind != NETWORK:
            return cls(predictor=kind, task=model.task)
        return cls(
            predictor=kind,
            task=model.task,
            base=(model.base.name, model.base.revision) if model.base else None,
            backbone=_shapes(predictor.backbone),
            head=(head_spec(predictor.head), _shapes(predictor.head)),
            max_length=predictor.max_length,
        )

    @property
    def is_network(self) -> bool:
        """Whether there are weights to average."""
        return self.backbone is not None

    def difference(self, other: Likeness, *, here: str, there: str) -> str:
        """Why the two can't be averaged, in plain words; nothing where they can.

        Args:
            other: the other model.
            here: what people call this model.
            there: what they call the other.
        """
        for each, name in ((self, here), (other, there)):
            if not each.is_network:
                return f"{name} is no network of its own ({each.predictor}), so it has no weights to average"
        if self.base is None or self.base != other.base:
            return (
                f"{here} comes from the base {_named(self.base)} and {there} from {_named(other.base)}; "
                "weights can be averaged within one base alone"
            )
        if self.backbone != other.backbone:
            return f"the network of {there} has other parts or sizes than that of {here}"
        if self.head != other.head:
            return f"{there} has another kind of head than {here}"
        if self.max_length != other.max_length:
            return (
                f"{here} reads {self.max_length} tokens of a text and {there} {other.max_length}; "
                "give both the same max_length"
            )
        return "" if self.task == other.task else f"{there} is of another task or other classes than {here}"


def _shapes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}


def _named(base: tuple[str, str] | None) -> str:
    return "that is not known" if base is None else f"{base[0]} ({base[1][:12]})"
