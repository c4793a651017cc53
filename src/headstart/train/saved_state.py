"""The state of a training on disk: tensors as safetensors, all else as JSON in the same file."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

REST = "rest"
PLAIN = (bool, int, float, str, type(None))


def write_state(state: Mapping[str, Any], path: Path) -> None:
    """Keeps the state of a checkpoint in a file that is there whole or not at all.

    Args:
        state: values, tensors and arrays in dicts, lists and tuples, at any depth.
        path: name of the file.

    Raises:
        TypeError: something in it is none of these.
    """
    # It takes a moment to import and is needed here alone.
    from safetensors.torch import save_file

    tensors: dict[str, Tensor] = {}
    rest = json.dumps(_taken_apart(state, tensors))
    scratch = path.with_suffix(".tmp")
    save_file(tensors, scratch, metadata={REST: rest})
    os.replace(scratch, path)


def read_state(path: Path) -> dict[str, Any]:
    """The state that `write_state` kept, its tensors in the memory of the processor.

    Raises:
        OSError: there is no such file.
    """
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no dict)
        rest = json.loads(file.metadata()[REST])
    found: dict[str, Any] = _put_together(rest, tensors)
    return found


def _taken_apart(value: Any, tensors: dict[str, Tensor]) -> Any:
    """A value as JSON can hold it, its tensors put aside by number."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, torch.Tensor | np.ndarray):
        name = str(len(tensors))
        kind = "array" if isinstance(value, np.ndarray) else "tensor"
        held = torch.from_numpy(value) if isinstance(value, np.ndarray) else value.detach().cpu()
        # Two that share memory can't lie in one file.
        tensors[name] = held.clone().contiguous()
        return {kind: name}
    if isinstance(value, dict):
        return {"dict": [[key, _taken_apart(each, tensors)] for key, each in value.items()]}
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [_taken_apart(each, tensors) for each in value]}
    raise TypeError(f"got {type(value).__name__}; a state holds values, tensors, arrays, dicts and lists")


def _put_together(value: Any, tensors: Mapping[str, Tensor]) -> Any:
    if not isinstance(value, dict):
        return value
    [(kind, held)] = value.items()
    if kind == "tensor":
        return tensors[held]
    if kind == "array":
        return tensors[held].numpy()
    if kind == "dict":
        return {key: _put_together(each, tensors) for key, each in held}
    found = [_put_together(each, tensors) for each in held]
    return found if kind == "list" else tuple(found)
