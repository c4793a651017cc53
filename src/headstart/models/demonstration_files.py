"""Demonstrations on disk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from safetensors.numpy import load_file, save_file

from headstart.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy import ndarray

_Read = TypeVar("_Read")
_TOLD, _ARRAYS = "demonstrations.json", "demonstrations.safetensors"


def save_demonstrations(folder: Path, told: Mapping[str, Any], arrays: Mapping[str, ndarray | None]) -> None:
    """Writes `demonstrations.json` and, where there are arrays, `demonstrations.safetensors`.

    Args:
        folder: where they go.
        told: plain values.
        arrays: those that are there, by name.
    """
    (folder / _TOLD).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    there = {name: np.ascontiguousarray(each) for name, each in arrays.items() if each is not None}
    if there:
        save_file(there, folder / _ARRAYS)


def load_demonstrations(
    folder: Path, read: Callable[[dict[str, Any], dict[str, ndarray]], _Read]
) -> _Read | None:
    """What `read` makes of what `save_demonstrations` wrote into a folder, or None where it wrote none.

    Args:
        folder: where they are.
        read: from the plain values and the arrays.

    Raises:
        BundleError: a file is broken.
    """
    path, arrays = folder / _TOLD, folder / _ARRAYS
    if not path.is_file():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return read(told, load_file(arrays) if arrays.is_file() else {})
    except Exception as error:  # the library's own error type derives from Exception alone
        raise BundleError(f"{path} can't be read ({error}); copy the bundle again") from error
