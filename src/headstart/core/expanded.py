"""Paths as people type them."""

from __future__ import annotations

from pathlib import Path


def expanded(path: str | Path) -> Path:
    """The path with `~` and `~user` as their folders; a name that only begins like that stays as it is."""
    found = Path(path)
    try:
        return found.expanduser()
    except RuntimeError:
        # Nobody of that name has a home here, as with a file called `~old.csv`.
        return found
