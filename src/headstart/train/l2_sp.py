"""A pull towards where the weights started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from headstart.train.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.train.groups import Group
    from headstart.train.hook import Step


class L2SP(Hook):
    """L2-SP (Li, Grandvalet and Davoine 2018, section 3), decoupled from the gradient as AdamW's decay is.

    After each step a weight moves towards its start by `strength` times its rate at that step.

    Args:
        groups: the weights that learn, the base's alone: a head has no start worth keeping.
        strength: strength of the pull.
    """

    def __init__(self, groups: Sequence[Group], *, strength: float) -> None:
        self._strength = strength
        self._pulled = [
            (group.rate, [(each, each.detach().clone()) for each in group.parameters]) for group in groups
        ]

    def retune(self, groups: Sequence[Group]) -> None:
        rates = {id(each): group.rate for group in groups for each in group.parameters}
        self._pulled = [(rates[id(pairs[0][0])], pairs) for _, pairs in self._pulled if pairs]

    @torch.no_grad()
    def after_step(self, step: Step) -> None:
        for rate, pairs in self._pulled:
            for weight, start in pairs:
                weight.lerp_(start, min(1.0, rate * step.factor * self._strength))
