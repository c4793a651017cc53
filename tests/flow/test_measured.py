"""A run that goes on when its time is over still knows its computer."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from headstart.core.deadline import Deadline
from headstart.errors import RunError
from headstart.flow.adapting.run import measured
from headstart.race.worker import Worker
from tests.flow.racing import COMPUTER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(threads=1, tick=lambda: None)
    worker.start()
    yield worker
    worker.stop()


def test_what_an_earlier_process_has_measured_stands_where_no_time_is_left(worker: Worker, tmp_path: Path):
    with pytest.raises(RunError, match="time was up before the libraries were loaded"):
        measured(worker, tmp_path, Deadline.after(0.0))
    (tmp_path / "machine.json").write_text(json.dumps(asdict(COMPUTER)))
    assert measured(worker, tmp_path, Deadline.after(0.0)) == COMPUTER


def test_what_is_torn_was_not_measured(worker: Worker, tmp_path: Path):
    (tmp_path / "machine.json").write_text('{"device": "cp')
    with pytest.raises(RunError, match="time was up"):
        measured(worker, tmp_path, Deadline.after(0.0))
