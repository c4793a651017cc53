"""The most that a model may cost to run and to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart import wording

if TYPE_CHECKING:
    from headstart.core.evaluation import Footprint


@dataclass(frozen=True, kw_only=True)
class Caps:
    """Bounds that what ships has to keep; without any, everything does.

    Args:
        row_ms: milliseconds a row, in batches.
        bytes: size of all files.
    """

    row_ms: float | None = None
    bytes: float | None = None

    def allow(self, footprint: Footprint) -> bool:
        """Whether a model keeps all bounds."""
        return not self.broken(footprint)

    def broken(self, footprint: Footprint) -> tuple[str, ...]:
        """The bounds that a model does not keep, in plain words; empty when it keeps them all."""
        found = []
        if self.row_ms is not None and not footprint.row_ms <= self.row_ms:
            takes, most = wording.latency(footprint.row_ms), wording.latency(self.row_ms)
            found.append(f"it takes {takes} a row, and --max-latency allows {most}")
        if self.bytes is not None and not footprint.bytes <= self.bytes:
            takes, most = wording.size(footprint.bytes), wording.size(self.bytes)
            found.append(f"it takes {takes} on disk, and --max-size allows {most}")
        return tuple(found)
