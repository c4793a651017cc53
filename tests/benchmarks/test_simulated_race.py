"""The race through its real selection, with drawn predictions in the place of fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.simulated import World, draw
from benchmarks.simulated_race import CANDIDATES, race_of
from headstart import registry

if TYPE_CHECKING:
    from pathlib import Path

POOL, BASELINES = 1600, 2
ACCURACY = registry.build("metrics", "accuracy", {})


def winner(accuracies: tuple[float, ...], folder: Path, *, pool: int = POOL, seed: int = 0) -> int:
    world = World(shares=(0.5, 0.5), accuracies=(*accuracies, *(0.8,) * BASELINES))
    drawn = draw(world, pool, np.random.default_rng(seed))
    return race_of(drawn, pool=pool, metric=ACCURACY, folder=folder, seed=seed)


@pytest.mark.parametrize("best", [0, 7, CANDIDATES - 1])
def test_the_one_that_is_much_better_wins_wherever_it_enters(best: int, tmp_path: Path):
    accuracies = [0.75] * CANDIDATES
    accuracies[best] = 0.9
    assert winner(tuple(accuracies), tmp_path) == best


def test_most_candidates_never_run_on_all_rows(tmp_path: Path):
    accuracies = np.random.default_rng(0).permutation(np.linspace(0.6, 0.9, CANDIDATES))
    winner(tuple(accuracies), tmp_path)
    ran = [each.name.split("-") for each in (tmp_path / "trials").iterdir()]
    candidates = [each for each in ran if int(each[0]) < CANDIDATES]
    whole = {each[0] for each in candidates if each[2] == "1.0"}
    folded = {each[0] for each in candidates if each[1] != "0"}
    assert len({each[0] for each in candidates}) == CANDIDATES
    assert len(whole) <= CANDIDATES // 2 + 1
    assert len(folded) <= 6


def test_more_folds_choose_better_than_the_dev_rows_alone(tmp_path: Path):
    """Regret over twenty draws is below that of taking the best on the dev rows."""
    accuracies = tuple(np.linspace(0.8, 0.9, CANDIDATES))
    ours, simple = [], []
    for seed in range(20):
        folder = tmp_path / str(seed)
        folder.mkdir()
        world = World(shares=(0.5, 0.5), accuracies=(*accuracies, *(0.8,) * BASELINES))
        drawn = draw(world, 600, np.random.default_rng(seed))
        dev = np.arange(120)
        right = [(each.labels[dev] == drawn.gold[dev]).mean() for each in drawn.predictions[:CANDIDATES]]
        ours.append(accuracies[race_of(drawn, pool=600, metric=ACCURACY, folder=folder, seed=seed)])
        simple.append(accuracies[int(np.argmax(right))])
    assert np.mean(ours) > np.mean(simple)
