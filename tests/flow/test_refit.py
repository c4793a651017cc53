"""What is refitted in the time that is left, and what becomes of refits when a run was killed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.core.portion import Portion
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.refit import refit
from headstart.wording import WINNER
from tests.flow.racing import candidate, session_in

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.flow.adapting.session import Session


def entrants(session: Session, *, winner: str = "probe", folds: int = 1) -> dict[str, Entrant]:
    """A winner and a baseline with their trials, as a race leaves them or finds them again."""
    found = {}
    for name, use in ((WINNER, winner), ("majority", "majority")):
        entrant = Entrant(candidate=candidate(use))
        for fold in range(folds):
            portion = Portion(fold=fold, folds=5)
            entrant = entrant.with_trial(session.fit(entrant.candidate, reserve_s=0.0, portion=portion))
        found[name] = entrant
    return found


def roles(fitted: dict[str, Any]) -> dict[str, str]:
    return {name: trial.role for name, trial in fitted.items()}


def test_all_are_refitted_where_there_is_time(tmp_path: Path):
    session = session_in(tmp_path, within_s=300.0)
    found = refit(session, entrants(session))
    assert roles(dict(found.fitted)) == {WINNER: "refit", "majority": "refit"}
    assert found.notes == ()


def test_without_time_all_stand_as_they_were_tried_and_a_person_is_told(tmp_path: Path):
    session = session_in(tmp_path, within_s=8.0)
    found = refit(session, entrants(session))
    assert roles(dict(found.fitted)) == {WINNER: "trial", "majority": "trial"}
    assert "There was no time to fit anything again on train and dev rows" in found.notes[0]


def test_refits_that_a_killed_process_has_made_are_not_thrown_away(tmp_path: Path):
    first = session_in(tmp_path, within_s=300.0)
    before = refit(first, entrants(first))
    # By then hardly any time is left.
    again = session_in(tmp_path, within_s=8.0)
    found = refit(again, entrants(again))
    assert {name: each.key for name, each in found.fitted.items()} == {
        name: each.key for name, each in before.fitted.items()
    }
    assert again.worker.asked == []  # type: ignore[attr-defined]


def test_a_refit_that_fails_leaves_all_as_they_were_tried_and_says_so(tmp_path: Path):
    session = session_in(tmp_path, fails=lambda name, role, fold: (name, role) == ("probe", "refit"))
    found = refit(session, entrants(session))
    assert roles(dict(found.fitted)) == {WINNER: "trial", "majority": "trial"}
    assert "probe could not be fitted on train and dev rows (no room)" in found.notes[0]


def test_a_mean_of_fits_leaves_the_time_that_others_need_to_be_refitted(tmp_path: Path, monkeypatch):
    asked = []

    def mean(session: Session, entrant: Entrant, trial: Any, *, decision: Any, reserve_s: float) -> None:
        asked.append((entrant.candidate.name, reserve_s))

    monkeypatch.setattr("headstart.flow.adapting.refit.mean_of_fits", mean)
    session = session_in(tmp_path, within_s=300.0)
    refit(session, entrants(session, winner="partial"))
    (winner, with_others), (baseline, alone) = asked
    assert (winner, baseline) == ("partial", "majority")
    # A refit of a second, on a quarter more rows, with some slack.
    assert 1.25 < with_others - alone < 2.0
