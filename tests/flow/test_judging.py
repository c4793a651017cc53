"""Who of the finalists is judged on further folds where time is short."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from headstart.core.plan import Cost
from headstart.flow.adapting.field import Field
from headstart.flow.adapting.judging import OUT_OF_TIME, judge_on_folds
from tests.flow.racing import plan, session_in

if TYPE_CHECKING:
    from pathlib import Path

LIKE = {"probe": 0.8, "few_shot": 0.8, "contrastive": 0.8}


def field_with(root: Path, monkeypatch: pytest.MonkeyPatch, *, left_s: float) -> Field:
    """A field of three that are alike, each of whose fits takes a second."""
    planned = plan(*LIKE)
    held = Field(session=session_in(root, right=LIKE), plan=planned, folds=5)
    held.measure_baselines()
    held.halve(planned.candidates[0])
    monkeypatch.setattr(Field, "left_s", lambda self, entrant: left_s)
    judge_on_folds(held)
    return held


@pytest.mark.parametrize(("left_s", "judged"), [(10.0, 3), (2.5, 2)])
def test_as_many_are_judged_as_there_is_time_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_s: float, judged: int
) -> None:
    held = field_with(tmp_path, monkeypatch, left_s=left_s)
    assert sum(len(each.done) > 1 for each in held.entrants) == judged
    # Those that go on are compared on all that they have run.
    assert {len(held.entrants[place].done) for place in held.finalists} == {5}
    assert OUT_OF_TIME not in held.said
    assert len(held.baselines[0].done) == 5


def test_where_not_even_two_can_be_compared_none_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = field_with(tmp_path, monkeypatch, left_s=1.5)
    assert held.said == [OUT_OF_TIME]
    assert len(held.finalists) == 3
    assert {len(each.done) for each in held.entrants} == {1}


def test_where_the_most_promising_takes_too_long_the_quick_ones_do_not_drive_it_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = plan(*LIKE)
    held = Field(session=session_in(tmp_path, right=LIKE), plan=planned, folds=5)
    held.measure_baselines()
    held.halve(planned.candidates[0])
    ahead = held.ranked(len(LIKE))[0]
    dear = replace(held.entrants[ahead].trials[0], cost=Cost(seconds=50.0, peak_bytes=1.0))
    held.entrants[ahead] = replace(held.entrants[ahead], trials=(dear,))
    monkeypatch.setattr(Field, "left_s", lambda self, entrant: 40.0)
    judge_on_folds(held)
    assert held.said == [OUT_OF_TIME]
    assert held.finalists[0] == ahead
    assert {len(each.done) for each in held.entrants} == {1}


def test_what_an_earlier_process_judged_takes_no_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = field_with(tmp_path, monkeypatch, left_s=10.0)
    again = Field(session=first.session, plan=first.plan, folds=5)
    again.measure_baselines()
    again.halve(first.plan.candidates[0])
    monkeypatch.setattr(Field, "left_s", lambda self, entrant: 0.0)
    judge_on_folds(again)
    assert [len(each.done) for each in again.entrants] == [len(each.done) for each in first.entrants]
