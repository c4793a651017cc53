"""The folder of a run: who holds it, what it is a run of, and what has finished in it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from headstart.atomic import FULL, REFUSED, atomic_file, clear_unfinished
from headstart.core.strict_json import strict_json
from headstart.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What a part of a training leaves to be gone on with.
CHECKPOINT = "checkpoint.safetensors"
# Whoever looks whether a run is at work keeps others out for a moment.
PATIENCE_S = 0.5
SILENCE_S = 60.0
OURS = {
    *("run.json", "clock.json", "log.jsonl", "lock", "trials", "work"),
    *("bundle", "report.html", "result.json", "label_errors.csv", "sealed.json"),
}


@dataclass(frozen=True, kw_only=True)
class RunFolder:
    """Paths in a run's folder, and the record of what has finished."""

    root: Path

    @property
    def name(self) -> str:
        """What tells this run from all others, those included that were in the same place before it."""
        told = read_json(self.root / "run.json") or {}
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        return f"{self.root.resolve()} {digest[:16]}"

    @property
    def trials(self) -> Path:
        """One folder a trial, named by its key."""
        return self.root / "trials"

    @property
    def work(self) -> Path:
        """Rows handed to workers; gone when the run is done."""
        return self.root / "work"

    @property
    def log(self) -> Path:
        """One line a trial, appended as it happens."""
        return self.root / "log.jsonl"

    @property
    def clock(self) -> Path:
        """The count of active seconds."""
        return self.root / "clock.json"

    @property
    def bundle(self) -> Path:
        """What ships."""
        return self.root / "bundle"

    @property
    def report(self) -> Path:
        """The report for people."""
        return self.root / "report.html"

    @property
    def sealed(self) -> Path:
        """Hashes of the rows, so that a later run can keep the same ones sealed."""
        return self.root / "sealed.json"

    @property
    def result(self) -> Path:
        """The result for programs; its presence means that the run is done."""
        return self.root / "result.json"

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Makes the folder and keeps other processes out of it.

        Raises:
            RunError: another process works in it, or it can't be written.
        """
        with writing(self.root):
            self._make()
            lock = FileLock(self.root / "lock")
            try:
                lock.acquire(timeout=PATIENCE_S, poll_interval=PATIENCE_S / 10)
            except Timeout:
                raise RunError(
                    f"another process is working in {self.root}; "
                    "wait for it, or give another folder with --out"
                ) from None
        try:
            yield
        finally:
            lock.release()

    def _make(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except FileNotFoundError:
            # Parents are made as well, so that only a place like /proc can say so.
            raise PermissionError(errno.EPERM, "no folder can be made there") from None

    def busy(self) -> bool:
        """Whether a process works in it; only looks, where the system can tell at all."""
        try:
            import fcntl
        except ImportError:  # without such locks, as on Windows, the clock's last beat has to do
            with contextlib.suppress(OSError):
                return time.time() - self.clock.stat().st_mtime < SILENCE_S
            return False
        try:
            with (self.root / "lock").open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def begin(self, identity: Mapping[str, Any]) -> bool:
        """Notes what this is a run of, or checks that it is the same run.

        Returns:
            whether an earlier process began this run.

        Raises:
            RunError: the folder holds a run with other settings, or files of somebody else.
        """
        path = self.root / "run.json"
        earlier = read_json(path)
        if earlier is None:
            # A kill may leave what was being written under a hidden name.
            names = {each.name for each in self.root.iterdir() if not each.name.startswith(".")}
            strange = sorted(names - OURS)
            if strange:
                raise RunError(
                    f"{self.root} holds files that are not a run's ({', '.join(strange[:3])}); "
                    "give an empty or a new folder with --out"
                )
            write_json(path, identity)
            self.trials.mkdir(exist_ok=True)
            return False
        differing = sorted(
            key for key in identity.keys() | earlier.keys() if identity.get(key) != earlier.get(key)
        )
        if differing:
            # Settings such as the seed decide which rows are drawn, so that other rows follow from them.
            told = [key for key in differing if key != "data"] or differing
            raise RunError(
                f"{self.root} holds a run with other settings (different: {', '.join(told)}); "
                "give another folder with --out, or remove that one to start afresh"
            )
        self.trials.mkdir(exist_ok=True)
        return True

    def append(self, record: Mapping[str, Any]) -> None:
        """One line to the log with the time of day in UTC before it, on disk before this returns.

        What is not a number, such as the score of an undefined metric, is null there.
        """
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self.log.open("a+b") as file:
            if file.tell() and not _ends_with_newline(self.log):
                file.write(b"\n")
            # Names of files need not be text; what of them is none is escaped, as JSON knows it.
            file.write(strict_json({"at": at, **record}).encode("utf-8", "backslashreplace") + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def records(self) -> list[dict[str, Any]]:
        """The lines of the log; torn ones are left out."""
        found = []
        if self.log.exists():
            for line in self.log.read_bytes().split(b"\n"):
                with contextlib.suppress(ValueError):
                    found.append(json.loads(line))
        return [each for each in found if isinstance(each, dict)]

    def sweep(self) -> None:
        """Removes what only the run itself needed: rows, and weights that did not ship."""
        shutil.rmtree(self.work, ignore_errors=True)
        for trial in self.trials.iterdir():
            shutil.rmtree(trial / "model", ignore_errors=True)
            # A fit that was killed may not have been made again.
            clear_unfinished(trial)
            for left in trial.glob(f"{Path(CHECKPOINT).stem}.*"):
                left.unlink(missing_ok=True)


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a file, or None when it is missing or torn."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Writes an object so that a reader sees the old file or the new one, never a part."""
    with atomic_file(path) as part:
        # Names of files need not be text; what of them is none is escaped, as JSON knows it.
        told = json.dumps(value, indent=1, ensure_ascii=False, default=str)
        part.write_text(told, encoding="utf-8", errors="backslashreplace")


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turns faults of the disk into a message that says what to do.

    Raises:
        RunError: the folder can't be written, or the disk is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise RunError(
                f"the disk is full while writing {folder}; "
                "free some space and run the same command again to continue"
            ) from None
        if error.errno in REFUSED:
            raise RunError(
                f"can't write {folder}: {error.strerror}; give a folder that you may write with --out"
            ) from None
        raise


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
