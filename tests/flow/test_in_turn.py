"""The order in which models meet the sealed rows, and what each has to leave."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from headstart.core.plan import Candidate, Cost, Step
from headstart.core.trial import Trial
from headstart.flow.adapting.in_turn import measured_in_turn
from headstart.flow.adapting.keep import write_last
from headstart.flow.adapting.reserve import Reserve
from headstart.flow.adapting.session import Session
from headstart.race.folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    reads: dict[str, str] = field(default_factory=dict)
    reserve: Any = field(default_factory=lambda: Reserve(import_s=3.0, test_rows=240))

    def test(self, trials: Sequence[Trial], *, reserve_s: float) -> None:
        keys = [each.key for each in trials]
        self.asked.append("+".join(keys))
        if self.left_s - reserve_s >= 1.0:
            self.left_s -= 1.0
            self.done.update(keys)

    def outcome(self, trial: Trial) -> dict[str, Any]:
        return {"reads": self.reads.get(trial.key)}

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


def test_models_that_read_alike_are_tested_at_once_in_the_turn_of_the_first() -> None:
    session = Hurried(left_s=60.0, reads={"zero_shot": "frozen", "probe": "frozen", "full": "its own"})
    found = measured_in_turn(cast("Any", session), FITTED, baselines=BASELINES)
    assert session.asked == ["majority", "tfidf", "zero_shot+probe", "full"]
    assert found == FITTED


def test_a_model_that_stands_for_two_names_is_tested_once() -> None:
    same = {**FITTED, "untouched_base": FITTED["winner"]}
    session, found = hurried(60.0, same)
    assert session.asked.count("full") == 1
    assert found["untouched_base"] is found["winner"]


def test_what_a_kill_tore_is_measured_again(tmp_path: Path) -> None:
    asked = list[str]()

    def run(job: str, request: dict[str, Any], **_: Any) -> Any:
        asked.append(*request["folders"])
        write_last({"bytes": 1, "row_ms": 0.5}, Path(request["folders"][0]) / "test.json")
        return SimpleNamespace(status="done")

    unused: Any = None
    stands_in: Any = SimpleNamespace(
        run=run, deadline=lambda reserve_s: reserve_s, step=lambda *_: nullcontext()
    )
    session = Session(
        folder=RunFolder(root=tmp_path),
        worker=stands_in,
        clock=stands_in,
        display=stands_in,
        machine=unused,
        dataset=unused,
        metric=unused,
        others={},
        seed=0,
        wish={},
        cache=None,
    )
    place = session.folder.trials / "full"
    place.mkdir(parents=True)
    for torn in ("", '{"bytes": 1, "ro'):
        (place / "test.json").write_text(torn)
        session.test([FITTED["winner"]], reserve_s=0.0)
        session.test([FITTED["winner"]], reserve_s=0.0)
        assert session.tested(FITTED["winner"]) == {"bytes": 1, "row_ms": 0.5}
    assert asked == [str(place)] * 2
