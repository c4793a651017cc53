"""Blocks learn one after the other, from the head down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headstart.core.knob import knob
from headstart.core.task import ANSWERS, WRITTEN
from headstart.train.learning import Learning
from headstart.train.recipe import SCHEDULES
from headstart.train.regularised import Regularised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from headstart.core.base import Shape
    from headstart.models.backbone import Backbone
    from headstart.train.groups import Group


@dataclass(frozen=True, kw_only=True)
class Gradual(Regularised):
    """Gradual unfreezing with lower rates for lower blocks and slanted triangular rates.

    ULMFiT: Howard and Ruder 2018, section 3.3, where a head without knowledge is trained alone
    first; here it starts from the probe instead, so that the top blocks learn from the first epoch.
    Blocks that wait are run once, and their states kept.
    """

    # Which block waits below which is no single order where there are an encoder and a decoder.
    answers: ClassVar[tuple[str, ...]] = tuple(each for each in ANSWERS if each not in WRITTEN)
    summary: ClassVar[str] = "unfreezing from the head down, waiting blocks from kept states"

    schedule: str = knob("slanted", "how rates fall", choices=SCHEDULES)
    layer_decay: float = knob(
        0.8, "rate of a block over that of the block above", low=0.3, high=1.0, search=(0.6, 1.0)
    )
    thaw_by: float = knob(
        0.6, "share of the epochs after which all blocks learn", low=0.1, high=1.0, search=(0.3, 1.0)
    )

    def learning(self, shape: Shape) -> Learning:
        epochs = self.epochs or 4
        cuts = self.cuts(shape.blocks, epochs)
        blocks = shape.blocks - sum(cuts) / len(cuts)
        return Learning(blocks=blocks, weights=shape.parameters - shape.embedding_parameters)

    def groups(self, backbone: Backbone, head: nn.Module, rate: float) -> list[Group]:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.groups import layered_groups

        return layered_groups(
            backbone,
            head,
            rate=rate,
            head_rate=self.head_rate,
            layer_decay=self.layer_decay,
        )

    def cuts(self, depth: int, epochs: int) -> Sequence[int]:
        by = max(1, round(self.thaw_by * epochs))
        return [max(0, depth - math.ceil(depth * (epoch + 1) / by)) for epoch in range(epochs)]
