"""Members of a population: who goes on from whom, within the time, and after a kill."""

from __future__ import annotations

import json
import math

import pytest

from headstart import registry
from headstart.core.knob import Knob
from headstart.core.plan import Candidate, Cost, Step
from headstart.core.portion import Portion
from headstart.flow.adapting.populating.breed import MOST_FAILED, Breeding
from headstart.flow.adapting.populating.size import Size
from headstart.race.folder import CHECKPOINT
from tests.flow.populating.pretending import PACE, session_in

RATE = Knob(name="rate_factor", default=1.0, help="", low=0.25, high=4.0, log=True, live=True)
DROPOUT = Knob(name="dropout", default=0.0, help="", low=0.0, high=0.3, live=True)
OWN = {"rate_factor": 1.0, "dropout": 0.0}
SIZE = Size(members=4, steps=3)


def make(start, course):
    params = {"epochs": PACE.passes, **start, **({"course": course} if course else {})}
    cost = Cost(seconds=PACE.whole_s, peak_bytes=7.0)
    return Candidate(base="b", steps=(Step(use="partial", params=params),), cost=cost)


def breeding(place, *, reserve_s=0.0, sign=1.0, **settings):
    session = session_in(place, **settings)
    search = registry.build("search", "population", {"members": 4, "steps": 3, "first": OWN})
    return Breeding(
        session=session,
        search=search,
        space=(RATE, DROPOUT),
        make=make,
        size=SIZE,
        pace=PACE,
        portion=Portion(folds=5, repeat=2),
        sign=sign,
        reserve_s=reserve_s,
    )


def course_of(member):
    return member.trial.candidate.steps[-1].params.get("course", ())


def told(bred):
    return [
        (each.trial.key, each.trial.parent, each.trial.step, each.score, course_of(each))
        for each in bred.members
    ]


def test_all_members_make_all_steps_from_checkpoints_that_are_there(tmp_path):
    bred = breeding(tmp_path)
    bred.run()
    assert bred.ended == ""
    assert [each.trial.step for each in bred.members] == [1] * 4 + [2] * 4 + [3] * 4
    assert [each.trial.until for each in bred.members] == [1 / 3] * 4 + [2 / 3] * 4 + [1.0] * 4
    assert dict(bred.members[0].start) == OWN
    assert len({each.trial.key for each in bred.members}) == len(bred.members)
    for request, each in zip(bred.session.worker.asked, bred.members, strict=True):
        assert (request["parent"] is None) == (each.trial.step == 1)
        assert request["role"] == "member"
        assert each.trial.candidate.cost.seconds == PACE.step_s(2)


def test_the_worst_goes_on_from_a_better_one_and_its_course_says_from_when(tmp_path):
    bred = breeding(tmp_path)
    bred.run()
    by_key = {each.trial.key: each for each in bred.members}
    copies = 0
    for each in bred.members[4:]:
        parent = by_key[each.trial.parent]
        assert parent.trial.step == each.trial.step - 1
        assert dict(each.start) == dict(parent.start)
        if each.tried.params == parent.tried.params:
            assert course_of(each) == course_of(parent)
            continue
        copies += 1
        *before, (share, changed) = course_of(each)
        assert tuple(before) == course_of(parent)
        assert share == pytest.approx(parent.trial.until)
        assert changed
        assert {**parent.tried.params, **changed} == each.tried.params
        peers = [other for other in bred.members if other.trial.step == parent.trial.step]
        assert parent.score == max(other.score for other in peers)
    assert copies == bred.copies > 0
    assert bred.best.score == max(each.score for each in bred.members[8:])


def test_a_metric_of_which_less_is_better_is_turned(tmp_path):
    bred = breeding(tmp_path, sign=-1.0)
    bred.run()
    scores = [each.trial.dev_score for each in bred.members[8:]]
    assert bred.best.trial.dev_score == min(scores)


@pytest.mark.parametrize("stops_after", [0, 2, 4, 5, 11])
def test_what_was_interrupted_goes_on_where_it_stopped(tmp_path, stops_after):
    whole = breeding(tmp_path / "whole")
    whole.run()
    with pytest.raises(KeyboardInterrupt):
        breeding(tmp_path / "broken", stops_after=stops_after).run()
    again = breeding(tmp_path / "broken")
    again.run()
    assert told(again) == told(whole)
    assert len(again.session.worker.asked) == 12 - stops_after


def test_a_step_of_which_the_end_was_not_noted_is_made_again(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        breeding(tmp_path, stops_after=6).run()
    log = tmp_path / "log.jsonl"
    lines = log.read_text().splitlines()
    log.write_text("\n".join(lines[:-1]) + "\n")
    again = breeding(tmp_path)
    again.run()
    assert len(again.session.worker.asked) == 7
    assert again.ended == ""


def test_nothing_is_left_to_go_on_with_when_it_is_over(tmp_path):
    breeding(tmp_path).run()
    assert list(tmp_path.rglob(CHECKPOINT)) == []
    assert len(list(tmp_path.rglob("outcome.json"))) == 12


def test_no_more_than_two_generations_lie_on_the_disk(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        breeding(tmp_path, stops_after=11).run()
    assert len(list(tmp_path.rglob(CHECKPOINT))) == 7


@pytest.mark.parametrize("slow", [1.0, 1.5, 4.0])
def test_what_can_not_end_in_time_is_not_begun(tmp_path, slow):
    reserve_s, within_s = 20.0, 75.0
    bred = breeding(tmp_path, within_s=within_s, reserve_s=reserve_s, slow=slow)
    bred.run()
    worker = bred.session.worker
    assert "time was up in step" in bred.ended
    assert (len(worker.asked) - 1) * slow * PACE.step_s(2) + PACE.step_s(2) <= within_s - reserve_s
    whole_steps = len(bred.members) // 4
    assert bred.complete == whole_steps
    if whole_steps:
        assert bred.best.trial.step == whole_steps
    else:
        assert bred.best is None


def test_a_member_that_fails_is_replaced(tmp_path):
    bred = breeding(tmp_path, fails=frozenset({1, 6}))
    bred.run()
    assert bred.ended == ""
    done = [each for each in bred.members if not math.isnan(each.score)]
    assert [each.trial.step for each in done] == [1] * 4 + [2] * 4 + [3] * 4
    assert len(bred.members) == 14


def test_when_all_fails_it_ends_and_says_why(tmp_path):
    bred = breeding(tmp_path, fails=frozenset(range(100)))
    bred.run()
    assert len(bred.members) == MOST_FAILED
    assert "no room" in bred.ended
    assert bred.best is None


def test_the_log_says_which_step_was_made_and_from_where(tmp_path):
    bred = breeding(tmp_path)
    bred.run()
    records = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [each["role"] for each in records] == ["member"] * 12
    assert [each["step"] for each in records] == [1] * 4 + [2] * 4 + [3] * 4
    keys = {each["key"] for each in records}
    assert all(each["parent"] in keys for each in records[4:])
