"""What a race makes of scores on few rows, from what such fits reached on other data."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart import registry
from headstart.core.plan import Candidate, Cost, Step
from headstart.flow.adapting.weighing import weighing
from headstart.planning.scores import Reached, note_score
from tests.contracts.small_data import small_rows, small_task

if TYPE_CHECKING:
    from pathlib import Path

SCORES, ROWS = np.array([0.5, 0.5]), 6
NOISE = np.diag(SCORES * (1 - SCORES) / ROWS)


def candidate(name: str, base: str | None = "embedded") -> Candidate:
    return Candidate(base=base, steps=(Step(use=name),), cost=Cost(seconds=1.0, peak_bytes=1.0))


def session(*, metric: str = "macro_f1", history: Path | None = None) -> Any:
    split = SimpleNamespace(task=small_task(), train=small_rows(60, seed=0))
    dataset = SimpleNamespace(split=split, sha256="this file")
    return SimpleNamespace(dataset=dataset, metric=registry.build("metrics", metric, {}), history=history)


def merits(run: Any, *candidates: Candidate) -> Any:
    worth = weighing(SCORES, NOISE, ROWS, session=run, candidates=candidates)
    return worth if worth is None else worth[0]


def test_of_equal_scores_on_six_rows_that_of_what_was_better_elsewhere_counts_more():
    probe, contrastive = merits(session(), candidate("probe"), candidate("contrastive"))
    assert contrastive > probe


def test_what_other_files_gave_counts_and_what_this_one_gave_before_does_not(tmp_path: Path):
    two = candidate("probe"), candidate("contrastive")
    plain = merits(session(), *two)
    told = {"strategy": "probe", "base": "embedded", "metric": "macro_f1", "rows": 60, "classes": 3}
    note_score(tmp_path, Reached(data="this file", score=0.99, **told))
    np.testing.assert_allclose(merits(session(history=tmp_path), *two), plain)
    note_score(tmp_path, Reached(data="another", score=0.99, **told))
    assert merits(session(history=tmp_path), *two)[0] > plain[0]


def test_what_few_rows_judged_elsewhere_hardly_counts(tmp_path: Path):
    two = candidate("probe"), candidate("contrastive")
    told = {"data": "another", "base": "embedded", "metric": "macro_f1", "rows": 60, "classes": 3}
    lead = {}
    for judged in (8, 80, 0):
        folder = tmp_path / str(judged)
        folder.mkdir()
        for name, score in (("probe", 0.9), ("contrastive", 0.5)):
            note_score(folder, Reached(strategy=name, score=score, judged=judged, **told))
        probe, contrastive = merits(session(history=folder), *two)
        lead[judged] = probe - contrastive
    probe, contrastive = merits(session(), *two)
    assert probe - contrastive < lead[8] < lead[80] < lead[0]
    assert lead[8] < 0 < lead[0]


def test_where_nothing_was_measured_scores_stand_alone():
    assert merits(session(metric="log_loss"), candidate("probe"), candidate("full")) is None
    assert merits(session(), candidate("probe", "another"), candidate("full", "another")) is None
