"""The seconds that are left."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A point on the monotonic clock of this process.

    Args:
        at_s: reading of `time.monotonic()` at which time is up; infinite without a limit.
    """

    at_s: float = math.inf

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """A deadline that many seconds from now; none when `seconds` is None."""
        return cls(at_s=math.inf if seconds is None else time.monotonic() + seconds)

    @property
    def left_s(self) -> float:
        """Seconds left, negative when it has passed."""
        return self.at_s - time.monotonic()
