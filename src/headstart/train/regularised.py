"""Fine-tuning of the base's own weights, with what keeps it from forgetting and from overfitting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from headstart.core.knob import knob
from headstart.train.smoothed import Smoothed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from headstart.core.loss_shape import LossShape
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.train.groups import Group
    from headstart.train.hook import Hook

HEAD = "head"


@dataclass(frozen=True, kw_only=True)
class Regularised(Smoothed):
    """Fine-tuning with regularisation on request; by default weight decay and smoothed labels alone."""

    focal: float = knob(0.0, "power by which rows that are already right count less", low=0.0, high=5.0)
    class_weights: str = knob(
        "equal", "whether rows of rare classes count more", choices=("equal", "balanced")
    )
    l2_sp: float = knob(0.0, "pull of the base's weights towards their start", low=0.0, high=100.0)
    mixout: float = knob(0.0, "share of the base's weights that fall back at random", low=0.0, high=0.95)
    r_drop: float = knob(
        0.0, "how much two passes with different dropout are held together", low=0.0, high=10.0
    )
    averaging: float = knob(0.0, "share of the mean of the weights that a step keeps", low=0.0, high=0.9999)
    interpolation: float = knob(
        1.0, "where to ship between the start at 0 and the trained weights at 1", low=0.0, high=1.0
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = super().blockers(situation)
        if self.r_drop and not self.dropout:
            return (*reasons, "r_drop compares passes with dropout, and dropout is 0; set both")
        return reasons

    def unfit(self, answer: str) -> list[str]:
        of_classes = {
            "focal": self.focal,
            "class_weights": self.class_weights != "equal",
            "r_drop": self.r_drop,
        }
        made = [name for name, value in of_classes.items() if value and answer != "class"]
        return super().unfit(answer) + made

    def loss_shape(self, split: Split) -> LossShape:
        balanced = self.class_weights == "balanced" and split.task.answer == "class"
        return replace(
            super().loss_shape(split),
            focal=self.focal,
            class_weights=_balanced(split) if balanced else (),
        )

    def hooks(self, groups: Sequence[Group]) -> Sequence[Hook]:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.averaging import Averaging
        from headstart.train.interpolation import Interpolation
        from headstart.train.l2_sp import L2SP
        from headstart.train.mixout import Mixout

        base = [group for group in groups if group.name != HEAD]
        weights = [each for group in groups for each in group.parameters]
        hooks: list[Hook] = []
        if self.l2_sp:
            hooks.append(L2SP(base, strength=self.l2_sp))
        if self.mixout:
            hooks.append(Mixout(base, share=self.mixout))
        if self.averaging:
            hooks.append(Averaging(weights, decay=self.averaging))
        if self.interpolation < 1.0:
            # After the averaging, so that it reads the mean.
            hooks.append(Interpolation(weights, share=self.interpolation))
        return hooks

    def objective(
        self, outputs: Callable[[], Tensor], loss: Callable[[Tensor], tuple[Tensor, Tensor]]
    ) -> tuple[Tensor, Tensor]:
        if not self.r_drop:
            return loss(outputs())
        from headstart.train.r_drop import r_drop

        return r_drop(outputs, loss, strength=self.r_drop)


def _balanced(split: Split) -> tuple[float, ...]:
    """Weights with which all classes count alike and rows count one on the mean."""
    import numpy as np

    classes = len(split.task.classes)
    rows = np.bincount(split.task.gold(split.train), minlength=classes)
    return tuple((len(split.train) / (classes * np.maximum(1, rows))).tolist())
