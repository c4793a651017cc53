"""The best weights so far, apart from those that go on learning."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

    from headstart.models.backbone import Backbone


class Kept:
    """A second network that holds the weights of the best moment.

    Args:
        backbone: the network that learns.
        head: its head.
    """

    def __init__(self, backbone: Backbone, head: nn.Module) -> None:
        self.backbone: Backbone = copy.deepcopy(backbone)
        self.head: nn.Module = copy.deepcopy(head)
        live = [*backbone.parameters(), *head.parameters()]
        kept = [*self.backbone.parameters(), *self.head.parameters()]
        self._pairs = [(here, there) for here, there in zip(live, kept, strict=True) if here.requires_grad]

    @torch.no_grad()
    def take(self) -> None:
        """Makes the weights of this moment the kept ones."""
        for here, there in self._pairs:
            there.copy_(here)

    def state(self) -> list[Tensor]:
        """The kept weights that learn, sharing memory with this."""
        return [there.detach() for _, there in self._pairs]

    @torch.no_grad()
    def restore(self, state: Sequence[Tensor]) -> None:
        """Makes what `state` gave the kept weights."""
        for (_, there), values in zip(self._pairs, state, strict=True):
            there.copy_(values)
