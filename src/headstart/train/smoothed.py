"""Fine-tuning on labels that are not taken for quite certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.core.knob import knob
from headstart.core.loss_shape import LossShape
from headstart.train.fine_tuning import FineTuning

if TYPE_CHECKING:
    from headstart.core.plan import Situation
    from headstart.core.split import Split

# What does better than none on held-out rows of most sets, in what it says and in how sure it is.
USUAL = 0.1


@dataclass(frozen=True, kw_only=True)
class Smoothed(FineTuning):
    """Fine-tuning with label smoothing (Szegedy et al. 2016, section 7) where a row has one class."""

    label_smoothing: float | None = knob(
        None,
        f"share of each label that is spread over all classes; {USUAL} without one",
        low=0.0,
        high=0.5,
        search=(0.0, 0.2),
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = super().blockers(situation)
        if situation.task.answer != "class" and (spoken := self.of_classes()):
            said = f"{spoken[0]} speaks of one class a row, and this is {situation.task.summary}"
            return (*reasons, f"{said}; leave it out")
        return reasons

    def of_classes(self) -> list[str]:
        """Settings that were made and that have a meaning for one class a row alone."""
        return ["label_smoothing"] if self.label_smoothing else []

    def loss_shape(self, split: Split) -> LossShape:
        if split.task.answer != "class":
            return LossShape()
        return LossShape(label_smoothing=USUAL if self.label_smoothing is None else self.label_smoothing)
