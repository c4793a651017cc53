from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.cells import Cells

if TYPE_CHECKING:
    from pathlib import Path


class Counting:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, float]:
        self.times += 1
        return {"score": float(self.times)}


def test_what_is_measured_is_not_measured_again(tmp_path: Path) -> None:
    measure = Counting()
    for _ in range(3):
        assert Cells(folder=tmp_path).get("cell", {"seeds": (0, 1)}, measure) == {"score": 1.0}
    assert measure.times == 1


def test_other_settings_are_measured_anew(tmp_path: Path) -> None:
    measure, cells = Counting(), Cells(folder=tmp_path)
    cells.get("cell", {"seed": 0}, measure)
    assert cells.get("cell", {"seed": 1}, measure) == {"score": 2.0}
    assert json.loads((tmp_path / "cell.json").read_text())["settings"] == {"seed": 1}


def test_again_measures_what_is_there(tmp_path: Path) -> None:
    measure = Counting()
    Cells(folder=tmp_path).get("cell", {}, measure)
    assert Cells(folder=tmp_path, again=True).get("cell", {}, measure) == {"score": 2.0}


def test_a_measurement_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> dict[str, float]:
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        Cells(folder=tmp_path).get("cell", {}, fail)
    assert list(tmp_path.iterdir()) == []
