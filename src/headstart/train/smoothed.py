"""Fine-tuning on labels that are not taken for quite certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.core.knob import knob
from headstart.core.loss_shape import LossShape
from headstart.core.task import WRITTEN
from headstart.train.fine_tuning import FineTuning

if TYPE_CHECKING:
    from headstart.core.plan import Situation
    from headstart.core.split import Split

# What does better than none on held-out rows of most sets, in what it says and in how sure it is.
USUAL = 0.1
SMOOTHED = ("class", *WRITTEN)


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
        if unfit := self.unfit(situation.task.answer):
            said = f"{unfit[0]} speaks of one class a row, and this is {situation.task.summary}"
            return (*reasons, f"{said}; leave it out")
        return reasons

    def unfit(self, answer: str) -> list[str]:
        """Settings that were made and that have no meaning for this kind of answer."""
        return ["label_smoothing"] if self.label_smoothing and answer not in SMOOTHED else []

    def loss_shape(self, split: Split) -> LossShape:
        usual = USUAL if split.task.answer == "class" else 0.0
        return LossShape(label_smoothing=usual if self.label_smoothing is None else self.label_smoothing)
