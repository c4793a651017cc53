"""Active seconds of a run, from process start, summed over its resumes."""

from __future__ import annotations

import json
import os
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

from headstart.core.deadline import Deadline

if TYPE_CHECKING:
    from pathlib import Path

HEARTBEAT_S = 1.0
BEGAN: ContextVar[float | None] = ContextVar("began", default=None)


@dataclass(kw_only=True)
class Clock:
    """Counts the seconds in which a run was at work and keeps them on disk as they pass.

    The wall clock is read once, to tell how long ago the process began: it may be set to another time while
    the run is at work, forwards or backwards.

    Args:
        path: where the count is kept.
        within_s: seconds that the run may take in all, or None.
        before_s: seconds that earlier processes of this run were at work.
        started_s: reading of the wall clock when this process began its work.
    """

    path: Path
    within_s: float | None
    started_s: float
    before_s: float = 0.0
    _kept_s: float = 0.0
    _began_s: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._began_s = time.monotonic() - max(0.0, time.time() - self.started_s)

    @classmethod
    def resume(cls, path: Path, within_s: float | None, started_s: float) -> Clock:
        """A clock that goes on from what is on disk; a torn or missing file counts as nothing."""
        try:
            before = float(json.loads(path.read_text())["seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            before = 0.0
        return cls(path=path, within_s=within_s, before_s=before, started_s=started_s)

    @property
    def spent_s(self) -> float:
        """Active seconds so far."""
        return self.before_s + time.monotonic() - self._began_s

    @property
    def left_s(self) -> float:
        """Seconds left, negative when time is up."""
        return float("inf") if self.within_s is None else self.within_s - self.spent_s

    def deadline(self, reserve_s: float = 0.0) -> Deadline:
        """The moment at which only `reserve_s` will be left."""
        return Deadline(at_s=time.monotonic() + self.left_s - reserve_s)

    def tick(self) -> None:
        """Keeps the count on disk, about once a second."""
        if self.spent_s - self._kept_s >= HEARTBEAT_S:
            self.keep()

    def keep(self) -> None:
        """Keeps the count on disk now."""
        self._kept_s = self.spent_s
        scratch = self.path.with_name(f".{self.path.name}")
        scratch.write_text(json.dumps({"seconds": round(self._kept_s, 3)}))
        os.replace(scratch, self.path)


def count_from_process_start() -> None:
    """Lets the clock of the work that follows begin when this process did, imports included.

    The command line does so; a call from Python counts from the call, since its process may be old.
    """
    BEGAN.set(float(psutil.Process().create_time()))


def began_s() -> float:
    """When the work at hand began, on the wall clock."""
    return BEGAN.get() or time.time()
