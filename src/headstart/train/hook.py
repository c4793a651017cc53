"""What may happen beside the steps of a training: regularisation, averaging, changes of rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the optimiser.

    Args:
        reached: share of the training that is done, from 0 to 1.
        factor: what peak rates are multiplied by.
        weight: what the step's gradients are divided by: they are those of a sum of losses.
    """

    reached: float
    factor: float
    weight: float


class Hook:
    """Does nothing; those that derive from it do something."""

    def before_step(self, step: Step) -> None:
        """When all gradients of the step are there, summed and not divided yet."""

    def after_step(self, step: Step) -> None:
        """When the weights have moved."""

    def state(self) -> Mapping[str, Any]:
        """What `restore` needs to go on from here."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Goes on from what `state` gave."""
