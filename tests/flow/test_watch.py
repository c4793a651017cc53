"""A run followed from another terminal: at work, killed, finished."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

import headstart
from headstart.flow.following.follow import Tail
from headstart.flow.following.line import line
from headstart.race.folder import RunFolder, write_json

if TYPE_CHECKING:
    from pathlib import Path

RECORD: dict[str, Any] = {
    "key": "a",
    "candidate": {"base": None, "steps": [{"use": "tfidf", "params": {}}], "cost": {"seconds": 3.0}},
    "role": "trial",
    "status": "done",
    "dev_score": 0.871,
    "cost": {"seconds": 2.5, "peak_bytes": 8.12e8},
    "message": "",
}
SKIPPED = {**RECORD, "key": "b", "status": "skipped", "dev_score": None, "cost": None, "message": "no time"}
RESULT = {"verdict": "adapt", "sentence": "Use probe.", "report": "runs/r/report.html"}


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    run = RunFolder(root=tmp_path / "run")
    run.root.mkdir()
    run.begin({"seed": 0})
    run.append(RECORD)
    return run


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "headstart.cli", "watch", *arguments]


def watch(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, timeout=60, check=False)


def test_a_finished_run_shows_its_fits_and_its_verdict(folder):
    folder.append(SKIPPED)
    write_json(folder.result, RESULT)
    done = watch(str(folder.root))
    assert done.returncode == 0
    first, second, verdict, report = done.stdout.splitlines()
    for words in ("trial", "tf-idf", "0.871", "2.5 s, expected 3.0 s", "812 MB"):
        assert words in first
    assert "left out: no time" in second
    assert (verdict, report) == ("Use probe.", "report  runs/r/report.html")


def test_a_step_of_a_population_says_which_it_is():
    assert "member tf-idf, step 2 " in str(line({**RECORD, "role": "member", "step": 2}))
    assert "step" not in str(line({**RECORD, "step": 0}))


def test_a_mean_of_fits_is_called_so():
    fit = {"base": "embedded", "steps": [{"use": "full", "params": {}}], "weight": 0.5}
    soup = {"steps": [{"use": "soup", "params": {"members": [fit, fit]}}], "cost": {"seconds": 3.0}}
    assert "refit  mean of 2 fits of full " in str(line({**RECORD, "role": "refit", "candidate": soup}))


def test_a_killed_run_says_so_and_ends(folder):
    with folder.log.open("ab") as file:
        file.write(b'{"key": "torn", "sta')
    done = watch(str(folder.root), "--json")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each.get("key") for each in records] == ["a", None]
    assert records[-1] == {"end": "interrupted"}
    assert records[0]["at"].endswith("+00:00")
    assert done.returncode == 0


def test_a_run_at_work_is_followed_to_its_end(folder):
    found: list[dict[str, Any]] = []
    with folder.held():
        thread = threading.Thread(target=lambda: found.extend(headstart.watch(folder.root).stream()))
        thread.start()
        while not found:
            time.sleep(0.01)
        folder.append(SKIPPED)
        write_json(folder.result, RESULT)
    thread.join(timeout=30)
    assert [each.get("key") for each in found] == ["a", "b", None]
    assert (found[-1]["end"], found[-1]["verdict"]) == ("finished", "adapt")


def test_once_does_not_wait(folder):
    with folder.held():
        told = headstart.watch(folder.root, once=True).to_dict()
        lines = watch(str(folder.root), "--once").stdout.splitlines()
    assert (told["end"], len(told["records"])) == ("running", 1)
    assert lines[-1] == "the run goes on"


@pytest.mark.skipif(os.name == "nt", reason="signals of this kind are not to be had here")
def test_ctrl_c_ends_it_cleanly(folder):
    # Some shells start programs that ignore an interrupt, and these would too.
    program = (
        "import signal, sys; from headstart import cli\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"sys.argv = ['headstart', 'watch', {str(folder.root)!r}, '--json']; cli.main()"
    )
    with folder.held():
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        rest, complaints = process.communicate(timeout=60)
    assert json.loads(first)["key"] == "a"
    assert (process.returncode, rest, complaints) == (0, "", "")


def test_what_is_no_run_is_answered_with_what_to_do(tmp_path):
    done = watch(str(tmp_path))
    assert done.returncode == 2
    assert "holds no run" in done.stderr


def test_looking_writes_nothing(folder):
    before = {each.name: each.stat().st_mtime_ns for each in folder.root.iterdir()}
    headstart.watch(folder.root).to_dict()
    assert {each.name: each.stat().st_mtime_ns for each in folder.root.iterdir()} == before


def test_a_line_counts_once_its_end_is_there(folder):
    tail = Tail(folder=folder)
    assert len(tail.fresh()) == 1
    whole = json.dumps({"key": "slow"}).encode() + b"\n"
    with folder.log.open("ab") as file:
        file.write(whole[:7])
        file.flush()
        assert tail.fresh() == []
        file.write(whole[7:])
        file.flush()
        assert tail.fresh() == [{"key": "slow"}]


def test_a_new_run_in_the_same_place_is_read_from_its_begin(folder):
    tail = Tail(folder=folder)
    tail.fresh()
    folder.log.write_text('{"key": "z"}\n')
    assert tail.fresh() == [{"key": "z"}]


@pytest.mark.parametrize(
    "odd", ["[]", "3", '{"candidate": 3, "cost": []}', '{"at": "noon", "dev_score": "x"}', "\x00"]
)
def test_odd_lines_end_nothing(folder, odd):
    with folder.log.open("a") as file:
        file.write(odd + "\n")
    done = watch(str(folder.root))
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
