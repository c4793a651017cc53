"""The machine is measured once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.models.device import best_device
from headstart.models.machine import measure_machine

if TYPE_CHECKING:
    from pathlib import Path


def test_the_machine_is_measured_and_kept(tmp_path: Path) -> None:
    machine = measure_machine(tmp_path / "cache")
    assert machine.device == best_device()
    assert machine.precision in ("bfloat16", "float32")
    assert machine.flops > 1e8
    assert machine.cores >= 1
    assert machine.memory_bytes > 2**28
    assert measure_machine(tmp_path / "cache") == machine


def test_a_torn_measurement_is_made_again(tmp_path: Path) -> None:
    measure_machine(tmp_path)
    (path,) = tmp_path.glob("machine-*.json")
    for torn in ("", '{"device": "cpu"', "[]", '{"device": "cpu"}'):
        path.write_text(torn)
        assert measure_machine(tmp_path).flops > 0
        assert measure_machine(tmp_path) == measure_machine(tmp_path)


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    assert measure_machine(tmp_path / "taken").flops > 0
