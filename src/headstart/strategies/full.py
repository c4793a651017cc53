"""Every block of the base learns, from a head that already knows the task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headstart.core.knob import knob
from headstart.train.learning import Learning
from headstart.train.regularised import Regularised

if TYPE_CHECKING:
    from torch import nn

    from headstart.core.base import Shape
    from headstart.models.backbone import Backbone
    from headstart.train.groups import Group


@dataclass(frozen=True, kw_only=True)
class Full(Regularised):
    """Fine-tuning of all blocks, with rates that fall from the head down.

    Layer-wise rates: Howard and Ruder 2018, section 3.2.
    """

    summary: ClassVar[str] = "fine-tuning of all blocks, from the probe"

    layer_decay: float = knob(
        0.9, "rate of a block over that of the block above", low=0.3, high=1.0, search=(0.6, 1.0)
    )
    embeddings: bool | None = knob(
        None,
        "whether the embeddings learn too; where texts are written without one",
        choices=(None, True, False),
    )

    def learning(self, shape: Shape) -> Learning:
        frozen = 0 if self.embeddings else shape.embedding_parameters
        return Learning(blocks=shape.blocks, weights=shape.parameters - frozen)

    def groups(self, backbone: Backbone, head: nn.Module, rate: float) -> list[Group]:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.groups import layered_groups

        return layered_groups(
            backbone,
            head,
            rate=rate,
            head_rate=self.head_rate,
            layer_decay=self.layer_decay,
            embeddings=backbone.writes or backbone.goes_on if self.embeddings is None else self.embeddings,
        )
