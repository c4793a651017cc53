"""What the trials of a candidate come to."""

from __future__ import annotations

from dataclasses import replace

from headstart.core.plan import Candidate, Cost, Step
from headstart.core.portion import Portion
from headstart.core.trial import Trial
from headstart.flow.adapting.entrant import Entrant, settings

CANDIDATE = Candidate(
    base=None, steps=(Step(use="probe", params={"layer": 3}),), cost=Cost(seconds=20.0, peak_bytes=5.0)
)


def trial(portion: Portion, status: str = "done", **chosen: object) -> Trial:
    cost = Cost(seconds=8.0, peak_bytes=6.0)
    return Trial(
        key=str(portion), candidate=CANDIDATE, role="trial", status=status, portion=portion, cost=cost,
        dev_score=0.5, chosen=chosen,
    )  # fmt: skip


def test_numbers_are_the_folds_median_and_names_the_most_frequent():
    found = settings(
        [
            {"epochs": 3, "view": "mean", "strength": 0.1},
            {"epochs": 9, "view": "cls", "strength": 9.0},
            {"epochs": 5, "view": "mean", "strength": 0.3},
            {"epochs": 4, "view": "mean", "strength": 0.2},
        ]
    )
    assert found == {"epochs": 4, "view": "mean", "strength": 0.2}
    assert settings([]) == {}


def test_a_share_of_the_rows_is_no_evidence_of_the_whole():
    entrant = Entrant(candidate=CANDIDATE).with_trial(trial(Portion(folds=5, share=0.25)))
    assert entrant.trial is None
    assert entrant.done == ()
    assert entrant.seconds == 20.0
    entrant = entrant.with_trial(trial(Portion(folds=5))).with_trial(trial(Portion(fold=1, folds=5)))
    assert entrant.trial is not None
    assert len(entrant.done) == 2
    assert entrant.seconds == 8.0


def test_rows_that_were_parted_anew_say_nothing_of_its_rungs():
    entrant = Entrant(candidate=CANDIDATE).with_trial(trial(Portion(folds=5)))
    anew = replace(trial(Portion(folds=5, repeat=1)), dev_score=0.9)
    assert entrant.with_trial(anew).scores((1.0,), sign=1.0) == (0.5,)
    assert entrant.with_trial(anew).scores((0.25, 1.0), sign=-1.0)[1] == -0.5


def test_what_was_found_goes_beside_what_was_said():
    entrant = Entrant(candidate=CANDIDATE).with_trial(trial(Portion(), strength=0.25))
    assert entrant.settled().steps[-1].params == {"layer": 3, "strength": 0.25}


def test_the_reason_of_a_failure_is_kept():
    failed = trial(Portion(), status="failed")
    entrant = Entrant(candidate=CANDIDATE).with_trial(
        Trial(key="1", candidate=CANDIDATE, role="trial", status="failed", message="no room")
    )
    assert entrant.message == "no room"
    assert entrant.with_trial(failed).trial is None
