"""What may happen beside the steps of a training: regularisation, averaging, changes of rank."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from headstart.train.groups import Group


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the optimiser.

    Args:
        reached: share of the training that is done, from 0 to 1.
        factor: what peak rates are multiplied by.
        weight: what the step's gradients are divided by: they are those of a sum of losses; nought
            before these are known.
    """

    reached: float
    factor: float
    weight: float = 0.0


class Hook:
    """Does nothing; those that derive from it do something."""

    def begin_step(self, step: Step) -> None:
        """Before the network reads what the step learns from; the step's weight is not known yet."""

    def before_step(self, step: Step) -> None:
        """When all gradients of the step are there, summed and not divided yet."""

    def after_step(self, step: Step) -> None:
        """When the weights have moved."""

    def retune(self, groups: Sequence[Group]) -> None:
        """The weights that learn have other rates from now on."""

    def measured(self) -> AbstractContextManager[None]:
        """Entered while the network is measured and copied, so that other weights may be put into it."""
        return nullcontext()

    def state(self) -> Mapping[str, Any]:
        """What `restore` needs to go on from here."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Goes on from what `state` gave."""
