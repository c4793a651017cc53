from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.common import save
from benchmarks.instruction_table import summarise

if TYPE_CHECKING:
    from pathlib import Path


def table(tmp_path: Path, cells: list[tuple[str, int, float, float]]) -> list[dict[str, Any]]:
    for system, seed, speed, loss in cells:
        settings = {"system": system, "base": "some", "strategy": "full", "precision": "bfloat16"}
        settings |= {"rows": None, "epochs": 2, "seed": seed}
        result = {"tokens_a_second": speed, "test_loss": loss}
        save(tmp_path / "cells" / f"{system}.{seed}.json", {"settings": settings, "result": result})
    summarise(tmp_path / "cells", into=tmp_path / "table.json")
    return list(json.loads((tmp_path / "table.json").read_text())["tunings"])


def test_only_seeds_that_both_have_are_compared(tmp_path: Path) -> None:
    (row,) = table(
        tmp_path,
        [("headstart", 0, 3000.0, 2.0), ("headstart", 1, 9000.0, 2.0), ("trl", 0, 1500.0, 2.01)],
    )
    assert row["seeds"] == 1
    assert row["times"] == 2.0
    assert row["holds"]


@pytest.mark.parametrize(("speed", "loss"), [(1400.0, 2.0), (3000.0, 2.1)])
def test_slower_or_worse_does_not_hold(tmp_path: Path, speed: float, loss: float) -> None:
    (row,) = table(tmp_path, [("headstart", 0, speed, loss), ("trl", 0, 1000.0, 2.0)])
    assert not row["holds"]
