"""Where a run stands after each event."""

from __future__ import annotations

import pytest

from headstart.core.plan import Cost
from headstart.flow.adapting.watching.board import key
from headstart.flow.adapting.watching.events import Dropped, Ended, Leading, Planned, Started
from tests.flow.watching.samples import after, candidate, fitted, trial

PROBE, FULL = candidate("probe"), candidate("full", seconds=30.0)
PLANNED = Planned(candidates=(PROBE, FULL), metric="accuracy")


def test_a_fit_runs_and_is_done():
    started, progressed, ended = fitted(PROBE, score=0.9, seconds=2.5)
    board = after([PLANNED, started, progressed])
    assert board.work is not None
    assert (board.work.fraction, board.rows[key(PROBE)].state) == (0.5, "runs")
    board = after([PLANNED, started, progressed, ended])
    row = board.rows[key(PROBE)]
    assert board.work is None
    assert (row.state, row.score, row.actual_s, row.predicted_s) == ("done", 0.9, 2.5, 3.0)
    assert board.rows[key(FULL)].state == "waits"


def test_folds_of_a_rung_are_averaged_and_a_new_rung_begins_anew():
    first = [
        event
        for fold, score in ((1, 0.6), (2, 0.8))
        for event in fitted(PROBE, rung=1, fold=fold, score=score)
    ]
    row = after([PLANNED, *first]).rows[key(PROBE)]
    assert (row.score, row.rung, row.fits) == (0.7, 1, 2)
    row = after([PLANNED, *first, *fitted(PROBE, rung=2, fold=1, score=0.9)]).rows[key(PROBE)]
    assert (row.score, row.rung, row.fits) == (0.9, 2, 3)
    assert row.predicted_s == 9.0


def test_on_a_new_rung_the_score_of_the_last_one_stands_until_there_is_another():
    told = [PLANNED, *fitted(PROBE, rung=1, score=0.6), fitted(PROBE, rung=2)[0]]
    row = after(told).rows[key(PROBE)]
    assert (row.rung, row.scored, row.score) == (2, 1, 0.6)


def test_who_stands_on_a_higher_rung_ranks_before_a_better_score_on_a_lower_one():
    told = [PLANNED, *fitted(PROBE, rung=1, score=0.9), *fitted(FULL, rung=2, score=0.8)]
    assert [row.candidate for row in after(told).ranked] == [FULL, PROBE]


def test_a_smaller_loss_is_better():
    planned = Planned(candidates=(PROBE, FULL), metric="log_loss", greater_is_better=False)
    board = after([planned, *fitted(PROBE, score=0.5), *fitted(FULL, score=0.4)])
    assert board.ahead is not None
    assert board.ahead.candidate == FULL


def test_the_race_decides_who_is_ahead():
    told = [PLANNED, *fitted(PROBE, score=0.80), *fitted(FULL, score=0.81)]
    assert after(told).ahead == after(told).rows[key(FULL)]
    told.append(Leading(candidate=PROBE, score=0.80))
    assert after(told).ahead == after(told).rows[key(PROBE)]


def test_who_was_dropped_is_not_ahead():
    told = [
        PLANNED,
        *fitted(PROBE, score=0.8),
        *fitted(FULL, score=0.9),
        Dropped(candidate=FULL, why="too slow"),
    ]
    board = after(told)
    assert board.ahead == board.rows[key(PROBE)]
    assert (board.rows[key(FULL)].state, board.rows[key(FULL)].why) == ("dropped", "too slow")


def test_a_candidate_that_was_never_planned_gets_a_row():
    found = candidate("lora", rank=4)
    board = after([PLANNED, *fitted(found, score=0.85)])
    assert list(board.rows)[-1] == key(found)
    assert key(found) != key(candidate("lora", rank=8))


def test_what_can_not_be_run_is_left_out_from_the_start():
    blocked = candidate("full")
    blocked = type(blocked)(
        base=None, steps=blocked.steps, cost=Cost(seconds=0, peak_bytes=0), why="too few rows", blocked=True
    )
    row = after([Planned(candidates=(blocked,))]).rows[key(blocked)]
    assert (row.state, row.why) == ("skipped", "too few rows")


@pytest.mark.parametrize("role", ["refit", "member"])
def test_fits_beside_the_race_show_what_is_at_work_and_leave_it_as_it_was(role):
    told = [PLANNED, *fitted(PROBE, score=0.8)]
    before = after(told).rows
    again = Started(title=f"{role}: probe", candidate=candidate("probe", strength=1.0), role=role)
    assert after([*told, again]).rows == before
    refit = trial(again.candidate)
    board = after([*told, again, Ended(trial=type(refit)(**{**vars(refit), "role": role}))])
    assert (board.rows, board.work) == (before, None)


def test_what_an_earlier_process_did_is_there_too():
    row = after([PLANNED, Ended(trial=trial(PROBE), earlier=True)]).rows[key(PROBE)]
    assert (row.state, row.score, row.predicted_s, row.actual_s) == ("done", 0.8, 3.0, 2.9)
