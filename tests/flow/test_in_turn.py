"""The order in which models meet the sealed rows, and what each has to leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from headstart.core.plan import Candidate, Cost, Step
from headstart.core.trial import Trial
from headstart.flow.adapting.in_turn import measured_in_turn
from headstart.flow.adapting.reserve import Reserve


def fit(name: str, seconds: float) -> Trial:
    candidate = Candidate(base=None, steps=(Step(use=name),), cost=Cost(seconds=seconds, peak_bytes=1e9))
    return Trial(key=name, candidate=candidate, role="refit", status="done", cost=candidate.cost)


FITTED = {
    "winner": fit("full", 40.0),
    "untouched_base": fit("probe", 3.0),
    "zero_shot": fit("zero_shot", 5.0),
    "tfidf": fit("tfidf", 2.0),
    "majority": fit("majority", 0.1),
}
BASELINES = ("majority", "tfidf", "zero_shot")


@dataclass
class Hurried:
    """A session whose tests take a second each, as long as there is time."""

    left_s: float
    asked: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    reserve: Any = field(default_factory=lambda: Reserve(import_s=3.0, test_rows=240))

    def test(self, trial: Trial, *, reserve_s: float) -> None:
        self.asked.append(trial.key)
        if self.left_s - reserve_s >= 1.0:
            self.left_s -= 1.0
            self.done.add(trial.key)

    def outcome(self, trial: Trial) -> dict[str, Any]:
        return {}

    def tested(self, trial: Trial) -> dict[str, Any]:
        return {"bytes": 1} if trial.key in self.done else {}


def hurried(left_s: float, fitted: dict[str, Trial] | None = None) -> tuple[Any, dict[str, Trial]]:
    session: Any = Hurried(left_s=left_s)
    return session, measured_in_turn(session, fitted or FITTED, baselines=BASELINES)


def test_baselines_come_first_the_quickest_before_the_others() -> None:
    session, found = hurried(60.0)
    assert session.asked == ["majority", "tfidf", "zero_shot", "full", "probe"]
    assert found == FITTED


def test_when_time_runs_out_a_baseline_is_there_and_time_to_pack() -> None:
    for left_s in (1.0, 2.0, 3.5, 4.5, 6.5):
        session, found = hurried(left_s)
        assert "majority" in found
        assert session.left_s >= min(left_s - 1.0, session.reserve.pack_s())
    assert "winner" not in hurried(3.5)[1]


def test_a_model_that_stands_for_two_names_is_tested_once() -> None:
    same = {**FITTED, "untouched_base": FITTED["winner"]}
    session, found = hurried(60.0, same)
    assert session.asked.count("full") == 1
    assert found["untouched_base"] is found["winner"]
