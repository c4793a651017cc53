"""Where states are written while they are computed: the cache, or memory where that does not take them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import torch

from headstart.models.state_file import STORED, StateFile

if TYPE_CHECKING:
    from pathlib import Path

    from jaxtyping import Float, Int, UInt8
    from numpy import ndarray
    from torch import Tensor

    from headstart.models.cache import Cache


@dataclass(frozen=True, kw_only=True, eq=False)
class StateRoom:
    """States of some examples in the making.

    Args:
        states: where they go.
        dtype: `bfloat16` or `float32`.
        unfinished: the file that they are in, or None in memory.
        store: the cache that is to have that file.
    """

    states: StateFile
    dtype: str
    unfinished: Path | None = None
    store: Cache | None = None

    @classmethod
    def make(
        cls,
        where: tuple[Cache | None, str],
        keys: UInt8[ndarray, "examples 16"],
        lengths: Int[ndarray, " examples"],
        *,
        width: int,
        dtype: str,
    ) -> Self:
        """Room in a group of the cache; in memory without one, or where bound or disk are too small."""
        store, group = where
        size = int(lengths.sum()) * width * STORED[dtype].itemsize
        unfinished: Path | None = None
        if store is not None and size <= store.bound_bytes:
            try:
                unfinished = store.room(group)
                states = StateFile.create(unfinished, keys, lengths, width=width, dtype=dtype)
                return cls(states=states, dtype=dtype, unfinished=unfinished, store=store)
            except OSError:
                store.drop(unfinished)
        return cls(states=StateFile.in_memory(keys, lengths, width=width, dtype=dtype), dtype=dtype)

    def fill(self, batch: Int[ndarray, " batch"], states: Float[Tensor, "tokens width"]) -> None:
        """Writes the states of these examples, which lie end to end in that order."""
        kind = torch.bfloat16 if self.dtype == "bfloat16" else torch.float32
        bits = states.to("cpu", kind).contiguous()
        flat = (bits.view(torch.int16) if kind == torch.bfloat16 else bits).numpy()
        starts, stops = self.states.offsets[batch], self.states.offsets[batch + 1]
        lengths = stops - starts
        begins = np.cumsum(lengths) - lengths
        places = np.arange(int(lengths.sum())) + np.repeat(starts - begins, lengths)
        self.states.values[places] = flat

    def finished(self) -> StateFile:
        """The states, once all are filled in; what can't be kept on disk is usable all the same."""
        if self.unfinished is not None and self.store is not None:
            with suppress(OSError):
                self.states.seal(self.unfinished, dtype=self.dtype)
                self.store.publish(self.unfinished)
                return self.states
            self.store.drop(self.unfinished)
        return self.states
