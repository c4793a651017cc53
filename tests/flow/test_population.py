"""Population-based training in a run, killed on the way, from a file to a bundle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

import headstart
from headstart.race.folder import CHECKPOINT
from tests.flow.test_adapt import WORDS, run, sentences

if TYPE_CHECKING:
    from pathlib import Path

STEPS = 16


def done(log: Path) -> list[dict[str, object]]:
    """Steps of members that a log says were made."""
    lines = log.read_text().splitlines() if log.exists() else []
    records = [json.loads(line) for line in lines]
    return [each for each in records if each["role"] == "member" and each["status"] == "done"]


@pytest.mark.slow
def test_a_population_that_is_killed_on_the_way_goes_on_and_ends_with_a_bundle(
    tmp_path: Path, tiny_bert: Path
) -> None:
    sentences(240, seed=10).write_csv(tmp_path / "moods.csv")
    arguments = ["adapt", "moods.csv", "--target", "mood", "--base", str(tiny_bert), "--json"]
    arguments += ["--strategy", "partial", "--set", "partial.epochs=2", "--search", "population"]
    log = tmp_path / "runs" / "moods" / "log.jsonl"
    found = []
    for least in (2, 9):
        process = subprocess.Popen(
            [sys.executable, "-m", "headstart.cli", *arguments],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 200
        while len(done(log)) < least and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        found.append({each["key"] for each in done(log)})
    assert len(found[0]) >= 2
    end = run(tmp_path, *arguments)
    assert end.returncode == 0, end.stderr
    told = json.loads(end.stdout)
    made = [each["key"] for each in done(log)]
    assert len(made) == len(set(made)) == STEPS
    assert found[0] <= found[1] <= set(made)
    assert [each["step"] for each in told["trials"] if each["role"] == "member"] == [1] * 8 + [2] * 8
    assert any(
        "A population of 8 members of partial was trained in 2 steps" in each for each in told["selection"]
    )
    assert list(tmp_path.rglob(CHECKPOINT)) == []
    assert set(headstart.load(tmp_path / told["bundle"]).predict(["a happy song"])) <= set(WORDS)
    assert "population: step 2 of 2" in end.stderr
