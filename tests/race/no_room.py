"""Imported into a nursery, it makes the system refuse the first process that is asked for."""

from __future__ import annotations

import errno
import os

_fork = os.fork


def refuse() -> int:
    """Says no once."""
    os.fork = _fork
    raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))


os.fork = refuse
