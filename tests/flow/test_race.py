"""What becomes of a race where a fit fails, and where not all may ship."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.caps import Caps
from headstart.core.plan import Cost, Step
from headstart.flow.adapting.closing import comparing_s
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.field import Field
from headstart.flow.adapting.joining import Joining
from headstart.flow.adapting.judging import judge_on_folds
from headstart.flow.adapting.proposing import Proposing
from headstart.flow.adapting.race import NOTHING_ALLOWED, race
from headstart.flow.adapting.winning import winner_of
from headstart.planning.combined import combined_candidate
from tests.flow.racing import candidate, plan, session_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.plan import Candidate
    from headstart.flow.adapting.race import Raced

LIKE = {"probe": 0.8, "few_shot": 0.8, "contrastive": 0.8}
NAMED = ("few_shot", "contrastive")
POOLINGS = ("attention", "mean", "cls", "mix")


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

    monkeypatch.setattr("headstart.flow.adapting.winning.Joining.best", meet)
    assert winner_of(held) is not None
    assert {each.candidate.name for each in met} >= {"majority"}
    assert "previous" not in {each.candidate.name for each in met}


def test_what_stands_for_the_untouched_base_is_fitted_before_the_others_are_judged_further(tmp_path: Path):
    """Where strategies are named it is none of them, and searching on must not take its time."""
    planned = plan(*NAMED)
    session = session_in(tmp_path, right=LIKE)
    found = race(session, planned, candidate("probe"), folds=5, proposing=None)
    asked = session.worker.asked  # type: ignore[attr-defined]
    assert asked[:4] == [f"trial: {name} 0" for name in ("majority", *NAMED, "probe")]
    assert asked.count("trial: probe 0") == 1
    assert found.untouched is not None
    assert found.untouched.trial is not None
    assert "probe" not in {each.candidate.name for each in found.candidates}


def test_the_leader_of_the_folds_keeps_the_time_of_its_refit_though_another_was_first_on_dev(tmp_path: Path):
    session = session_in(tmp_path, right={"probe": 0.9, "full": 0.8})
    held = Field(session=session, plan=plan("probe", "full"), folds=5)
    held.halve(held.plan.candidates[0])
    quick, dear = held.entrants
    held.entrants[1] = replace(dear, trials=tuple(_taking(each, 500.0) for each in dear.trials))
    session.clock.within_s = 5000.0
    assert held.kept_s(quick) < 500.0
    held.finalists = [1, 0]
    assert held.kept_s(quick) > 500.0


def test_a_fit_leaves_the_time_that_comparing_takes_after_it(tmp_path: Path):
    session = session_in(tmp_path, right=LIKE, rows=3000)
    held = Field(session=session, plan=plan("probe", "few_shot"), folds=5)
    held.halve(held.plan.candidates[0])
    at_once = held.kept_s(held.entrants[1])
    session.metric = registry.build("metrics", "quadratic_kappa", {})
    one_by_one = held.kept_s(held.entrants[1])
    assert one_by_one - at_once > comparing_s(session, models=2, portions=2) > 0.3


def test_who_may_not_ship_keeps_no_time_for_a_refit(tmp_path: Path):
    session = session_in(
        tmp_path, right={"probe": 0.9}, row_ms={"probe": 9.0}, caps=Caps(row_ms=2.0), within_s=5000.0
    )
    held = Field(session=session, plan=plan("probe", "full"), folds=5)
    held.halve(None)
    slow, quick = held.entrants
    held.entrants[0] = replace(slow, trials=tuple(_taking(each, 500.0) for each in slow.trials))
    assert held.gone == {0}
    assert held.kept_s(quick) < 500.0


def _taking(trial: Any, seconds: float) -> Any:
    return replace(trial, cost=Cost(seconds=seconds, peak_bytes=1.0))


def test_a_share_of_the_rows_is_reported_beside_what_was_predicted_for_a_share(tmp_path: Path):
    found = raced(tmp_path, "probe", "few_shot", right=LIKE, rows=2400)
    predicted = {each.portion.share: each.candidate.cost.seconds for each in found.candidates[1].trials}
    assert predicted[1.0] == 1.0
    assert 0.4 < predicted[0.25] < 0.7


def joined_in(root: Path, monkeypatch: Any, *, within_s: float) -> tuple[Entrant | None, list[str]]:
    """A race whose winner is better together with one that takes long to fit."""
    session = session_in(root, right={"probe": 0.7, "few_shot": 0.7}, within_s=within_s)
    held = Field(session=session, plan=plan("probe", "few_shot"), folds=1)
    held.measure_baselines()
    held.halve(held.plan.candidates[0])
    judge_on_folds(held)
    dear = replace(held.entrants[1], trials=tuple(_taking(each, 100.0) for each in held.entrants[1].trials))

    def best(joining: Any, winner: Entrant, others: list[Entrant], *, reserve_s: float) -> Entrant:
        members = (held.entrants[0], dear)
        made = combined_candidate(
            {"use": "greedy_ensemble", "params": {}},
            [each.settled() for each in members],
            [0.5, 0.5],
            cost=Cost(seconds=2.0, peak_bytes=1.0),
        )
        trial = replace(dear.trials[0], key="joint", candidate=made)
        return Entrant(candidate=made, members=members, decision={}, trials=(trial,))

    monkeypatch.setattr("headstart.flow.adapting.winning.Joining.best", best)
    return winner_of(held), held.said


def test_a_combination_whose_members_can_not_be_refitted_gives_way_to_the_winner_alone(
    tmp_path: Path, monkeypatch: Any
):
    winner, said = joined_in(tmp_path / "short", monkeypatch, within_s=60.0)
    assert winner is not None
    assert not winner.members
    assert "no time to fit all its members again" in said[-1]
    winner, _ = joined_in(tmp_path / "long", monkeypatch, within_s=600.0)
    assert winner is not None
    assert winner.members
    # A process that goes on has less time, and its members may have been refitted.
    winner, _ = joined_in(tmp_path / "long", monkeypatch, within_s=60.0)
    assert winner is not None
    assert winner.members


def test_a_combination_that_turns_out_too_slow_to_ship_is_none(tmp_path: Path, monkeypatch: Any):
    """Its members' figures had led to expect less."""
    row_ms = {"probe": 1.0, "few_shot": 1.0, "contrastive": 9.0}
    session = session_in(tmp_path, right=LIKE, row_ms=row_ms, caps=Caps(row_ms=2.5))
    held = Field(session=session, plan=plan("probe", "few_shot"), folds=1)
    held.halve(held.plan.candidates[0])
    slow = session.fit(candidate("contrastive"), reserve_s=0.0)
    made = Entrant(candidate=slow.candidate, members=tuple(held.entrants), decision={}, trials=(slow,))
    monkeypatch.setattr(Joining, "_tried", lambda *_, **__: made)
    joining = Joining(session=session, evidence=held.evidence)
    assert joining.best(held.entrants[0], held.entrants[1:], reserve_s=0.0) is None


