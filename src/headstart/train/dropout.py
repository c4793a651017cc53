"""How much a network forgets on purpose while it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from headstart.models.backbone import Backbone


def set_dropout(backbone: Backbone, share: float) -> None:
    """Sets every dropout of the network; what its configuration says is left as it was."""
    for module in backbone.modules():
        if isinstance(module, nn.Dropout):
            module.p = share
