from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.common import save
from benchmarks.main_job_table import summarise

if TYPE_CHECKING:
    from pathlib import Path


def cell(folder: Path, system: str, seed: int, macro_f1: float, **more: Any) -> None:
    result = {"macro_f1": macro_f1, **more}
    settings = {"system": system, "set": "some", "seed": seed, "recipe": {"rate": 1e-4}}
    saved = {"settings": settings, "name": f"some.{system}.seed{seed}", "result": result}
    save(folder / f"some.{system}.seed{seed}.json", {**saved, "ran": {"machine": {"cpu": "one"}}})


def adapted(folder: Path, seed: int, macro_f1: float, tfidf: float) -> None:
    told = {
        "seconds": 9.0,
        "deadline_kept": True,
        "verdict": "adapt",
        "winner": {},
        "peak_bytes": 1,
        "commit": "c",
    }
    scores = {"winner": {"value": 0.99}, "tfidf": {"value": tfidf}, "majority": {"value": 0.1}}
    cell(folder, "adapt", seed, macro_f1, scores=scores, **told)


def goals(tmp_path: Path) -> dict[str, Any]:
    summarise(tmp_path / "cells", into=tmp_path / "table.json")
    return dict(json.loads((tmp_path / "table.json").read_text())["sets"]["some"]["goals"])


def test_goals_compare_means_over_seeds_with_what_ships(tmp_path: Path) -> None:
    for seed, score in enumerate((0.80, 0.82, 0.84)):
        adapted(tmp_path / "cells", seed, score, tfidf=0.824)
        cell(tmp_path / "cells", "trainer_tuned", seed, 0.831)
    found = goals(tmp_path)
    assert found["best baseline (tfidf)"]["difference"] == pytest.approx(-0.4)
    assert found["best baseline (tfidf)"]["holds"]
    assert found["trainer_tuned"]["difference"] == pytest.approx(-1.1)
    assert not found["trainer_tuned"]["holds"]


def test_a_goal_is_not_held_before_all_seeds_are_measured(tmp_path: Path) -> None:
    for seed in (0, 1):
        adapted(tmp_path / "cells", seed, 0.9, tfidf=0.5)
        cell(tmp_path / "cells", "trainer_tutorial", seed, 0.5)
    assert goals(tmp_path)["trainer_tutorial"] == {
        "difference": pytest.approx(40.0),
        "at_least": -1.0,
        "seeds": [0, 1],
        "holds": False,
    }
