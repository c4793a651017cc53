"""How long a thread has been busy, which tells how fast a computer is."""

from __future__ import annotations

import time
from pathlib import Path

_SCHEDULED = Path("/proc/thread-self/schedstat")


def busy_s() -> float:
    """Seconds that this thread has worked or has waited for a core; only differences mean anything.

    What it waited for a disk does not count: a file that was read once lies in memory afterwards. Where the
    system does not tell these apart, all that passes counts.
    """
    try:
        worked, waited, _ = map(int, _SCHEDULED.read_text().split())
    except (OSError, ValueError):
        worked = waited = 0
    return (worked + waited) / 1e9 if worked else time.monotonic()
