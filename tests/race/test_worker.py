"""Jobs run apart from their owner, report, and can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from headstart.core.deadline import Deadline
from headstart.errors import RunError
from headstart.race import worker as worker_module
from headstart.race.worker import Finished, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Beside whatever else is found by it.
JOBS = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    patch = pytest.MonkeyPatch()
    patch.setenv("PYTHONPATH", JOBS)
    worker = Worker(threads=1, tick=lambda: None)
    worker.start("numpy", "a_module_that_is_not_there")
    yield worker
    worker.stop()
    patch.undo()


@pytest.fixture
def run(worker: Worker, tmp_path: Path) -> Callable[..., Finished]:
    def start(
        job: str,
        *,
        within_s: float | None = 60,
        progress: Any = lambda fraction, note="": None,
        **request: Any,
    ) -> Finished:
        return worker.run(
            f"jobs:{job}",
            request,
            stderr=tmp_path / "stderr.txt",
            deadline=Deadline.after(within_s),
            progress=progress,
        )

    return start


def test_a_job_leaves_its_files_and_tells_its_progress(run: Callable[..., Finished], tmp_path: Path) -> None:
    told = []
    end = run(
        "write",
        path=str(tmp_path / "out"),
        text="done",
        progress=lambda fraction, note="": told.append((fraction, note)),
    )
    assert end.status == "done"
    assert (tmp_path / "out").read_text() == "done"
    assert told == [(0.5, "half-way")]


def test_a_failure_comes_back_with_its_message_and_a_traceback_on_disk(
    run: Callable[..., Finished], tmp_path: Path
) -> None:
    end = run("fail")
    assert (end.status, end.message, end.error) == ("failed", "the row is blue", "ValueError")
    assert "Traceback" in (tmp_path / "stderr.txt").read_text()


def test_a_job_is_killed_at_its_deadline_and_the_next_one_runs(
    run: Callable[..., Finished], tmp_path: Path
) -> None:
    run("write", path=str(tmp_path / "warm"), text="")
    started = time.monotonic()
    end = run("sleep", path=str(tmp_path / "pid"), within_s=1.5)
    assert end.status == "stopped"
    assert time.monotonic() - started < 10
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))
    assert run("write", path=str(tmp_path / "after"), text="").status == "done"


def test_a_job_that_dies_is_a_failure_that_says_so(run: Callable[..., Finished]) -> None:
    end = run("die")
    assert end.status == "failed"
    assert "exit status -9" in end.message
    assert not end.starved


def test_one_that_the_system_killed_for_want_of_memory_is_told_from_one_that_a_person_killed(
    run: Callable[..., Finished], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    counts = tmp_path / "vmstat"
    counts.write_text("nr_free_pages 12\noom_kill 3\n")
    monkeypatch.setattr(worker_module, "COUNTS", counts)
    assert not run("die").starved
    assert run("die_for_want_of_memory", path=str(counts)).starved


def test_an_error_that_speaks_of_memory_is_want_of_it(run: Callable[..., Finished]) -> None:
    end = run("want_too_much")
    assert (end.status, end.error, end.starved) == ("failed", "MemoryError", True)
    assert not run("fail").starved


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_failure_is_told_where_no_traceback_can_be_written(worker: Worker) -> None:
    end = worker.run(
        "jobs:fail", {}, stderr=Path("/dev/full"), deadline=Deadline.after(60), progress=lambda *told: None
    )
    assert (end.status, end.message, end.error) == ("failed", "the row is blue", "ValueError")


def test_where_the_system_has_no_room_for_a_process_a_job_fails_and_the_next_one_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", JOBS)
    worker = Worker(threads=1, tick=lambda: None)
    worker.start("no_room")
    request = {"path": str(tmp_path / "out"), "text": "done"}
    refused, done = (
        worker.run(
            "jobs:write",
            request,
            stderr=tmp_path / "stderr.txt",
            deadline=Deadline.after(60),
            progress=lambda *told: None,
        )
        for _ in range(2)
    )
    worker.stop()
    assert refused.status == "failed"
    assert "no process could be started for it" in refused.message
    assert done.status == "done"


def test_peak_memory_is_that_of_the_job_alone(run: Callable[..., Finished], tmp_path: Path) -> None:
    large = run("fill", bytes=600_000_000).peak_bytes
    small = run("write", path=str(tmp_path / "out"), text="").peak_bytes
    assert 550e6 < large - small < 750e6


def test_what_libraries_print_does_not_disturb_the_replies(
    run: Callable[..., Finished], tmp_path: Path
) -> None:
    told = []
    end = run("chatter", progress=lambda fraction, note="": told.append(note))
    assert end.status == "done"
    assert set(told[0]) == {"x"}
    assert "likes to talk" in (tmp_path / "stderr.txt").read_text()


def test_no_job_outlives_an_owner_that_was_killed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from headstart.race.worker import Worker; "
        "from headstart.core.deadline import Deadline\n"
        f"Worker(threads=1, tick=lambda: None).run('jobs:sleep', {{'path': {str(tmp_path / 'pid')!r}}}, "
        f"stderr=Path({str(tmp_path / 'err')!r}), deadline=Deadline(), progress=print)"
    )
    owner = subprocess.Popen([sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": JOBS})
    pid = _wait_for(tmp_path / "pid")
    owner.kill()
    owner.wait()
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(pid)


def _wait_for(path: Path) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if path.exists() and path.read_text():
            return int(path.read_text())
        time.sleep(0.05)
    raise AssertionError("the job never began")


def test_a_system_that_can_not_fork_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with pytest.raises(RunError, match="can't fork; on Windows, run headstart in WSL"):
        Worker(threads=1, tick=lambda: None).start()
