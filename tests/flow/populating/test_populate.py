"""Of whom a population is trained in a race, how large it is, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from headstart import registry
from headstart.core.plan import Candidate, Cost, Step
from headstart.core.portion import Portion
from headstart.core.trial import Trial
from headstart.flow.adapting.closing import SLACK
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.populating.populate import populate
from headstart.flow.adapting.proposing import Proposing
from tests.flow.populating.pretending import PACE, session_in

KEPT_S = 30.0


def candidate(use="partial", **params):
    return Candidate(base="b", steps=(Step(use=use, params=params),), cost=Cost(seconds=9.0, peak_bytes=7.0))


def vary(planned, params):
    """What a fit costs by its passes, predicted a third too high; smoothing is of no use on this task."""
    seconds = 1.5 * (PACE.once_s + params.get("epochs", PACE.passes) * PACE.pass_s)
    steps = (Step(use=planned.steps[-1].use, params=dict(params)),)
    cost = Cost(seconds=seconds, peak_bytes=7.0)
    return replace(planned, steps=steps, cost=cost, blocked=bool(params.get("label_smoothing")))


def entrant(use="partial", epochs=PACE.passes, folds=3, **params):
    found = Entrant(candidate=candidate(use, **params))
    for fold in range(folds):
        found = found.with_trial(
            Trial(
                key=f"{use}{fold}", candidate=found.candidate, role="trial", status="done",
                portion=Portion(fold=fold, folds=folds), dev_score=0.8, chosen={"epochs": epochs},
                cost=Cost(seconds=PACE.whole_s, peak_bytes=5.0),
            )
        )  # fmt: skip
    return found


@dataclass(kw_only=True)
class Held:
    """A race at its last turn, in which a newcomer leads or does not."""

    session: Any
    entrants: list[Entrant]
    finalists: list[int]
    folds: int = 3
    shares: tuple[float, ...] = (1.0,)
    leads: bool = True
    said: list[str] = field(default_factory=list)
    population: list[Trial] = field(default_factory=list)
    challenged: list[Candidate] = field(default_factory=list)

    def kept_s(self, entrant):
        return KEPT_S

    def challenge(self, place):
        self.challenged.append(self.entrants[place].candidate)
        return self.leads


def held(place, *entrants, within_s=None, folds=3, leads=True, **settings):
    session = session_in(place, within_s=within_s, **settings)
    order = list(range(len(entrants)))
    return Held(session=session, entrants=list(entrants), finalists=order, folds=folds, leads=leads)


def proposing():
    return Proposing(search=registry.build("search", "population", {}), vary=vary, seed=3, sign=1.0)


def asked(race):
    return race.session.worker.asked


def test_without_a_deadline_it_is_whole_and_its_best_schedule_challenges_the_leader(tmp_path):
    race = held(tmp_path, entrant())
    populate(race, proposing())
    assert len(asked(race)) == len(race.population) == 8 * 4
    [newcomer] = race.challenged
    best = max((each for each in race.population if each.step == 4), key=lambda each: each.dev_score)
    assert newcomer.steps == best.candidate.steps
    assert newcomer.steps[-1].params["epochs"] == PACE.passes
    assert newcomer.cost.seconds > best.candidate.cost.seconds
    assert newcomer.variant == 1
    assert newcomer.label == "partial 2"
    assert "8 members of partial was trained in 4 steps" in race.said[0]
    assert "partial 2, leads on what the leader was judged by" in race.said[1]


def test_a_schedule_that_is_not_ahead_says_so(tmp_path):
    race = held(tmp_path, entrant(), leads=False)
    populate(race, proposing())
    assert "did not come out ahead" in race.said[-1]


def test_strategies_in_a_row_are_not_trained_as_a_population(tmp_path):
    found = entrant()
    steps = (Step(use="contrastive", params={}), *found.candidate.steps)
    race = held(tmp_path, replace(found, candidate=replace(found.candidate, steps=steps)))
    populate(race, proposing())
    assert race.population == []
    assert asked(race) == []


def test_the_first_member_has_the_settings_of_the_leader(tmp_path):
    planned, leader = entrant(epochs=4), entrant(rate_factor=2.5, frozen_blocks=-1)
    leader = replace(leader, candidate=replace(leader.candidate, variant=1))
    race = held(tmp_path, planned, leader)
    race.finalists = [1, 0]
    populate(race, proposing())
    params = [each["steps"][-1]["params"] for each in asked(race)[:8]]
    assert params[0]["rate_factor"] == 2.5
    assert params[0]["weight_decay"] == 0.01
    assert len({each["rate_factor"] for each in params}) == 8
    assert {each["frozen_blocks"] for each in params} == {-1}
    assert race.challenged[0].variant == 2


def test_what_was_set_or_can_not_be_made_here_is_not_searched(tmp_path):
    race = held(tmp_path, entrant(dropout=0.25))
    populate(race, proposing())
    params = [each["steps"][-1]["params"] for each in asked(race)]
    assert {each["dropout"] for each in params} == {0.25}
    assert not any("label_smoothing" in each for each in params)
    assert not any("dropout" in changed for each in params for _, changed in each.get("course", ()))


def test_members_are_judged_by_rows_of_their_own_and_in_time_by_the_dev_rows(tmp_path):
    shuffled, ordered = held(tmp_path / "a", entrant()), held(tmp_path / "b", entrant(folds=1), folds=1)
    for race in (shuffled, ordered):
        populate(race, proposing())
    [told] = {tuple(each["portion"].items()) for each in asked(shuffled)}
    judged = {each.portion for each in shuffled.entrants[0].trials}
    assert Portion(**dict(told)).whole
    assert Portion(**dict(told)) not in judged
    assert {tuple(each["portion"].items()) for each in asked(ordered)} == {
        tuple({"fold": 0, "folds": 1, "share": 1.0, "repeat": 0}.items())
    }


@pytest.mark.parametrize(("more_s", "trained"), [(-1.0, False), (1.0, True)])
def test_with_too_little_time_the_race_goes_on_without_and_says_what_it_takes(tmp_path, more_s, trained):
    # Four members in two steps, and then the schedule on the three folds of the leader.
    trained_s = SLACK * 4 * (2 * PACE.once_s + PACE.passes * PACE.pass_s)
    needed_s = trained_s + 3 * PACE.whole_s + KEPT_S
    race = held(tmp_path, entrant(), within_s=needed_s + more_s)
    populate(race, proposing())
    if trained:
        assert len(asked(race)) == 8
        assert len(race.challenged) == 1
        return
    assert asked(race) == []
    assert race.challenged == []
    assert race.said[0].startswith(
        "No population was trained: 4 members of partial in 2 steps take about 1 min 4 s, and 1 min 3 s"
    )


def test_who_learns_in_no_passes_makes_room_for_the_next_finalist(tmp_path):
    race = held(tmp_path, entrant("probe"), entrant("full"))
    populate(race, proposing())
    assert {each["steps"][-1]["use"] for each in asked(race)} == {"full"}


@pytest.mark.parametrize(
    "only",
    [entrant("probe"), entrant(epochs=1), entrant(patience=2), entrant(course=((0.5, {"dropout": 0.1}),))],
    ids=["no passes", "one pass", "patience", "a course of its own"],
)
def test_where_nothing_can_change_on_the_way_there_is_none_and_it_says_so(tmp_path, only):
    race = held(tmp_path, only)
    populate(race, proposing())
    assert asked(race) == []
    assert "no finalist learns in passes between which its settings may change" in race.said[0]


def test_a_run_that_goes_on_keeps_to_the_size_that_was_planned(tmp_path):
    first = held(tmp_path, entrant("partial"), entrant("full"), stops_after=10)
    with pytest.raises(KeyboardInterrupt):
        populate(first, proposing())
    whole_s = SLACK * 8 * (4 * PACE.once_s + PACE.passes * PACE.pass_s) + 3 * PACE.whole_s + KEPT_S
    again = held(tmp_path, entrant("partial"), entrant("full"), within_s=whole_s - 20.0)
    again.finalists = [1, 0]
    populate(again, proposing())
    assert len(asked(again)) == 32 - 10
    assert {each["steps"][-1]["use"] for each in asked(again)} == {"partial"}
    assert "in 4 steps" in again.said[0]


def test_when_nobody_was_better_than_the_leader_as_it_is_nothing_enters(tmp_path):
    # No rate scores better than this one.
    race = held(tmp_path, entrant(), entrant(rate_factor=2.0))
    race.finalists = [1, 0]
    populate(race, proposing())
    assert len(asked(race)) == 32
    assert race.challenged == []
    assert race.said[-1] == "No member did better than the settings of partial."
