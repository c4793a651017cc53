"""The race through its real selection, with drawn predictions in the place of fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.simulated_race import ADAPTATION, ALONE, BASELINES, CANDIDATES, select
from benchmarks.simulated_scores import ScoreWorld, draw_scores
from headstart import registry
from headstart.wording import WINNER

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.simulated_race import Selected

ACCURACY = registry.build("metrics", "accuracy", {})


def world(strengths: tuple[float, ...]) -> ScoreWorld:
    every = (*strengths, *(1.2,) * len(BASELINES))
    return ScoreWorld(shares=(0.5, 0.5), strengths=every, common=0.5, own=(0.5,) * len(every))


def raced(
    strengths: tuple[float, ...], folder: Path, *, pool: int = 1600, caps=ALONE, seed: int = 0
) -> Selected:
    folder.mkdir(exist_ok=True)
    drawn = draw_scores(world(strengths), pool, np.random.default_rng(seed))
    return select(drawn, pool=pool, metric=ACCURACY, folder=folder, seed=seed, caps=caps)


@pytest.mark.parametrize("best", [0, 7, CANDIDATES - 1])
def test_the_one_that_is_much_better_wins_wherever_it_enters(best: int, tmp_path: Path):
    strengths = [1.0] * CANDIDATES
    strengths[best] = 1.9
    selected = raced(tuple(strengths), tmp_path)
    assert [each.model for each in selected.voices[WINNER].parts] == [best]
    assert list(selected.voices) == [WINNER, *BASELINES]
    assert [selected.voices[name].parts[0].model - CANDIDATES for name in BASELINES] == [0, 1, 2]


def test_most_candidates_never_run_on_all_rows(tmp_path: Path):
    strengths = np.random.default_rng(0).permutation(np.linspace(0.5, 1.9, CANDIDATES))
    candidates = raced(tuple(strengths), tmp_path).raced.candidates
    assert len(candidates) == CANDIDATES
    assert sum(bool(each.done) for each in candidates) <= CANDIDATES // 2 + 1
    assert 2 <= sum(len(each.done) > 1 for each in candidates) <= 6


def test_more_folds_choose_better_than_the_dev_rows_alone(tmp_path: Path):
    """Regret over twenty draws is below that of taking the best on the dev rows."""
    strengths = tuple(np.linspace(1.1, 1.8, CANDIDATES))
    ours, simple = [], []
    for seed in range(20):
        selected = raced(strengths, tmp_path / str(seed), pool=400, seed=seed)
        ours.append(strengths[selected.voices[WINNER].parts[0].model])
        dev = [each.trial.dev_score for each in selected.raced.candidates]
        best = selected.raced.candidates[int(np.argmax(dev))]
        simple.append(strengths[int(best.candidate.base)])
    assert np.mean(ours) > np.mean(simple)


def test_what_is_better_together_wins_together_unless_it_is_too_dear(tmp_path: Path):
    """Models that err apart are much better together, and members are calibrated before they are mixed."""
    together = raced((1.5,) * CANDIDATES, tmp_path / "together", caps=None).voices[WINNER]
    assert len(together.parts) > 1
    assert sum(each.weight for each in together.parts) == pytest.approx(1.0)
    # All models are too sure by half.
    assert all(1.2 < each.temperature < 1.9 for each in together.parts)
    alone = raced((1.5,) * CANDIDATES, tmp_path / "alone", caps=ALONE).voices[WINNER]
    assert len(alone.parts) == 1


def test_the_strategies_it_borrows_ship_no_mean_of_their_fits():
    for name in (ADAPTATION, *BASELINES):
        assert not getattr(registry.build("strategies", name, {}), "averages", False)
