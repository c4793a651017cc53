"""Which weights learn, and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn

    from headstart.models.backbone import Backbone


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """Weights that share a rate.

    Args:
        name: where they stand in the network.
        parameters: the weights.
        rate: learning rate at its peak.
    """

    name: str
    parameters: tuple[nn.Parameter, ...]
    rate: float


def layered_groups(
    backbone: Backbone,
    head: nn.Module,
    *,
    rate: float,
    head_rate: float,
    layer_decay: float,
    lowest: int = 0,
    embeddings: bool = False,
) -> list[Group]:
    """The head, then the backbone from its last block down, each at a lower rate than the one above.

    Layer-wise decay as in Howard and Ruder 2018, section 3.2 (discriminative fine-tuning).

    Args:
        backbone: the network under the head.
        head: the task's head.
        rate: rate of the last block and the norm after it.
        head_rate: rate of the head.
        layer_decay: rate of a block over that of the block above.
        lowest: number of the lowest block that learns.
        embeddings: whether the embeddings learn too; they are marked as frozen when not.
    """
    groups = [Group(name="head", parameters=tuple(head.parameters()), rate=head_rate)]
    final = tuple(backbone.final_parameters())
    if final:
        groups.append(Group(name="final", parameters=final, rate=rate))
    for index in reversed(range(lowest, backbone.depth)):
        parameters = tuple(backbone.block_parameters(index))
        above = backbone.depth - 1 - index
        groups.append(Group(name=f"block {index}", parameters=parameters, rate=rate * layer_decay**above))
    tables = tuple(backbone.embedding_parameters())
    if embeddings:
        groups.append(Group(name="embeddings", parameters=tables, rate=rate * layer_decay**backbone.depth))
    learning = {id(parameter) for group in groups for parameter in group.parameters}
    _mark(backbone.parameters(), learning)
    _mark(head.parameters(), learning)
    return groups


def _mark(parameters: Iterable[nn.Parameter], learning: set[int]) -> None:
    for parameter in parameters:
        parameter.requires_grad_(id(parameter) in learning)
