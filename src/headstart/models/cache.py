"""Arrays on disk that may vanish at any time and are never wrong."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safetensors import SafetensorError
from safetensors.numpy import load, save

from headstart.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy import ndarray

DEFAULT_BOUND_BYTES = 10 * 1024**3
BOUND_VARIABLE = "HEADSTART_CACHE_BYTES"
SUFFIX, UNFINISHED = ".features", ".unfinished"
MAGIC = b"HSFEAT1\n"
DIGEST_BYTES = 20
STALE_S = 3600.0


@dataclass(frozen=True, kw_only=True)
class Cache:
    """A folder of entries, safe under several processes and safe to delete.

    An entry is written beside its place and renamed into it. It carries its length and a checksum,
    so that a torn one is noticed and dropped. Beyond the bound, those that were read least recently go.

    Args:
        folder: where the entries lie.
        bound_bytes: size of all entries at most.
    """

    folder: Path
    bound_bytes: int = DEFAULT_BOUND_BYTES

    @classmethod
    def within(cls, folder: Path) -> Cache:
        """A cache bounded as the environment says, by 10 GiB when it says nothing.

        Raises:
            SettingError: the environment says something that is no number of bytes.
        """
        stated = os.environ.get(BOUND_VARIABLE, "")
        if stated and not stated.isdecimal():
            raise SettingError(
                f"{BOUND_VARIABLE} is {stated!r}; it is the largest size of the feature cache in bytes, "
                f"such as {DEFAULT_BOUND_BYTES}: correct or unset it"
            )
        return cls(folder=folder, bound_bytes=int(stated) if stated else DEFAULT_BOUND_BYTES)

    def group(self, name: str) -> Iterator[Mapping[str, ndarray]]:
        """The sound entries of a group, oldest first; those that are torn are deleted."""
        with suppress(OSError):
            for path in sorted((self.folder / name).glob(f"*{SUFFIX}")):
                entry = self._read(path)
                if entry is not None:
                    yield entry

    def add(self, group: str, entry: Mapping[str, ndarray]) -> None:
        """Adds an entry to a group; nothing happens when the disk is full or can't be written."""
        content = save(dict(entry))
        framed = MAGIC + len(content).to_bytes(8, "little") + _digest(content) + content
        if len(framed) > self.bound_bytes:
            return
        unfinished: Path | None = None
        try:
            unfinished = self.room(group)
            unfinished.write_bytes(framed)
            self.publish(unfinished)
        except OSError:
            self.drop(unfinished)

    @property
    def size_bytes(self) -> int:
        """Size of all entries."""
        return sum(size for _, size, _ in self._entries())

    def paths(self, group: str) -> list[Path]:
        """Files of a group, oldest first, for those who read them in their own way; marked as read."""
        with suppress(OSError):
            found = sorted((self.folder / group).glob(f"*{SUFFIX}"))
            for path in found:
                with suppress(OSError):
                    os.utime(path)
            return found
        return []

    def room(self, group: str) -> Path:
        """Where a new entry may be written before it is published.

        Raises:
            OSError: the folder can't be written.
        """
        folder = self.folder / group
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{uuid.uuid4().hex}{UNFINISHED}"

    def publish(self, unfinished: Path) -> Path:
        """Gives a finished entry the name under which it is found, and makes room for it.

        Raises:
            OSError: the disk can't be written.
        """
        path = unfinished.with_name(f"{time.time_ns():020d}-{unfinished.stem[:8]}{SUFFIX}")
        unfinished.replace(path)
        self._evict()
        return path

    def drop(self, path: Path | None) -> None:
        """Deletes an entry, whatever state it is in."""
        if path is not None:
            with suppress(OSError):
                path.unlink()

    def _read(self, path: Path) -> Mapping[str, ndarray] | None:
        try:
            framed = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        start = len(MAGIC) + 8 + DIGEST_BYTES
        length, digest = framed[len(MAGIC) : len(MAGIC) + 8], framed[len(MAGIC) + 8 : start]
        content = framed[start:]
        sound = framed.startswith(MAGIC) and int.from_bytes(length, "little") == len(content)
        if sound and _digest(content) == digest:
            with suppress(SafetensorError):
                return load(content)
        self.drop(path)
        return None

    def _entries(self) -> list[tuple[int, int, Path]]:
        """When each entry was read last, its size and its path; what a crash left behind is deleted."""
        entries = []
        for path in self._found():
            with suppress(OSError):
                status = path.stat()
                if path.suffix == SUFFIX:
                    entries.append((status.st_mtime_ns, status.st_size, path))
                elif path.suffix == UNFINISHED and time.time() - status.st_mtime > STALE_S:
                    path.unlink()
        return entries

    def _found(self) -> list[Path]:
        with suppress(OSError):
            return list(self.folder.rglob("*"))
        return []

    def _evict(self) -> None:
        entries = self._entries()
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= self.bound_bytes:
                return
            with suppress(OSError):
                path.unlink()
            total -= size


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest()
