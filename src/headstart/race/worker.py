"""The owner's side of the nursery: runs one job at a time and kills it when time is up."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.errors import RunError, WorkerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from headstart.core.context import Progress
    from headstart.core.deadline import Deadline

TICK_S = 0.1
KILLED = -9
# Errors that speak of memory, the second of an accelerator's.
STARVED = ("MemoryError", "OutOfMemoryError")
NO_FORK = (
    "each fit runs in a process that is forked from one with the libraries loaded, and this system can't "
    "fork; on Windows, run headstart in WSL (Windows Subsystem for Linux)"
)
# Where Linux counts the processes that it has killed for want of memory.
COUNTS, KILLS = Path("/proc/vmstat"), "oom_kill"


@dataclass(frozen=True, kw_only=True)
class Finished:
    """How a job ended.

    Args:
        status: `done`, `failed` or `stopped` (killed at its deadline).
        seconds: wall-clock time it took.
        peak_bytes: its peak resident memory.
        message: what it said when it failed.
        error: name of the exception's type.
        starved: whether it failed for want of memory.
    """

    status: str
    seconds: float
    peak_bytes: int = 0
    message: str = ""
    error: str = ""
    starved: bool = False


@dataclass(kw_only=True)
class Worker:
    """A process that runs jobs, each in a forked child of its own.

    Args:
        threads: threads for arithmetic in each job.
        tick: called about ten times a second while a job runs.
        imported_s: seconds that imports would take again, which tells how fast this computer is at present.
    """

    threads: int
    tick: Callable[[], None]
    imported_s: float = 0.0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _used: bool = False

    def start(self, *preload: str) -> None:
        """Starts the process, which begins to import these modules, and does not wait for it.

        Raises:
            RunError: this system can't fork.
        """
        if not hasattr(os, "fork"):
            raise RunError(NO_FORK)
        # Threads that never spin while they wait make steps a seventh slower; those that spin for long, as
        # is usual, take the cores from busy neighbours and from one another.
        environment = {"GOMP_SPINCOUNT": "10000"} | os.environ | {"OMP_NUM_THREADS": str(self.threads)}
        self._process = subprocess.Popen(
            # -P: a file of the user's named like a package must not be imported in its stead.
            [sys.executable, "-P", "-m", "headstart.race.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        self.preload(*preload)

    def preload(self, *modules: str) -> None:
        """Imports modules once for all jobs to come, without waiting for it."""
        self._send({"preload": modules})

    def stop(self) -> None:
        """Ends the process and whatever job it runs."""
        process, self._process = self._process, None
        if process is None:
            return
        if not self._used:
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def run(
        self, job: str, request: Mapping[str, Any], *, stderr: Path, deadline: Deadline, progress: Progress
    ) -> Finished:
        """Runs `module:function(request, progress)` and waits for its end or for the deadline.

        Raises:
            WorkerError: the process died without an answer.
        """
        if self._process is None:
            self.start()
        self._used = True
        started, kills = time.monotonic(), _kills()
        self._send({"job": job, "request": dict(request), "stderr": str(stderr)})
        failure: dict[str, Any] = {}
        stopped = False
        for message in self._messages():
            if "fraction" in message:
                progress(message["fraction"], message["note"])
            elif "error" in message:
                failure = message
            elif "imported_s" in message:
                self.imported_s += message["imported_s"]
            elif "exit" in message:
                seconds = time.monotonic() - started
                if stopped:
                    return _stopped(message, seconds)
                ended = _finished(message, failure, seconds, stderr)
                killed = message["exit"] == KILLED and _kills() > kills
                return replace(ended, starved=killed or ended.error in STARVED)
            if not stopped and deadline.left_s <= 0:
                stopped = True
                self._send({"kill": True})
        raise WorkerError("the worker process died; run the same command again to continue")

    def _send(self, order: Mapping[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise WorkerError(
                f"the worker process is gone: {error}; run the same command again to continue"
            ) from None

    def _messages(self) -> Iterator[dict[str, Any]]:
        assert self._process is not None
        assert self._process.stdout is not None
        source = self._process.stdout.fileno()
        pending = b""
        with selectors.DefaultSelector() as selector:
            selector.register(source, selectors.EVENT_READ)
            while True:
                self.tick()
                if not selector.select(TICK_S):
                    yield {}
                    continue
                chunk = os.read(source, 65536)
                if not chunk:
                    return
                *lines, pending = (pending + chunk).split(b"\n")
                yield from map(json.loads, lines)


def _stopped(end: Mapping[str, Any], seconds: float) -> Finished:
    return Finished(
        status="stopped", seconds=seconds, peak_bytes=int(end["peak_bytes"]), message="it was out of time"
    )


def _finished(end: Mapping[str, Any], failure: Mapping[str, Any], seconds: float, stderr: Path) -> Finished:
    peak = int(end["peak_bytes"])
    if end["exit"] == 0:
        return Finished(status="done", seconds=seconds, peak_bytes=peak)
    message = (
        failure.get("error")
        or f"it died with exit status {end['exit']}, {_reason(end['exit'])}; see {stderr}"
    )
    return Finished(
        status="failed", seconds=seconds, peak_bytes=peak, message=message, error=failure.get("type", "")
    )


def _kills() -> int:
    """Processes that the system has killed for want of memory since it started, as far as it tells."""
    with contextlib.suppress(OSError, ValueError):
        counts = dict(line.split() for line in COUNTS.read_text(encoding="ascii").splitlines())
        return int(counts.get(KILLS, 0))
    return 0


def _reason(code: int) -> str:
    return "most likely for want of memory" if code == KILLED else "without saying why"
