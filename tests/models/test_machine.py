"""The machine is measured, and the best that was seen of it counts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import torch

from headstart.models import machine as module
from headstart.models.device import best_device
from headstart.models.machine import known_machine, measure_machine

if TYPE_CHECKING:
    from pathlib import Path


def test_the_machine_is_measured(tmp_path: Path) -> None:
    machine = measure_machine(tmp_path / "cache")
    assert machine.device == best_device()
    assert machine.precision in ("bfloat16", "float32")
    assert machine.flops == machine.rates[machine.precision] > 1e8
    assert machine.cores >= 1
    assert machine.memory_bytes > 2**28


def test_a_better_moment_is_remembered(tmp_path: Path) -> None:
    measure_machine(tmp_path)
    (path,) = tmp_path.glob("machine-*.json")
    path.write_text(json.dumps({"float32": 1e18, "bfloat16": 1.0}))
    again = measure_machine(tmp_path)
    assert again.rates["float32"] == 1e18
    assert again.rates["bfloat16"] > 1.0
    assert again.precision == "float32"
    assert measure_machine(tmp_path).flops == 1e18


def test_what_is_known_is_not_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = known_machine(tmp_path)
    monkeypatch.setattr(module, "measure_machine", lambda cache: pytest.fail("measured again"))
    assert known_machine(tmp_path) == found


@pytest.mark.parametrize("torn", ["", '{"float32": 1', "[]", "3", '{"float32": "fast"}', '{"float32": null}'])
def test_a_torn_measurement_is_made_again(tmp_path: Path, torn: str) -> None:
    measure_machine(tmp_path)
    (path,) = tmp_path.glob("machine-*.json")
    path.write_text(torn)
    assert measure_machine(tmp_path).flops > 1e8
    assert set(json.loads(path.read_text())) == {"float32", "bfloat16"}


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    assert measure_machine(tmp_path / "taken").flops > 0


def test_the_bounds_of_a_container_count(tmp_path: Path) -> None:
    assert module._limits(tmp_path) == ()
    (tmp_path / "memory.max").write_text("max\n")
    assert module._limits(tmp_path) == ()
    (tmp_path / "memory.max").write_text("2147483648\n")
    assert module._limits(tmp_path) == (2**31,)


def test_without_bounds_of_a_container_all_memory_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psutil

    monkeypatch.setattr(module, "_limits", lambda: ())
    assert measure_machine(tmp_path).memory_bytes == psutil.virtual_memory().total
    monkeypatch.setattr(module, "_limits", lambda: (2**28, 2**29))
    assert measure_machine(tmp_path).memory_bytes == 2**28


class _Clock:
    """Time in which a product of all rows takes some seconds, and one of fewer rows its share of them."""

    def __init__(self, seconds: float) -> None:
        self.now, self.seconds, self.products = 0.0, seconds, 0

    def perf_counter(self) -> float:
        return self.now

    def wait_for(self, product: torch.Tensor) -> float:
        self.products += 1
        self.now += self.seconds * len(product) / module.ROWS
        return 0.0


@pytest.mark.parametrize(
    ("seconds", "bound"),
    [(0.0001, 0.3), (0.01, 0.3), (0.1, 1.2), (0.4, 1.6), (2.0, 1.6), (20.0, 5.1)],
    ids=["quick", "usual", "slow", "busy", "imitated", "imitated and busy"],
)
def test_a_slow_precision_is_known_soon(
    monkeypatch: pytest.MonkeyPatch, seconds: float, bound: float
) -> None:
    clock = _Clock(seconds)
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module, "WIDTH", 2)
    monkeypatch.setattr(module, "INNER", 2)
    monkeypatch.setattr(module, "_wait_for", clock.wait_for)
    rate = module._rate("cpu", torch.float32)
    assert rate == pytest.approx(2.0 * module.ROWS * module.WIDTH * module.INNER / seconds)
    assert clock.now < bound
    assert clock.products > module.FIRST_PRODUCTS
