"""The process in which fits run: it imports the libraries once and forks a child for each job.

It reads one JSON object a line. `{"preload": [modules]}` imports what jobs will need;
`{"job": "module:function", "request": {...}, "stderr": path}` runs one. For a job it
writes one a line too: the child's progress, then `{"exit": code, "peak_bytes": n}`. A further line while
a job runs kills the job. When standard input ends, because the owner has finished or was killed, it
kills the child and leaves.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import selectors
import signal
import sys
import time
import traceback
from typing import Any

from headstart.race.busy import busy_s

TICK_S = 0.05
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serves jobs until standard input ends."""
    replies = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lines = Lines(0)
    while (line := lines.next()) is not None:
        order = json.loads(line)
        if "preload" in order:
            reply(replies, {"imported_s": _import(order["preload"])})
        if "job" in order:  # an order to kill may come when its job has just ended
            _serve(order, lines, replies)


def _import(modules: list[str]) -> float:
    started = busy_s()
    for name in modules:
        with contextlib.suppress(ImportError):  # the job itself will say what is missing
            importlib.import_module(name)
    return busy_s() - started


class Lines:
    """Lines of a file descriptor, with a way to look whether it has ended."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._pending = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(source, selectors.EVENT_READ)
        self.ended = False

    def wait(self, seconds: float | None) -> None:
        """Takes in what arrives within the given time."""
        if self.ended:
            time.sleep(seconds or 0.0)
        elif self._selector.select(seconds):
            chunk = os.read(self._source, 65536)
            self._pending += chunk
            self.ended = not chunk

    def next(self) -> bytes | None:
        """The next line, or None at the end."""
        while (line := self.take()) is None and not self.ended:
            self.wait(None)
        return line

    def take(self) -> bytes | None:
        """The next line if it is here already."""
        if b"\n" not in self._pending:
            return None
        line, _, self._pending = self._pending.partition(b"\n")
        return line


def _serve(order: dict[str, Any], lines: Lines, replies: int) -> None:
    parent = os.getpid()
    try:
        child = os.fork()
    except OSError as error:  # no memory or no process is left: a fault of this job, and not of the run
        reply(replies, {"error": f"no process could be started for it: {error}", "type": "OSError"})
        reply(replies, {"exit": 1, "peak_bytes": 0})
        return
    if child == 0:
        _run(order, replies, parent)
    while True:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(status)
            scale = 1 if sys.platform == "darwin" else 1024
            reply(replies, {"exit": code, "peak_bytes": usage.ru_maxrss * scale})
            return
        lines.wait(TICK_S)
        if lines.ended or lines.take() is not None:
            os.kill(child, signal.SIGKILL)


def _run(order: dict[str, Any], replies: int, parent: int) -> None:
    code = 1
    try:
        _die_with(parent)
        errors = os.open(order["stderr"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(errors, 1)
        os.dup2(errors, 2)
        module, _, function = order["job"].partition(":")
        job = getattr(importlib.import_module(module), function)
        job(order["request"], lambda fraction, note="": reply(replies, {"fraction": fraction, "note": note}))
        code = 0
    except BaseException as error:  # noqa: BLE001 (whatever it is, the owner has to hear of it)
        # First of all: on a disk that is full the traceback can't be written.
        reply(replies, {"error": str(error), "type": type(error).__name__})
        with contextlib.suppress(OSError):
            traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stderr.flush()
        os._exit(code)


def reply(replies: int, message: dict[str, Any]) -> None:
    """One line to the owner; short enough for the pipe to take it whole."""
    if len(json.dumps(message)) > 4000:
        message = {key: value[:1000] if isinstance(value, str) else value for key, value in message.items()}
    os.write(replies, json.dumps(message).encode() + b"\n")


def _die_with(parent: int) -> None:
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main()
    # Nothing is left to put away, and taking large libraries down one by one takes seconds.
    os._exit(0)
