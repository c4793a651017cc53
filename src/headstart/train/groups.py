"""Which weights learn, and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.train.lazy_rows import large_tables

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
        tables: whether these are embedding tables with sparse gradients, of which only the rows that
            a step has touched are updated.
        decays: whether matrices among them are pulled towards zero; not where zero is no rest.
    """

    name: str
    parameters: tuple[nn.Parameter, ...]
    rate: float
    tables: bool = False
    decays: bool = True


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
    groups = []
    if own := tuple(head.parameters()):
        groups.append(Group(name="head", parameters=own, rate=head_rate))
    if words := tuple(backbone.word_parameters()):
        groups.append(Group(name="word scores", parameters=words, rate=rate))
    final = tuple(backbone.final_parameters())
    if final:
        groups.append(Group(name="final", parameters=final, rate=rate))
    for index in reversed(range(lowest, backbone.depth)):
        parameters = tuple(backbone.block_parameters(index))
        above = backbone.depth - 1 - index
        groups.append(Group(name=f"block {index}", parameters=parameters, rate=rate * layer_decay**above))
    if embeddings:
        groups += _embedding_groups(backbone, rate * layer_decay**backbone.depth)
    learning = {id(parameter) for group in groups for parameter in group.parameters}
    _mark(backbone.parameters(), learning)
    _mark(head.parameters(), learning)
    return groups


def _embedding_groups(backbone: Backbone, rate: float) -> list[Group]:
    # A table that tells what is written gets a gradient for each of its rows.
    tied = backbone.writes or backbone.ties_words
    tables = [] if tied else large_tables(backbone.embedding_modules())
    for table in tables:
        table.sparse = True
    large = {id(table.weight) for table in tables}
    every = backbone.embedding_parameters()
    rest = tuple(each for each in every if id(each) not in large)
    rows = tuple(each for each in every if id(each) in large)
    groups = [
        Group(name="embeddings", parameters=rest, rate=rate),
        Group(name="embedding tables", parameters=rows, rate=rate, tables=True),
    ]
    return [group for group in groups if group.parameters]


def _mark(parameters: Iterable[nn.Parameter], learning: set[int]) -> None:
    for parameter in parameters:
        parameter.requires_grad_(id(parameter) in learning)
