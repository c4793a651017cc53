"""`headstart` as people run it: the real command line in a fresh process."""

from __future__ import annotations

import csv
import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import headstart

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class AdaptRun:
    """One finished `headstart adapt --json`.

    Args:
        seconds: from the start of the process to its end.
        answer: what it printed.
    """

    seconds: float
    answer: dict[str, Any]

    @property
    def bundle(self) -> Path:
        """Folder of the model that ships."""
        return Path(self.answer["bundle"])


def adapt_command(train: Path, *, out: Path, options: Sequence[str]) -> list[str]:
    """The command line that adapts the default base to `train` and prints JSON."""
    return [headstart(), "adapt", str(train), *options, "--out", str(out), "--json"]


def finish(command: Sequence[str]) -> AdaptRun:
    """Run an `adapt` command to its end.

    Raises:
        SystemExit: it failed; the message ends with what it said.
    """
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr[-4000:]}")
    return AdaptRun(seconds=seconds, answer=json.loads(done.stdout))


def predict(bundle: Path, rows: Path, out: Path) -> list[str]:
    """Labels that `headstart predict` gives to the rows of a CSV file, in their order.

    Raises:
        subprocess.CalledProcessError: the command failed.
    """
    subprocess.run(
        [headstart(), "predict", str(bundle), str(rows), "--out", str(out)], check=True, capture_output=True
    )
    with out.open(newline="", encoding="utf-8") as lines:
        return [row["prediction"] for row in csv.DictReader(lines)]
