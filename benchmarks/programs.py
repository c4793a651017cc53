"""Programs that measurements run in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from benchmarks.common import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# What a program that fits once may be told, where a cell's settings have it.
TOLD = ("system", "set", "seed", "epochs", "rows")


def printed(
    command: Sequence[str],
    *,
    folder: Path | None = ROOT,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """What a program prints.

    Args:
        command: the program with its arguments.
        folder: where it runs; None for here.
        environment: variables beside those of this process.

    Raises:
        SystemExit: it failed; the message ends with what it said.
    """
    told = {**os.environ, **environment}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=told)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr[-4000:]}")
    return done.stdout


def answer(command: Sequence[str]) -> dict[str, Any]:
    """The JSON object that a program prints last.

    Raises:
        SystemExit: it failed.
    """
    return dict(json.loads(printed(command).splitlines()[-1]))


@dataclass(frozen=True, kw_only=True)
class FitOnce:
    """A measurement by a program that fits once, as `benchmarks.fit_once` does.

    Args:
        program: its module.
        data: folder with the data sets.
        settings: those of the cell, of which the program is told what it may be told.
    """

    program: str
    data: Path
    settings: dict[str, Any]

    def __call__(self) -> dict[str, Any]:
        """What it measured."""
        command = [sys.executable, "-m", self.program, "--data", str(self.data)]
        for name in TOLD:
            if (value := self.settings.get(name)) is not None:
                command += [f"--{name}", str(value)]
        return answer(command)