def test_a_newcomer_begins_no_rung_that_it_can_not_follow_by_the_last_one(tmp_path: Path):
    for more_s, expected in ((125.0, ["trial: few_shot 0"]), (175.0, ["trial: few_shot 0 of some"])):
        session = session_in(tmp_path / str(more_s), right={"probe": 0.7, "few_shot": 0.95}, rows=2400)
        held = Field(session=session, plan=plan("probe"), folds=1)
        held.halve(held.plan.candidates[0])
        held.finalists = [0]
        newcomer = Entrant(candidate=candidate("few_shot", seconds=100.0))
        held.entrants.append(newcomer)
        session.clock.within_s = 5000.0
        session.clock.within_s = session.clock.spent_s + held.kept_s(newcomer) + more_s
        held.challenge(1)
        asked = session.worker.asked  # type: ignore[attr-defined]
        assert [each for each in asked if "few_shot" in each][:1] == expected


def test_a_setting_that_there_is_no_time_for_does_not_end_the_search_for_others(tmp_path: Path):
    found = searched(tmp_path / "one", dear={"attention"})
    ended = {each.candidate.steps[-1].params.get("pooling"): each for each in found.candidates}
    assert ended["attention"].trials[-1].status == "skipped"
    assert {name for name, each in ended.items() if each.trial} == {None, *POOLINGS} - {"attention"}
    assert any("3 further settings of the leading strategy were tried" in each for each in found.selection)
    found = searched(tmp_path / "all", dear={*POOLINGS})
    assert len(found.candidates) == 4
    assert any("no time to try further settings" in each for each in found.selection)


def searched(root: Path, *, dear: set[str]) -> Raced:
    """A race with a search, in which some settings take far more time than there is."""

    def vary(planned: Candidate, params: Mapping[str, Any]) -> Candidate:
        seconds = 500.0 if params.get("pooling") in dear else 1.0
        step = Step(use=planned.steps[-1].use, params=params)
        return replace(planned, steps=(step,), cost=Cost(seconds=seconds, peak_bytes=1.0))

    settings = tuple({"pooling": each} for each in POOLINGS)
    search = registry.build("search", "portfolio", {"settings": settings})
    planned = plan("probe")
    return race(
        session_in(root, right={"probe": 0.9}, within_s=200.0),
        planned,
        planned.candidates[0],
        folds=1,
        proposing=Proposing(search=search, vary=vary, seed=0, sign=1.0),
    )
