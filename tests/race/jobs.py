"""Jobs for the worker's tests, each as small as its name says."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np


def write(request: dict[str, Any], progress: Any) -> None:
    progress(0.5, "half-way")
    Path(request["path"]).write_text(request["text"])


def fail(request: dict[str, Any], progress: Any) -> None:
    raise ValueError("the row is blue")


def sleep(request: dict[str, Any], progress: Any) -> None:
    Path(request["path"]).write_text(str(os.getpid()))
    time.sleep(60)


def die(request: dict[str, Any], progress: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_for_want_of_memory(request: dict[str, Any], progress: Any) -> None:
    path = Path(request["path"])
    path.write_text(path.read_text().replace("oom_kill 3", "oom_kill 4"))
    os.kill(os.getpid(), signal.SIGKILL)


def want_too_much(request: dict[str, Any], progress: Any) -> None:
    raise MemoryError


def fill(request: dict[str, Any], progress: Any) -> None:
    np.ones(request["bytes"] // 8).sum()


def chatter(request: dict[str, Any], progress: Any) -> None:
    print("a library that likes to talk")
    os.write(1, b"and writes past Python\n")
    progress(1.0, "x" * 10_000)
