"""Work counts and waiting does not, as far as the system tells them apart."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from headstart.race import busy
from headstart.race.busy import busy_s

if TYPE_CHECKING:
    from pathlib import Path

SPUN_S = 0.1


def spin() -> None:
    started = time.thread_time()
    while time.thread_time() - started < SPUN_S:
        pass


def test_work_counts() -> None:
    started = busy_s()
    spin()
    assert busy_s() - started >= 0.9 * SPUN_S


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux tells of a thread")
def test_waiting_for_something_else_does_not() -> None:
    started = busy_s()
    time.sleep(1.0)
    assert busy_s() - started < 0.5


@pytest.mark.parametrize("told", [None, "0 0 0", "what"])
def test_where_nothing_is_told_all_that_passes_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str | None
) -> None:
    path = tmp_path / "schedstat"
    if told is not None:
        path.write_text(told)
    monkeypatch.setattr(busy, "_SCHEDULED", path)
    started = busy_s()
    time.sleep(0.2)
    assert busy_s() - started >= 0.2
