"""Killing a command without warning, and what it leaves behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MARK = "HEADSTART_BENCHMARK_MARK"
DEATH_S = 10.0
SCRATCH = re.compile(r"^\.|\.tmp$|\.part-|\.old-")


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One start of a command, up to its end or its death.

    Args:
        seconds: how long it lived.
        code: exit status, or None when it was killed.
        output: standard output.
        errors: standard error.
        survivors: processes of it that outlived it by ten seconds.
    """

    seconds: float
    code: int | None
    output: str
    errors: str
    survivors: int


def run_until(command: Sequence[str], *, after_s: float | None, whole_group: bool, cache: Path) -> Leg:
    """Start a command and SIGKILL it after a while, unless it has ended.

    Args:
        command: what to start.
        after_s: when to kill it, or None to let it end.
        whole_group: whether all its process group is killed, or the first process alone.
        cache: folder of its caches.
    """
    mark = uuid.uuid4().hex
    environment = {**os.environ, "HEADSTART_CACHE": str(cache), MARK: mark}
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    code: int | None
    try:
        output, errors = process.communicate(timeout=after_s)
        code = process.returncode
    except subprocess.TimeoutExpired:
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
        code = None
    seconds = time.perf_counter() - start
    return Leg(seconds=seconds, code=code, output=output, errors=errors, survivors=_reap(mark))


def scratch(folder: Path) -> list[str]:
    """Unfinished files below a folder, by their names."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if SCRATCH.search(path.name))


def _reap(mark: str) -> int:
    """Count the processes that outlive the command by ten seconds, and end them."""
    limit = time.monotonic() + DEATH_S
    while (alive := _marked(mark)) and time.monotonic() < limit:
        time.sleep(0.1)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return len(alive)


def _marked(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == mark:
                found.append(process)
    return found
