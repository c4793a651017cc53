"""From what a person typed to a file that can be read."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from headstart.core.expanded import expanded
from headstart.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = "CSV, TSV, JSONL, JSON, Parquet or CoNLL, each also as .gz"
_SHOWN = 5


def locate(source: str | Path) -> Path:
    """The path of an existing, readable file that is not empty.

    Raises:
        DataError: there is no such file, it is a folder, it is empty, or it may not be read.
    """
    path = expanded(source)
    try:
        if path.is_dir():
            raise DataError(f"{path} is a folder; give one file: {KNOWN}{_inside(path)}")
        if not path.exists():
            raise DataError(f"there is no file {path}; {_near(path)}")
        if not path.is_file():
            raise DataError(f"{path} is not a plain file; save the data as {KNOWN}")
        if path.stat().st_size == 0:
            raise DataError(f"{path} is empty; it needs a header and rows")
        with path.open("rb"):
            return path
    except OSError as error:
        raise DataError(f"{path} can't be opened ({error.strerror}); give a file that you may read") from None
    except ValueError:
        raise DataError(f"{str(source)!r} is no file name; give a file: {KNOWN}") from None


def _inside(folder: Path) -> str:
    files = sorted(each.name for each in folder.iterdir() if each.is_file() and not each.name.startswith("."))
    return f"; it holds: {_listed(files)}" if files else ""


def _near(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no folder {path.parent} either; check the path"
    files = sorted(each.name for each in path.parent.iterdir() if each.is_file())
    near = difflib.get_close_matches(path.name, files, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(str(path.with_name(name)) for name in near)}?"
    seen = [name for name in files if not name.startswith(".")]
    return f"the folder holds: {_listed(seen)}" if seen else "check the path"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
