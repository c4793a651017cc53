"""Training rows, and the frozen backbone that reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headstart.core.context import Context, Progress
    from headstart.core.examples import Examples
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadRows:
    """What a fit of a linear layer on a frozen backbone starts from.

    Args:
        backbone: the network, which is left as it is.
        examples: the training rows, encoded with their targets.
        split: where the rows and their clusters come from.
        context: seed, precision, device, cache and deadline.
        progress: called with the share of the reading that is done.
    """

    backbone: Backbone
    examples: Examples
    split: Split
    context: Context
    progress: Progress
