from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.common import save
from benchmarks.contrastive_table import summarise
from benchmarks.peers.setfit_once import default_steps

if TYPE_CHECKING:
    from pathlib import Path


def table(tmp_path: Path, cells: list[tuple[str, int, float, float]]) -> dict[str, Any]:
    for system, draw, accuracy, seconds in cells:
        settings = {"system": system, "set": "some", "shots": 8, "draw": draw}
        result = {"accuracy": accuracy, "seconds": seconds}
        save(tmp_path / "cells" / f"{system}.{draw}.json", {"settings": settings, "result": result})
    summarise(tmp_path / "cells", into=tmp_path / "table.json")
    return dict(json.loads((tmp_path / "table.json").read_text()))


def test_differences_are_taken_on_the_draws_that_both_have(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        [
            ("contrastive", 0, 0.80, 2.0),
            ("contrastive", 1, 0.84, 2.0),
            ("contrastive", 2, 0.10, 2.0),
            ("setfit", 0, 0.79, 8.0),
            ("setfit", 1, 0.85, 18.0),
        ],
    )
    against = found["cases"]["some, 8 a class"]["against"]["setfit"]
    assert against == {"draws": 2, "gain": 0.0, "standard_error": 0.01, "times_faster": 6.0}
    assert found["goal"]["holds"]


def test_slower_or_worse_misses_the_goal(tmp_path: Path) -> None:
    slow = [("contrastive", 0, 0.9, 2.0), ("setfit", 0, 0.8, 7.0)]
    worse = [("contrastive", 0, 0.7, 1.0), ("setfit", 0, 0.8, 7.0)]
    assert not table(tmp_path / "a", slow)["goal"]["holds"]
    assert not table(tmp_path / "b", worse)["goal"]["holds"]
    assert table(tmp_path / "c", slow[:1])["goal"] is None


@pytest.mark.parametrize(("classes", "shots", "steps"), [(2, 8, 9), (2, 64, 520), (4, 8, 48), (77, 8, 23408)])
def test_steps_of_the_peer_are_those_of_all_pairs_with_as_many_alike(
    classes: int, shots: int, steps: int
) -> None:
    assert default_steps([str(label) for label in range(classes)] * shots) == steps
