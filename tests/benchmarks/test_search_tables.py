from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks import search_comparison_table, search_portfolio_table
from benchmarks.common import save

if TYPE_CHECKING:
    from pathlib import Path


def portfolio(tmp_path: Path, scores: dict[tuple[str, str], float]) -> tuple[dict[str, Any], dict[str, Any]]:
    for (params, case), score in scores.items():
        settings = {"strategy": "partial", "params": json.loads(params), "case": case}
        name = f"{case}.{len(params)}.json".replace(":", ".")
        save(tmp_path / "cells" / name, {"settings": settings, "result": {"macro_f1": score}})
    shipped = tmp_path / "portfolio.toml"
    search_portfolio_table.summarise(tmp_path / "cells", into=tmp_path / "table.json", shipped=shipped)
    return json.loads((tmp_path / "table.json").read_text()), tomllib.loads(shipped.read_text())


SCORES = {
    ("{}", "a:64"): 0.5,
    ("{}", "b:64"): 0.7,
    ('{"epochs": 12}', "a:64"): 0.6,
    ('{"epochs": 12}', "b:64"): 0.6,
    ('{"frozen_blocks": -4}', "a:64"): 0.4,
    ('{"frozen_blocks": -4}', "b:64"): 0.4,
}


def test_measured_settings_become_the_file_that_ships(tmp_path: Path) -> None:
    table, shipped = portfolio(tmp_path, SCORES)
    assert shipped["settings"]["partial"] == [
        {"params": {}, "scores": {"a:64": 0.5, "b:64": 0.7}},
        {"params": {"epochs": 12}, "scores": {"a:64": 0.6, "b:64": 0.6}},
        {"params": {"frozen_blocks": -4}, "scores": {"a:64": 0.4, "b:64": 0.4}},
    ]
    assert table["strategies"]["partial"]["order"] == [{}, {"epochs": 12}]


def test_a_case_that_is_measured_in_part_is_left_out(tmp_path: Path) -> None:
    table, shipped = portfolio(tmp_path, {**SCORES, ("{}", "c:64"): 0.9})
    assert table["strategies"]["partial"]["cases"] == ["a:64", "b:64"]
    assert set(shipped["settings"]["partial"][0]["scores"]) == {"a:64", "b:64"}


def test_a_strategy_that_is_measured_on_one_set_alone_does_not_ship(tmp_path: Path) -> None:
    one_set = {key: score for key, score in SCORES.items() if key[1] == "a:64"}
    table, shipped = portfolio(tmp_path, one_set)
    assert table["strategies"] == {}
    assert shipped.get("settings", {}) == {}


def test_a_set_does_not_choose_its_own_portfolio() -> None:
    table = np.array([[0.5, 0.5], [0.9, 0.5], [0.5, 0.8]])
    gaps = search_portfolio_table.left_out(table, ["a", "b"])
    # After the defaults, the other set's favourite comes first, which is the wrong one for both.
    assert gaps["portfolio"] == [35.0, 35.0, 0.0]
    assert gaps["random_order"] == [35.0, 17.5, 0.0]


def comparison(tmp_path: Path, scores: dict[str, list[float]]) -> dict[str, Any]:
    for system, by_set in scores.items():
        for place, score in enumerate(by_set):
            settings = {"system": system, "set": "abcdef"[place], "seed": 0}
            result = {"dev": score, "held": score - 0.1, "best_after": [score] * 24}
            save(tmp_path / "cells" / f"{system}.{place}.json", {"settings": settings, "result": result})
    search_comparison_table.summarise(tmp_path / "cells", into=tmp_path / "table.json")
    return dict(json.loads((tmp_path / "table.json").read_text())["systems"])


def test_searches_are_compared_with_chance_on_the_same_sets_and_seeds(tmp_path: Path) -> None:
    found = comparison(
        tmp_path, {"random": [0.5, 0.6, 0.7, 0.9], "tpe": [0.52, 0.62, 0.71], "local": [0.5, 0.5, 0.5]}
    )
    told = found["tpe"]["points_above_chance_on_dev"]
    # Differences of 2, 2 and 1 points: mean 5/3, standard error 1/3, 4.303 of them to either side.
    assert told == {"mean": 1.67, "low": 0.23, "high": 3.1}
    assert found["tpe"]["mean_rank_on_dev"] == 1.0
    assert found["random"]["mean_rank_on_dev"] == pytest.approx(2.17, abs=0.01)
    # The set that the others did not run on counts for nobody.
    assert found["random"]["dev"] == pytest.approx(0.6)
    assert found["random"]["points_above_chance_on_held"] == {"mean": 0.0, "low": 0.0, "high": 0.0}
