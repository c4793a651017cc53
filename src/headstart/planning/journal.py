"""A file of JSON lines that several processes append to and that stays short."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from headstart.atomic import atomic_file
from headstart.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MOST_LINES, KEPT_LINES = 4000, 2000


def append(path: Path, values: Mapping[str, Any]) -> None:
    """Appends a line; a journal that can't be written is no reason to end a run."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A line that a kill has torn must not take the next one with it.
        before = "\n" if _is_torn(path) else ""
        with path.open("a", encoding="utf-8") as file:
            # One short write, so that lines of several processes don't mix.
            file.write(f"{before}{json.dumps(values)}\n")
        _shorten(path)
    except (OSError, RunError):
        return


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Its lines, oldest first; those that are torn are passed over, and no file has none."""
    try:
        found = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in found:
        try:
            values = json.loads(line)
        except ValueError:
            continue
        if isinstance(values, dict):
            yield values


def _is_torn(path: Path) -> bool:
    """Whether its last line has no end."""
    if not path.exists() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _shorten(path: Path) -> None:
    found = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if len(found) > MOST_LINES:
        with atomic_file(path) as part:
            part.write_text("".join(f"{line}\n" for line in found[-KEPT_LINES:]), encoding="utf-8")
