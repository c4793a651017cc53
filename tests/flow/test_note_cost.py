"""Which fits the predictions of later runs learn from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from headstart.core.portion import Portion
from headstart.flow.adapting.expected import note_trials
from headstart.planning.history import FILE, CostHistory
from headstart.planning.scores import read_scores
from tests.flow.racing import candidate, session_in

if TYPE_CHECKING:
    from pathlib import Path


def noted(root: Path, *, predicted_s: float, portion: Portion | None = None, **settings: Any) -> list[Any]:
    """What a fit of a second leaves in the history."""
    session = session_in(root / "run", history=root, **settings)
    session.fit(candidate("full", seconds=predicted_s), reserve_s=0.0, portion=portion or Portion(folds=5))
    path = root / FILE
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_whole_fit_is_noted_once_however_often_the_run_goes_on(tmp_path: Path):
    for _ in range(2):
        (line,) = noted(tmp_path, predicted_s=4.0)
        assert (line["modelled"]["seconds"], line["actual"]["seconds"]) == (4.0, 1.0)


def test_a_fit_that_the_deadline_cut_short_does_not_make_the_next_prediction_lower(tmp_path: Path):
    assert noted(tmp_path, predicted_s=4.0, fraction=0.4) == []


def test_one_that_was_cut_short_and_took_longer_than_predicted_even_so_is_noted(tmp_path: Path):
    (line,) = noted(tmp_path, predicted_s=0.5, fraction=0.4)
    assert line["actual"]["seconds"] == 1.0


@pytest.mark.parametrize(
    "portion", [Portion(fold=1, folds=5), Portion(folds=5, share=0.25), Portion(folds=5, repeat=1)]
)
def test_other_rows_than_predictions_speak_of_are_not_noted(tmp_path: Path, portion: Portion):
    assert noted(tmp_path, predicted_s=4.0, portion=portion) == []


@pytest.mark.parametrize("starves", [True, False])
def test_one_that_died_is_noted_where_memory_was_short(tmp_path: Path, *, starves: bool):
    told = {"fails": lambda name, role, fold: True, "starves": starves}
    lines = noted(tmp_path, predicted_s=4.0, portion=Portion(folds=5, share=0.25), **told)
    assert [line["starved"] for line in lines] == [True] * starves
    here = CostHistory.read(tmp_path, session_in(tmp_path / "again").machine)
    assert dict(here.starved) == ({"full": 1.0} if starves else {})
    assert here.fits == ()


def test_nor_is_what_they_reached_taken_for_what_their_strategy_reaches(tmp_path: Path):
    for fraction in (0.4, 1.0):
        session = session_in(
            tmp_path / str(fraction), history=tmp_path, right={"full": 0.8}, fraction=fraction
        )
        trial = session.fit(candidate("full"), reserve_s=0.0, portion=Portion(folds=5))
        note_trials(session, [trial])
        found = read_scores(tmp_path, metric="accuracy")
        assert [each.judged for each in found] == [len(session.dataset.split.dev)] * (fraction == 1.0)
