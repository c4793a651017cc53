"""Files and folders that appear under their final name whole or not at all.

Everything is written to a hidden sibling first and renamed once it lies on the disk. The sibling's
name says which process wrote it, so that what a crash left behind is told from work in progress.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import secrets
import shutil
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from headstart.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the system says of a full disk, and of a place that it does not let anyone write to.
FULL = {errno.ENOSPC, errno.EDQUOT}
REFUSED = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOTDIR,
    errno.ENAMETOOLONG,
    errno.EISDIR,
    errno.EEXIST,
}
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_SAME_START_S = 2


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yields the name of a new file that takes the place of `path` when the block ends well.

    Raises:
        RunError: the disk is full or the place can't be written.
    """
    with _explained(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        part = _begin(path)
        try:
            part.touch(exist_ok=False)
            yield part
            _sync(part)
            os.replace(part, path)
            _sync(path.parent)
        finally:
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Yields a new, empty folder that takes the place of `path` when the block ends well.

    Raises:
        RunError: the disk is full or the place can't be written.
    """
    with _explained(path):
        part = _begin(path)
        try:
            part.mkdir()
            yield part
            for each in [*part.rglob("*"), part]:
                _sync(each)
            _take_place(part, path)
            _sync(path.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = _explanation(error.errno, path)
        if message is None or not _concerns(error, path):
            raise
        raise RunError(message) from error
    except Exception as error:
        # Writers in Rust (safetensors, tokenizers, polars) hide the number in their own errors' text.
        if "No space left on device" not in str(error):
            raise
        raise RunError(_explanation(errno.ENOSPC, path)) from error


def _explanation(number: int | None, path: Path) -> str | None:
    if number in FULL:
        return (
            f"the disk is full: {path} could not be written and nothing was left under that name; "
            f"free some space or choose another place, then run the same command again"
        )
    if number in REFUSED:
        reason = os.strerror(number or 0).lower()
        return f"{path} can't be written ({reason}); choose a place that you may write to"
    return None


def _concerns(error: OSError, path: Path) -> bool:
    # The block also reads; a file elsewhere that can't be read is another matter.
    named = error.filename
    if error.errno in FULL or not isinstance(named, str):
        return True
    return Path(named).is_relative_to(path.parent) or path.is_relative_to(named)


def _stem(path: Path) -> str:
    # Shortened, so that the hidden name is never too long; the checksum keeps siblings apart.
    return f".{path.name[:40]}.{zlib.crc32(path.name.encode('utf-8', 'surrogateescape')):08x}"


def _begin(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        # A name that can't be is told before anything is written.
        path.lstat()
    _sweep(path)
    return _part(path)


def _part(path: Path, kind: str = "part") -> Path:
    owner = f"{os.getpid()}-{int(psutil.Process().create_time())}"
    return path.with_name(f"{_stem(path)}.{kind}-{owner}-{secrets.token_hex(4)}")


def _sweep(path: Path) -> None:
    """Removes what dead processes left, and puts back what one of them had moved aside."""
    stem = _stem(path)
    for entry in os.scandir(path.parent):
        if not entry.name.startswith(f"{stem}.") or _alive(entry.name):
            continue
        left = Path(entry.path)
        if f"{stem}.old-" in entry.name and not path.exists():
            left.rename(path)
        elif entry.is_dir(follow_symlinks=False):
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def clear_unfinished(folder: Path) -> None:
    """Removes what dead processes left of files and folders that they did not finish in this folder."""
    for left in folder.glob(".*.part-*"):
        if _alive(left.name):
            continue
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _alive(name: str) -> bool:
    try:
        pid, started, _ = name.rpartition(".")[2].split("-")[1:]
        return abs(psutil.Process(int(pid)).create_time() - int(started)) <= _SAME_START_S
    except psutil.AccessDenied:
        return True
    except (ValueError, psutil.Error):
        return False


def _take_place(part: Path, path: Path) -> None:
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        os.replace(part, path)
    elif not _exchange(part, path):
        aside = _part(path, "old")
        os.rename(path, aside)
        os.rename(part, path)
        shutil.rmtree(aside, ignore_errors=True)


def _exchange(first: Path, second: Path) -> bool:
    """Swaps two names in one step where the system can, so that no moment is without the name."""
    try:
        swap = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    done = swap(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    return bool(done == 0)


def _sync(path: Path) -> None:
    if path.is_symlink() or (os.name == "nt" and path.is_dir()):
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        # Some file systems refuse to sync folders; the rename stays atomic there all the same.
        with contextlib.suppress(OSError) if path.is_dir() else contextlib.nullcontext():
            os.fsync(handle)
    finally:
        os.close(handle)
