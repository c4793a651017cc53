"""The plain lines of a run."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from headstart.errors import OutOfTime
from headstart.flow.adapting.display import Display
from headstart.flow.adapting.watching.events import Dropped, Ended, Leading, Note, Planned
from headstart.flow.adapting.watching.lines import Lines
from headstart.flow.adapting.watching.watchers import Watchers
from headstart.planning.combined import combined_candidate
from tests.flow.watching.samples import candidate, fitted, trial

PROBE = candidate()
MEAN = combined_candidate({"use": "soup", "params": {}}, [PROBE] * 2, [0.5] * 2, cost=PROBE.cost)


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        ([Note(text="  note: [brackets] stay")], ["  note: [brackets] stay"]),
        (fitted(PROBE), ["trial: probe  2.9 s  (expected 3.0 s)"]),
        (fitted(PROBE, rung=2, fold=1), ["trial: probe, rung 2, fold 1  2.9 s  (expected 3.0 s)"]),
        (
            fitted(PROBE, status="failed", message="no memory"),
            ["trial: probe  failed after 2.9 s  (expected 3.0 s): no memory"],
        ),
        (
            [Ended(trial=trial(PROBE, status="skipped", message="no time"))],
            ["trial: probe  left out: no time"],
        ),
        ([Ended(trial=trial(PROBE), earlier=True)], []),
        (
            [Ended(trial=replace(trial(PROBE), role="member", step=2), rung=2)],
            ["member: probe, step 2  2.9 s  (expected 3.0 s)"],
        ),
        (
            [Ended(trial=replace(trial(MEAN), role="refit"))],
            ["refit: mean of 2 fits of probe  2.9 s  (expected 3.0 s)"],
        ),
        ([Dropped(candidate=PROBE, why="too slow")], ["dropped: probe  too slow"]),
        ([Planned(candidates=(PROBE,)), Leading(candidate=PROBE, score=1.0)], []),
    ],
)
def test_an_event_is_one_line_or_none(told, lines):
    file = io.StringIO()
    watcher = Lines(console=Console(file=file, width=60))
    for event in told:
        watcher.tell(event)
    assert file.getvalue().splitlines() == lines


def test_a_step_that_is_no_fit_says_what_it_took():
    file = io.StringIO()
    display = Display(watchers=Watchers(watchers=[Lines(console=Console(file=file, width=60))]))
    with display.step("check in a new process", 4.0) as progress:
        progress(0.5, "half way")
    display.say("done")
    said, done = file.getvalue().splitlines()
    assert said.startswith("check in a new process  0.0 s  (expected 4.0 s)")
    assert done == "done"


def test_a_step_that_ran_out_of_time_says_so():
    file = io.StringIO()
    display = Display(watchers=Watchers(watchers=[Lines(console=Console(file=file, width=60))]))
    with pytest.raises(OutOfTime), display.step("check in a new process", 4.0):
        raise OutOfTime("time was up")
    assert file.getvalue() == "check in a new process  out of time after 0.0 s  (expected 4.0 s)\n"
