"""The states of many texts in one file, read through a memory map."""

from __future__ import annotations

import json
import os
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from jaxtyping import Int, Shaped, UInt8
    from numpy import ndarray

HEAD_BYTES = 4096
FORMAT = "headstart token states 1"
CHUNK_BYTES = 1 << 24
# NumPy has no bfloat16: its bits travel as integers of the same size.
STORED: dict[str, np.dtype[Any]] = {"bfloat16": np.dtype(np.int16), "float32": np.dtype(np.float32)}


@dataclass(frozen=True, kw_only=True, eq=False)
class StateFile:
    """Ragged states, laid end to end.

    Args:
        keys: a hash of each example.
        offsets: where the states of each example start in `values`, and where the last ones end.
        values: the states; the bits of bfloat16 as int16, or float32.
    """

    keys: UInt8[ndarray, "examples 16"]
    offsets: Int[ndarray, " examples+1"]
    values: Shaped[ndarray, "tokens width"]

    @classmethod
    def in_memory(
        cls,
        keys: UInt8[ndarray, "examples 16"],
        lengths: Int[ndarray, " examples"],
        *,
        width: int,
        dtype: str,
    ) -> StateFile:
        """Room for states that no file holds."""
        offsets = _offsets(lengths)
        return cls(keys=keys, offsets=offsets, values=np.zeros((int(offsets[-1]), width), STORED[dtype]))

    @classmethod
    def create(
        cls,
        path: Path,
        keys: UInt8[ndarray, "examples 16"],
        lengths: Int[ndarray, " examples"],
        *,
        width: int,
        dtype: str,
    ) -> StateFile:
        """Room in a new file, to be filled and then sealed.

        Raises:
            OSError: the disk is full or can't be written.
        """
        offsets = _offsets(lengths)
        head = {"format": FORMAT, "examples": len(keys), "width": width, "dtype": dtype}
        head["tokens"] = int(offsets[-1])
        with path.open("wb") as file:
            file.seek(HEAD_BYTES)
            file.write(np.ascontiguousarray(keys).tobytes())
            file.write(offsets.tobytes())
            start = file.tell()
            # In a file with holes a full disk would kill the process when a page is touched.
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), start, max(1, _value_bytes(head)))
            file.truncate(start + _value_bytes(head))
        return _mapped(path, head, mode="r+")

    @classmethod
    def open(cls, path: Path) -> StateFile | None:
        """What a sealed file holds; None where it is torn."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            with path.open("rb") as file:
                head = json.loads(file.read(HEAD_BYTES).rstrip(b"\0"))
                sound = head["format"] == FORMAT and path.stat().st_size == _file_bytes(head)
                if not sound or _checksum(file) != head["checksum"]:
                    return None
            return _mapped(path, head, mode="r")
        return None

    def seal(self, path: Path, *, dtype: str) -> None:
        """Writes the head, with a checksum of all that follows it, once everything else is on disk.

        Raises:
            OSError: the disk is full or can't be written.
        """
        if isinstance(self.values, np.memmap):
            self.values.flush()
        tokens, width = self.values.shape
        with path.open("r+b") as file:
            file.seek(HEAD_BYTES)
            head = {"format": FORMAT, "examples": len(self.keys), "width": width, "dtype": dtype}
            head |= {"tokens": tokens, "checksum": _checksum(file)}
            file.seek(0)
            file.write(json.dumps(head).encode().ljust(HEAD_BYTES, b"\0"))
            file.flush()
            os.fsync(file.fileno())


def _mapped(path: Path, head: dict[str, Any], *, mode: Any) -> StateFile:
    examples, tokens = int(head["examples"]), int(head["tokens"])
    keys_bytes, offsets_bytes = 16 * examples, 8 * (examples + 1)
    keys = np.fromfile(path, np.uint8, keys_bytes, offset=HEAD_BYTES).reshape(-1, 16)
    offsets = np.fromfile(path, np.int64, examples + 1, offset=HEAD_BYTES + keys_bytes)
    dtype, shape = STORED[head["dtype"]], (tokens, int(head["width"]))
    values: Any = np.zeros(shape, dtype)
    if tokens:
        start = HEAD_BYTES + keys_bytes + offsets_bytes
        values = np.memmap(path, dtype, mode, offset=start, shape=shape)
    return StateFile(keys=keys, offsets=offsets, values=values)


def _offsets(lengths: Int[ndarray, " examples"]) -> Int[ndarray, " examples+1"]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _value_bytes(head: dict[str, Any]) -> int:
    return int(head["tokens"]) * int(head["width"]) * STORED[head["dtype"]].itemsize


def _file_bytes(head: dict[str, Any]) -> int:
    examples = int(head["examples"])
    return HEAD_BYTES + 16 * examples + 8 * (examples + 1) + _value_bytes(head)


def _checksum(file: Any) -> int:
    """Of all that follows the place where the file stands."""
    found = 0
    while chunk := file.read(CHUNK_BYTES):
        found = zlib.crc32(chunk, found)
    return found
