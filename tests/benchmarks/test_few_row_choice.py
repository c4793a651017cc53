"""What rules of choice lose where the truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.few_row_choice import Case, chosen
from headstart.planning.quality import QualityModel
from tests.planning.test_quality import SPREAD, WANTED, scores

MODEL = QualityModel(spread=replace(SPREAD, pair=0.1), reached=scores())


def case(*, dev_rows: int, alike: float = 0.5, **truth: float) -> Case:
    fits = [replace(WANTED, strategy=name, score=score) for name, score in truth.items()]
    return Case(model=MODEL, fits=fits, dev_rows=dev_rows, alike=alike)


def lost(found: Case, draws: int = 200) -> dict[str, float]:
    return {name: float(each.mean()) for name, each in found.regrets(draws, seed=0).items()}


def test_what_is_known_saves_a_choice_on_few_rows_and_does_not_spoil_one_on_many():
    # `full` was better than `probe` on all of the sets that are known.
    few, many = (lost(case(dev_rows=rows, full=0.85, probe=0.8)) for rows in (8, 4000))
    assert few["both"] < few["best score"] / 2
    assert many["best score"] == many["both"] == 0.0
    other = lost(case(dev_rows=4000, full=0.8, probe=0.85))
    assert other["what is known alone"] > 0.04
    assert other["both"] == 0.0


def test_rows_are_answered_as_often_and_as_alike_as_told():
    found = case(dev_rows=20_000, alike=0.8, full=0.9, probe=0.7)
    right = found._right(np.random.default_rng(0))
    assert np.allclose(right.mean(axis=0), [0.9, 0.7], atol=0.01)
    assert np.corrcoef(right.T)[0, 1] > 0.3


def test_without_anything_known_scores_decide():
    right = np.array([[True, True], [True, False], [True, False], [True, True]] * 20)
    assert chosen(right, None) == 0
    assert chosen(right[:, ::-1], None) == 1
