"""What becomes of a race where a fit fails, and where not all may ship."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headstart.core.caps import Caps
from headstart.flow.adapting.field import Field
from headstart.flow.adapting.judging import judge_on_folds
from headstart.flow.adapting.race import NOTHING_ALLOWED, race
from tests.flow.racing import candidate, plan, session_in

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.race import Raced

LIKE = {"probe": 0.8, "few_shot": 0.8, "contrastive": 0.8}


def raced(root: Path, *names: str, folds: int = 5, **settings: Any) -> Raced:
    planned = plan(*names)
    return race(session_in(root, **settings), planned, planned.candidates[0], folds=folds, proposing=None)


def test_a_finalist_that_fails_on_a_fold_is_out_and_the_others_are_judged_on(tmp_path: Path):
    found = raced(tmp_path, *LIKE, right=LIKE, fails=lambda name, role, fold: (name, fold) == ("probe", 2))
    done = {each.candidate.name: len(each.done) for each in found.candidates}
    assert done["probe"] == 2
    assert max(done["few_shot"], done["contrastive"]) == 5
    assert found.winner is not None
    assert found.winner.candidate.name != "probe"
    assert not any("Time was up" in each for each in found.selection)


def test_a_fold_that_no_finalist_can_be_fitted_without_ends_the_judging_and_nobody_is_out(tmp_path: Path):
    found = raced(tmp_path, *LIKE, right=LIKE, fails=lambda name, role, fold: fold == 2)
    assert found.winner is not None
    assert len(found.winner.done) == 2
    assert any("No finalist could be judged on fold 3 of 5: no room" in each for each in found.selection)


def test_what_is_too_slow_to_ship_drives_nobody_out(tmp_path: Path):
    found = raced(
        tmp_path,
        "probe",
        "few_shot",
        "contrastive",
        right={"probe": 0.95, "few_shot": 0.95, "contrastive": 0.6},
        row_ms={"probe": 9.0, "few_shot": 9.0, "contrastive": 1.0},
        caps=Caps(row_ms=2.0),
    )
    assert found.winner is not None
    assert found.winner.candidate.name == "contrastive"
    # What stands for the untouched base is measured all the same.
    assert found.untouched is not None
    assert found.untouched.candidate.name == "probe"


def test_where_nothing_may_ship_that_is_said(tmp_path: Path):
    found = raced(tmp_path, *LIKE, right=LIKE, caps=Caps(row_ms=0.5))
    assert found.winner is None
    assert any(NOTHING_ALLOWED in each for each in found.selection)


def test_a_run_that_goes_on_takes_its_candidates_in_the_same_order(tmp_path: Path):
    """By then its own fits are part of what costs and scores are expected from."""
    asked = []
    for quality in ({"few_shot": (0.7, 0.9)}, {"contrastive": (0.7, 0.9)}):
        planned = plan(*LIKE)
        told = tuple(replace(each, quality=quality.get(each.name)) for each in planned.candidates)
        session = session_in(tmp_path, right=LIKE)
        held = Field(session=session, plan=replace(planned, candidates=told), folds=1)
        held.halve(told[0])
        asked.append([each.candidate.name for each in held.entrants])
        assert len(session.worker.asked) == (3 if len(asked) == 1 else 0)  # type: ignore[attr-defined]
    assert asked == [["probe", "few_shot", "contrastive"]] * 2


def test_what_comes_ready_joins_no_combination(tmp_path: Path, monkeypatch):
    """An earlier bundle may know the dev rows by heart."""
    session = session_in(tmp_path, right={"probe": 0.7, "few_shot": 0.7})
    held = Field(session=session, plan=plan("probe", "few_shot"), folds=1)
    held.measure_baselines()
    held.halve(held.plan.candidates[0])
    judge_on_folds(held)
    earlier = replace(held.baselines[0], candidate=candidate("previous"))
    held.baselines.append(earlier)
    met: list[Entrant] = []

    def meet(joining: Any, winner: Entrant, others: list[Entrant], *, reserve_s: float) -> None:
        met.extend(others)

    monkeypatch.setattr("headstart.flow.adapting.field.Joining.best", meet)
    assert held.winner() is not None
    assert {each.candidate.name for each in met} >= {"majority"}
    assert "previous" not in {each.candidate.name for each in met}
