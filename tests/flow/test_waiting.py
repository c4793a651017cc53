"""Which baselines wait where a strategy was asked for and time is short."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.core.plan import Cost
from headstart.flow.adapting.race import race
from tests.flow.racing import candidate, plan, session_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from headstart.core.plan import Candidate
    from headstart.flow.adapting.race import Raced


def late(root: Path, *, within_s: float, asked: bool = True) -> tuple[Raced, list[str]]:
    """A race of one strategy against two baselines, of which the second should take a while."""
    session = session_in(root, within_s=within_s, right={"probe": 0.9})
    planned = plan("probe")
    slow = candidate("zero_shot", seconds=8.0)
    planned = replace(planned, baselines=(slow, planned.baselines[0], candidate("tfidf", seconds=8.0)))
    found = race(session, planned, None, folds=1, proposing=None, asked=asked)
    return found, [each for each in session.worker.asked if each.startswith("trial")]


def test_a_baseline_waits_for_what_was_asked_for_where_both_can_not_come_first(tmp_path: Path):
    found, order = late(tmp_path / "asked", within_s=60.0)
    assert order == ["trial: zero_shot 0", "trial: majority 0", "trial: tfidf 0", "trial: probe 0"]
    found, order = late(tmp_path / "short", within_s=22.0)
    assert order[:3] == ["trial: zero_shot 0", "trial: majority 0", "trial: probe 0"]
    # In whatever order they were measured, they are told in that of the plan.
    assert list(found.baselines) == ["zero_shot", "majority", "tfidf"]
    assert found.winner is not None
    found, order = late(tmp_path / "not-asked", within_s=22.0, asked=False)
    assert order[2] != "trial: probe 0"


def test_a_baseline_waits_for_a_shorter_training_too(tmp_path: Path):
    """Where what was asked for only fits in with fewer epochs."""

    def order(folder: str, shorter: Callable[[Candidate], Sequence[Candidate]]) -> list[str]:
        session = session_in(tmp_path / folder, within_s=22.0, right={"probe": 0.9})
        baselines = (candidate("majority"), candidate("tfidf", seconds=8.0))
        planned = replace(plan(), baselines=baselines, candidates=(candidate("probe", seconds=40.0),))
        race(session, planned, None, folds=1, proposing=None, shorter=shorter, asked=True)
        return [each for each in session.worker.asked if each.startswith("trial")]

    assert order("whole", lambda _: ()) == ["trial: majority 0", "trial: tfidf 0"]
    found = order("shorter", lambda each: (replace(each, cost=Cost(seconds=1.0, peak_bytes=1.0)),))
    assert found[:2] == ["trial: majority 0", "trial: probe 0"]
