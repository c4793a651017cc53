from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.common import save
from benchmarks.instruction_table import summarise

if TYPE_CHECKING:
    from pathlib import Path


def table(
    tmp_path: Path, cells: list[tuple[str, int, float, float]], **further: dict[str, Any]
) -> list[dict[str, Any]]:
    """The rows of the table of these cells; `further` is added to what each system measured."""
    for system, seed, speed, loss in cells:
        settings = {"system": system, "base": "some", "strategy": "full", "precision": "bfloat16"}
        settings |= {"rows": None, "epochs": 2, "seed": seed, "tokens_a_step": 2048}
        result = {"tokens_a_second": speed, "test_loss": loss, **further.get(system, {})}
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


@pytest.mark.parametrize(("gib", "holds"), [(6, True), (8, False)])
def test_on_a_gpu_memory_counts_too(tmp_path: Path, *, gib: int, holds: bool) -> None:
    cells = [("headstart", 0, 3000.0, 2.0), ("trl", 0, 1500.0, 2.0)]
    ours = {"peak_bytes": gib * 2**30, "warm_tokens_a_second": 3200.0}
    theirs = {"peak_bytes": 10 * 2**30, "warm_tokens_a_second": 2000.0}
    (row,) = table(tmp_path, cells, headstart=ours, trl=theirs)
    assert (row["peak_gib"], row["peer_peak_gib"]) == (gib, 10.0)
    assert row["memory_saved"] == pytest.approx(1.0 - gib / 10)
    assert (row["times"], row["warm_times"]) == (2.0, 1.6)
    assert row["holds"] == holds
