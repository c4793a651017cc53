"""Leaving data sets out finds a gain that carries over, and none where there is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks import regularisation_table
from benchmarks.regularisation_table import fit, leave_one_out, summarise
from headstart.planning.regularisation import Measured
from headstart.planning.traits import Traits

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = {"smooth": {"label_smoothing": 0.1}, "held": {"l2_sp": 100.0}}


def gains(*, smooth: float, noise: float = 0.3) -> tuple[Measured, ...]:
    rng = np.random.default_rng(0)
    return tuple(
        Measured(
            data=f"set {data}",
            traits=Traits(rows=rows, classes=2 + data, length=20.0, imbalance=1.0),
            setting=setting,
            gain=float((smooth if setting == "smooth" else 0.0) + noise * rng.normal()),
        )
        for data in range(4)
        for rows in (64, 256)
        for setting in SETTINGS
        for _ in range(2)
    )


def test_a_gain_that_carries_over_is_found_on_sets_that_were_left_out() -> None:
    found = leave_one_out(fit(gains(smooth=2.0), SETTINGS, "full"))
    assert {each["chosen"] for each in found["cells"]} == {"smooth"}
    assert found["gain"] == pytest.approx(2.0, abs=0.4)
    assert found["moved"] == len(found["cells"]) == 8


def test_where_there_is_no_gain_little_is_lost() -> None:
    found = leave_one_out(fit(gains(smooth=0.0), SETTINGS, "full"))
    assert abs(found["gain"]) < 0.3


def cell(folder: Path, data: str, draw: int, setting: str, score: float) -> None:
    settings: dict[str, Any] = {"set": data, "size": "16 a class", "draw": draw, "strategy": "full"}
    settings |= {"setting": setting, "params": SETTINGS.get(setting, {})}
    settings["traits"] = {"rows": 32, "classes": 2, "length": 20.0, "imbalance": 1.0}
    path = folder / f"{data}.{setting}.{draw}.json"
    path.write_text(json.dumps({"settings": settings, "result": {"macro_f1": score}}))


@pytest.mark.parametrize(("gain", "trusted"), [(0.02, True), (0.0, False)])
def test_only_a_gain_that_was_shown_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gain: float, trusted: bool
) -> None:
    cells = tmp_path / "cells"
    cells.mkdir()
    for place in range(4):
        for draw in range(2):
            cell(cells, f"set{place}", draw, "default", 0.7 + 0.01 * place)
            off = 0.004 * (1 if place % 2 else -1) + 0.002 * (draw - 0.5)
            cell(cells, f"set{place}", draw, "smooth", 0.7 + 0.01 * place + gain + off)
    monkeypatch.setattr(regularisation_table, "FILE", tmp_path / "shipped.json")
    summarise(cells, into=tmp_path / "told.json")
    shipped = json.loads((tmp_path / "shipped.json").read_text())
    assert shipped["trusted"] is trusted
    assert len(shipped["measured"]) == 8
    assert json.loads((tmp_path / "told.json").read_text())["settings"]["smooth"]["gain"] == pytest.approx(
        100 * gain, abs=0.05
    )
