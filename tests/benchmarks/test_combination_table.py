from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.combination_table import AGAINST, summarise
from benchmarks.common import save

if TYPE_CHECKING:
    from pathlib import Path


def cell(scores: dict[str, float], row_ms: dict[str, float], *, gained: bool) -> dict[str, Any]:
    systems = {*AGAINST, *AGAINST.values()}
    found: dict[str, Any] = {
        name: {"macro_f1": scores.get(name, 0.8), "row_ms": row_ms.get(name, 1.0)} for name in systems
    }
    found["soup of full"]["gained"] = gained
    return found


def tables(tmp_path: Path, cells: list[tuple[str, str, int, dict[str, Any]]]) -> dict[str, Any]:
    for kind, name, draw, result in cells:
        settings = {"kind": kind, "set": name, "draw": draw}
        save(tmp_path / "cells" / f"{name}.{draw}.json", {"settings": settings, "result": result})
    summarise(tmp_path / "cells", into=tmp_path / "table.json")
    return dict(json.loads((tmp_path / "table.json").read_text())["tables"])


def test_gains_are_taken_draw_by_draw_and_sets_to_tune_on_stand_apart(tmp_path: Path) -> None:
    found = tables(
        tmp_path,
        [
            ("tuning", "some", 0, cell({"soup of full": 0.82, "best full": 0.80}, {}, gained=True)),
            ("tuning", "some", 1, cell({"soup of full": 0.70, "best full": 0.70}, {}, gained=False)),
            ("confirmation", "other", 0, cell({"soup of full": 0.60, "best full": 0.61}, {}, gained=True)),
        ],
    )
    soup = found["tuning"]["gains"]["soup of full"]
    assert soup["gain"] == pytest.approx(1.0)
    assert soup["standard_error"] == pytest.approx(1.0)
    assert soup["better_equal_worse"] == [1, 1, 0]
    assert soup["combined"] == 1
    assert found["confirmation"]["gains"]["soup of full"]["gain"] == pytest.approx(-1.0)
    assert found["confirmation"]["gains"]["mean of all"]["combined"] is None


def test_a_combination_states_how_many_times_it_costs(tmp_path: Path) -> None:
    cells = [
        ("tuning", "some", draw, cell({}, {"mean of all": 4.0 * factor, "best alone": 2.0}, gained=False))
        for draw, factor in enumerate((1.0, 4.0))
    ]
    assert tables(tmp_path, cells)["tuning"]["gains"]["mean of all"]["times_row_ms"] == pytest.approx(4.0)
