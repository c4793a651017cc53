from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks.killing import run_until, scratch

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no process groups to kill")

CHILD = (
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'])"
)


def test_a_command_that_ends_in_time_is_left_alone(tmp_path: Path) -> None:
    started = [sys.executable, "-c", "print('done'); raise SystemExit(3)"]
    leg = run_until(started, after_s=60, whole_group=True, cache=tmp_path)
    assert (leg.code, leg.output.strip(), leg.survivors) == (3, "done", 0)


def test_a_whole_group_dies(tmp_path: Path) -> None:
    started = [sys.executable, "-c", f"{CHILD}; time.sleep(99)"]
    leg = run_until(started, after_s=0.5, whole_group=True, cache=tmp_path)
    assert (leg.code, leg.survivors) == (None, 0)


def test_a_process_that_outlives_its_command_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.killing.DEATH_S", 0.5)
    child = CHILD.replace("99)'])", "99)'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)")
    leg = run_until([sys.executable, "-c", child], after_s=60, whole_group=False, cache=tmp_path)
    assert (leg.code, leg.survivors) == (0, 1)


def test_unfinished_files_are_found_by_their_names(tmp_path: Path) -> None:
    for name in ("run/bundle/config.json", "run/.bundle.00aa.part-1-2-ff/config.json", "run/clock.json.tmp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert scratch(tmp_path) == ["run/.bundle.00aa.part-1-2-ff", "run/clock.json.tmp"]
