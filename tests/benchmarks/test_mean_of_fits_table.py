from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.common import save
from benchmarks.mean_of_fits_table import FOLDS_MEAN, MEAN, REFIT, REFITS_MEAN, summarise

if TYPE_CHECKING:
    from pathlib import Path


def test_gains_are_over_a_refit_and_every_case_counts_alike(tmp_path: Path) -> None:
    cells = [("sst2", 0, 0.80, 0.82), ("sst2", 1, 0.82, 0.84), ("banking77", 0, 0.90, 0.90)]
    for name, draw, refit, averaged in cells:
        result = {REFIT: refit, MEAN: averaged, FOLDS_MEAN: refit, REFITS_MEAN: refit - 0.01}
        settings = {"set": name, "strategy": "full", "draw": draw}
        save(tmp_path / "cells" / f"{name}.{draw}.json", {"settings": settings, "result": result})
    summarise(tmp_path / "cells", into=tmp_path / "table.json")
    found = json.loads((tmp_path / "table.json").read_text())
    assert found["cases"]["sst2, full"]["draws"] == 2
    assert found["cases"]["sst2, full"]["scores"][MEAN] == pytest.approx(83.0)
    assert found["cases"]["sst2, full"]["gains"][MEAN] == pytest.approx(2.0)
    assert found["gains"][MEAN] == {"mean": 1.0, "standard_error": 1.0}
    assert found["gains"][FOLDS_MEAN]["mean"] == 0.0
    assert found["gains"][REFITS_MEAN]["mean"] == -1.0


def test_nothing_measured_is_an_empty_table(tmp_path: Path) -> None:
    (tmp_path / "cells").mkdir()
    summarise(tmp_path / "cells", into=tmp_path / "table.json")
    assert json.loads((tmp_path / "table.json").read_text())["gains"] == {}
