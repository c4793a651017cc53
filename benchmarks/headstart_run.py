"""`headstart` as people run it: the real command line in a fresh process."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import headstart
from benchmarks.programs import printed
from headstart.flow.adapting.entrant import ONCE

if TYPE_CHECKING:
    from collections.abc import Sequence

CACHE = "HEADSTART_CACHE"


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


def finish(command: Sequence[str], *, cache: Path | None = None) -> AdaptRun:
    """Run an `adapt` command to its end.

    Args:
        command: the command line.
        cache: folder of the caches; the usual one without it.

    Raises:
        SystemExit: it failed; the message ends with what it said.
    """
    start = time.perf_counter()
    environment = {} if cache is None else {CACHE: str(cache)}
    answer = printed(command, folder=None, environment=environment)
    return AdaptRun(seconds=time.perf_counter() - start, answer=json.loads(answer))


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


def first_fits(train: Path, *, out: Path, options: Sequence[str], cache: Path) -> list[dict[str, Any]]:
    """The first fits of each candidate of a run of `adapt`, which is stopped once they are made again.

    Later folds are predicted from the first one, and are no part of it; nor are combinations, which fit
    nothing. Those on a share of the rows are.

    Args:
        train: file with the training rows.
        out: folder of the run.
        options: of `adapt`.
        cache: folder of the caches.

    Raises:
        SystemExit: the run failed before its trials were over.
    """
    command = adapt_command(train, out=out, options=options)
    environment = {**os.environ, CACHE: str(cache)}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if line.startswith("refit: ") or ", fold 2" in line:
            process.kill()
    if process.wait() > 0:
        raise SystemExit(f"{' '.join(command)}\nended with {process.returncode}:\n{''.join(said)[-4000:]}")
    records = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    return [_costs(each, out / "trials" / each["key"] / "outcome.json") for each in records if _first(each)]


def _first(record: dict[str, Any]) -> bool:
    done = (record["role"], record["status"]) == ("trial", "done")
    again = done and (record["portion"]["fold"] or record["portion"]["repeat"])
    return (
        done and not again and not any("members" in each["params"] for each in record["candidate"]["steps"])
    )


def _costs(record: dict[str, Any], outcome: Path) -> dict[str, Any]:
    candidate, measured = record["candidate"], json.loads(outcome.read_text())
    # The model speaks of all rows, and the prediction of those that were there.
    share = record["portion"]["share"]
    modelled = candidate["modelled"] and {
        **candidate["modelled"],
        "seconds": (ONCE + (1.0 - ONCE) * share) * candidate["modelled"]["seconds"],
    }
    return {
        "name": "+".join(step["use"] for step in candidate["steps"]),
        "share": share,
        "predicted": candidate["cost"],
        "modelled": modelled,
        "actual": {**record["cost"], "cpu_s": measured["cpu_s"]},
    }
