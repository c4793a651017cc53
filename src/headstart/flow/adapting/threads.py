"""How many threads the work of a run may use."""

from __future__ import annotations

import os

NAMED = "OMP_NUM_THREADS"


def threads() -> int:
    """Threads for arithmetic: one a core that this process may use, or as many as OMP_NUM_THREADS names.

    Threads that share a core with other work wait for one another at every product: on a busy computer
    small networks take several times as long with two of them as with one, and whoever runs it may say so.
    More than there are cores are never used.
    """
    named = os.environ.get(NAMED, "").split(",")[0].strip()
    allowed = cores()
    return min(int(named), allowed) if named.isascii() and named.isdigit() and int(named) > 0 else allowed


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
