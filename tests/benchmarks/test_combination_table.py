from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import f1_score

from benchmarks.combination_scores import scores
from benchmarks.combination_table import AGAINST, summarise
from benchmarks.common import save

if TYPE_CHECKING:
    from pathlib import Path


def cell(scores: dict[str, float], networks: dict[str, float], *, gained: bool) -> dict[str, Any]:
    systems = {*AGAINST, *AGAINST.values()}
    found: dict[str, Any] = {
        name: {"macro_f1": scores.get(name, 0.8), "networks": networks.get(name, 1.0)} for name in systems
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


def test_a_combination_states_how_many_networks_a_row_runs_through(tmp_path: Path) -> None:
    cells = [
        ("tuning", "some", draw, cell({}, {"mean of all": 4, "best alone": draw}, gained=False))
        for draw in range(2)
    ]
    found = tables(tmp_path, cells)["tuning"]["gains"]["mean of all"]
    assert (found["networks"], found["networks_over"]) == (4.0, 0.5)


def test_a_choice_falls_back_on_the_best_alone_and_a_soup_is_looked_up() -> None:
    rng = np.random.default_rng(0)
    arrays: dict[str, np.ndarray] = {}
    for part, rows in (("dev", 60), ("test", 200)):
        gold = rng.integers(0, 2, rows)
        arrays[f"{part} gold"] = gold
        for name, noise in (
            ("tfidf", 0.5),
            ("probe", 0.3),
            ("full 1", 0.3),
            ("full 2", 0.3),
            ("soup 0 1", 0.0),
        ):
            second = np.clip(np.where(gold == 1, 0.6, 0.4) + rng.normal(scale=noise, size=rows), 0.01, 0.99)
            arrays[f"{part} {name}"] = np.stack([1 - second, second], axis=1)
    found = scores(arrays, seed=0)
    assert found["soup of full"]["macro_f1"] == found["soup of all full"]["macro_f1"] == 1.0
    assert found["soup of full"]["networks"] == 1
    assert found["mean of all"]["networks"] == 3
    assert found["best alone on test"]["macro_f1"] >= found["best alone"]["macro_f1"]
    mean = (arrays["test full 1"] + arrays["test full 2"]) / 2
    expected = f1_score(arrays["test gold"], mean.argmax(axis=1), average="macro")
    assert found["mean of full"]["macro_f1"] == pytest.approx(expected)
    useless = {name: each if "gold" in name else np.full_like(each, 0.5) for name, each in arrays.items()}
    assert not scores(useless, seed=0)["greedy ensemble"]["gained"]
