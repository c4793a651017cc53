"""The top blocks of the base learn, those below stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headstart.core.knob import knob
from headstart.core.text_task import reads_to_write
from headstart.train.learning import Learning
from headstart.train.regularised import Regularised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from headstart.core.base import Shape
    from headstart.core.plan import Situation
    from headstart.models.backbone import Backbone
    from headstart.train.groups import Group

USUAL = 2


@dataclass(frozen=True, kw_only=True)
class Partial(Regularised):
    """Fine-tuning of the blocks above a cut, over the kept states of those below.

    The lower layers of a pre-trained encoder carry over between tasks as they are; most of what
    fine-tuning changes is in the upper ones (Lee, Tang and Lin 2019, "What would Elsa do?", section 4).
    """

    summary: ClassVar[str] = "fine-tuning of the top blocks, over kept states of those below"

    frozen_blocks: int | None = knob(
        None,
        "blocks that stay as they are, counted from the embeddings, or below 0 from the top: -3 lets 3 "
        "learn; all but 2 stay without one",
        low=-96,
        high=96,
        search=(-4, -1),
    )
    layer_decay: float = knob(
        0.9, "rate of a block over that of the block above", low=0.3, high=1.0, search=(0.6, 1.0)
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = super().blockers(situation)
        base = situation.base
        if base is None or self.frozen_blocks is None:
            return reasons
        # A base that writes has a decoder too.
        blocks = base.shape.blocks * (2 if reads_to_write(situation.task) else 1)
        if self.frozen_blocks >= blocks:
            least = f"frozen_blocks is {self.frozen_blocks} and {base.name} has {blocks} blocks"
            return (*reasons, f"{least}; at least one of them must learn")
        return reasons

    def learning(self, shape: Shape) -> Learning:
        blocks = shape.blocks - self._frozen(shape.blocks)
        each = (shape.parameters - shape.embedding_parameters) / max(1, shape.blocks)
        return Learning(blocks=blocks, weights=blocks * each)

    def groups(self, backbone: Backbone, head: nn.Module, rate: float) -> list[Group]:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.groups import layered_groups

        return layered_groups(
            backbone,
            head,
            rate=rate,
            head_rate=self.head_rate,
            layer_decay=self.layer_decay,
            lowest=self._frozen(backbone.depth),
        )

    def cuts(self, depth: int, epochs: int) -> Sequence[int]:
        return [self._frozen(depth)] * epochs

    def _frozen(self, depth: int) -> int:
        frozen = -USUAL if self.frozen_blocks is None else self.frozen_blocks
        return min(max(0, depth + frozen) if frozen < 0 else frozen, depth - 1)
