"""Active seconds are counted from process start and summed over resumes."""

from __future__ import annotations

import contextvars
import math
import time
from typing import TYPE_CHECKING

import pytest

from headstart.race.clock import Clock, began_s, count_from_process_start

if TYPE_CHECKING:
    from pathlib import Path


def test_what_an_earlier_process_spent_is_counted(tmp_path: Path) -> None:
    first = Clock.resume(tmp_path / "clock.json", 100.0, time.time() - 30)
    first.keep()
    second = Clock.resume(tmp_path / "clock.json", 100.0, time.time() - 5)
    assert 34.9 < second.spent_s < 40
    assert 60 < second.left_s < 65.1
    assert 50 < second.deadline(reserve_s=10).left_s < 55.1


def test_a_torn_count_counts_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text('{"seco')
    assert Clock.resume(tmp_path / "clock.json", 100.0, time.time()).spent_s < 1


def test_without_a_limit_time_is_never_up(tmp_path: Path) -> None:
    assert math.isinf(Clock.resume(tmp_path / "clock.json", None, time.time()).deadline().left_s)


@pytest.mark.parametrize("jump_s", [-3600.0, 3600.0])
def test_a_wall_clock_that_is_set_anew_changes_nothing(
    jump_s: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock.resume(tmp_path / "clock.json", 100.0, time.time() - 30)
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + jump_s)
    assert 29.9 < clock.spent_s < 35
    assert 60 < clock.deadline(reserve_s=5).left_s < 65.1


def test_a_process_that_seems_to_begin_in_the_future_has_spent_nothing(tmp_path: Path) -> None:
    # The system tells when it started by the wall clock, in whole seconds.
    assert 0.0 <= Clock.resume(tmp_path / "clock.json", 100.0, time.time() + 50).spent_s < 1


def test_ticks_reach_the_disk_about_once_a_second(tmp_path: Path) -> None:
    clock = Clock(path=tmp_path / "clock.json", within_s=None, started_s=time.time() - 10)
    clock.tick()
    kept = (tmp_path / "clock.json").stat().st_mtime_ns
    clock.tick()
    assert (tmp_path / "clock.json").stat().st_mtime_ns == kept


def test_the_command_line_counts_from_process_start_and_a_call_from_itself() -> None:
    # A context of its own: a command line that ran in this process before has set the clock of its own.
    contextvars.Context().run(_check_call)
    contextvars.Context().run(_check_process_start)


def _check_call() -> None:
    assert time.time() - began_s() < 0.1
    contextvars.copy_context().run(_check_process_start)
    assert time.time() - began_s() < 0.1


def _check_process_start() -> None:
    count_from_process_start()
    assert time.time() - began_s() > 0.1
