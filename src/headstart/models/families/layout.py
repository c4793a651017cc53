"""Where the parts of a network lie, whatever its architecture."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

# Each architecture names its parts in its own way, so that no common type declares them.
Network: TypeAlias = Any


class Layout(ABC):
    """The blocks of a network in order, and what lies around them; holds no state.

    Attributes:
        attentions: implementations of attention that it offers, the default first.
        keys_and_values: names, within a block, of the layers that give keys and values.
        feed_forward_out: name, within a block, of the layer that reads the inner feed-forward states.
        peft_task: kind of task by which `peft` opens its adapters.
    """

    attentions: ClassVar[tuple[str, ...]] = ("sdpa", "eager")
    keys_and_values: ClassVar[tuple[str, ...]]
    feed_forward_out: ClassVar[str]
    peft_task: ClassVar[str] = "FEATURE_EXTRACTION"

    @abstractmethod
    def blocks(self, network: Network) -> Sequence[nn.Module]:
        """The Transformer blocks in order."""

    def beside(self, network: Network, index: int) -> Sequence[nn.Module]:
        """Modules that run with one block without lying in it."""
        return ()

    @abstractmethod
    def embeddings(self, network: Network) -> Sequence[nn.Module]:
        """The modules that come before the first block, and tables that all blocks share."""

    def final(self, network: Network) -> Sequence[nn.Module]:
        """The modules that come after the last block."""
        return ()
