"""How much a network forgets on purpose while it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from headstart.models.backbone import Backbone


class OwnDropout(nn.Dropout):
    """Dropout whose share is set where it was made, apart from the network's."""


def set_dropout(backbone: Backbone, share: float) -> None:
    """Sets every dropout of the network; what its configuration says is left as it was."""
    for module in backbone.modules():
        if isinstance(module, nn.Dropout) and not isinstance(module, OwnDropout):
            module.p = share
        elif isinstance(getattr(module, "dropout", None), float):
            # Some architectures drop states by a function, of a share that the module holds.
            module.dropout = share  # type: ignore[assignment]


def has_dropout(backbone: Backbone) -> bool:
    """Whether anything would be dropped in training mode."""
    return any(_share(module) > 0.0 for module in backbone.modules())


def _share(module: nn.Module) -> float:
    if isinstance(module, nn.Dropout):
        return module.p
    share = getattr(module, "dropout", None)
    return share if isinstance(share, float) else 0.0
