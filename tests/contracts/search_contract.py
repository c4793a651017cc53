"""What every search promises; the test of a search inherits this class and names it."""

from __future__ import annotations

import copy
import json
import math
from dataclasses import FrozenInstanceError, asdict, is_dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pytest

from headstart import registry
from headstart.core.knob import Knob, knobs
from headstart.core.search import WAIT, Proposal, Tried
from headstart.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.search import Search

RATE = Knob(name="rate", default=1e-3, help="", low=1e-5, high=1e-1, log=True, live=True)
SHARE = Knob(name="share", default=0.1, help="", low=0.0, high=0.5, live=True)
DEPTH = Knob(name="depth", default=3, help="", low=1, high=6)
WIDTH = Knob(name="width", default=16, help="", low=4, high=256, log=True)
KIND = Knob(name="kind", default="b", help="", choices=("a", "b", "c"))
BY_RULE = Knob(name="by_rule", default=None, help="", low=1e-3, high=10.0, log=True)
MAYBE = Knob(name="maybe", default=None, help="", choices=(None, "x"))

MIXED = (RATE, SHARE, DEPTH, WIDTH, KIND, BY_RULE, MAYBE)
SMOOTH = (RATE, SHARE, BY_RULE)
FINITE = (KIND, replace(DEPTH, low=1, high=3))


def quality(params: Mapping[str, Any]) -> float:
    """Greatest, at 0, where the rate is 3e-3, the share 0.4 and what the rule chooses 0.05."""
    return -(
        abs(math.log10(params.get("rate", RATE.default) / 3e-3)) / 4
        + abs(params.get("share", SHARE.default) - 0.4) * 2
        + abs(math.log10((params.get("by_rule") or 1.0) / 0.05)) / 4
    )


def trained(proposal: Proposal, history: Sequence[Tried]) -> float:
    """What was learnt up to a trial: each part of a training adds its share of the quality."""
    start = None if proposal.parent is None else history[proposal.parent]
    before, done = (0.0, 0.0) if start is None else (start.fidelity, start.score or 0.0)
    return done + (proposal.fidelity - before) * quality(proposal.params)


def started(proposal: Proposal) -> Tried:
    return Tried(params=proposal.params, fidelity=proposal.fidelity, parent=proposal.parent)


def search_on(
    search: Search, space: Sequence[Knob], trials: int, *, seed: int = 0, score: Any = trained
) -> list[Tried]:
    """One trial after the other, until there are so many or nothing is left."""
    history: list[Tried] = []
    while len(history) < trials:
        proposal = search.propose(space, tuple(history), seed=seed)
        if proposal is None:
            break
        assert proposal is not WAIT, "it waits and nothing runs"
        history.append(replace(started(proposal), score=score(proposal, history)))
    return history


def side_by_side(
    search: Search, space: Sequence[Knob], trials: int, *, workers: int, seed: int
) -> list[Tried]:
    """Several trials at a time, which end in random order and sometimes fail."""
    history: list[Tried] = []
    running: list[tuple[int, Proposal]] = []
    rng = np.random.default_rng(seed)
    while True:
        proposal = search.propose(space, tuple(history), seed=seed) if len(history) < trials else None
        if isinstance(proposal, Proposal) and len(running) < workers:
            running.append((len(history), proposal))
            history.append(started(proposal))
            continue
        assert proposal is not WAIT or running, "it waits and nothing runs"
        if not running:
            return history
        index, ended = running.pop(int(rng.integers(len(running))))
        score = math.nan if rng.random() < 0.2 else trained(ended, history)
        history[index] = replace(history[index], score=score)


def cost(history: Sequence[Tried]) -> float:
    """Full trainings that a history took."""
    return sum(
        each.fidelity - (0.0 if each.parent is None else history[each.parent].fidelity) for each in history
    )


def best(history: Sequence[Tried]) -> float:
    """The best score of a training that went to its end."""
    return max(each.score or -math.inf for each in history if each.fidelity == 1.0)


def identity(trial: Tried | Proposal) -> tuple[Any, ...]:
    return (tuple(sorted(trial.params.items(), key=repr)), trial.parent, round(trial.fidelity, 9))


def assert_inside(proposal: Proposal, space: Sequence[Knob], history: Sequence[Tried]) -> None:
    """A proposal is one that can be run."""
    known = {each.name: each for each in space}
    assert set(proposal.params) <= set(known)
    for name, value in proposal.params.items():
        knob = known[name]
        if knob.choices:
            assert value in knob.choices
        else:
            assert type(value) is (int if knob.whole else float), (name, value)
            assert knob.low <= value <= knob.high, (name, value)
    assert 0.0 < proposal.fidelity <= 1.0
    if proposal.parent is not None:
        parent = history[proposal.parent]
        assert math.isfinite(parent.score)
        assert parent.fidelity < proposal.fidelity


class SearchContract:
    """Inherit it as `class TestRandom(SearchContract): name = "random"`.

    Attributes:
        name: the search's name.
        params: its settings in these tests.
        learns: whether it does better the more it has seen.
        exhausts: whether it tries each setting of a small space, once.
        given: proposals at the start that are the same whatever the seed.
        enough: trials after which it does better than chance.
        chances: seeds over which it does.
    """

    name: ClassVar[str]
    params: ClassVar[Mapping[str, Any]] = {}
    learns: ClassVar[bool] = True
    exhausts: ClassVar[bool] = True
    given: ClassVar[int] = 0
    enough: ClassVar[int] = 32
    chances: ClassVar[int] = 12

    trials: ClassVar[int] = 28

    @pytest.fixture
    def search(self) -> Search:
        return registry.build("search", self.name, self.params)

    def test_says_what_it_is(self, search):
        assert search.summary
        assert is_dataclass(search)
        assert all(each.help for each in knobs(type(search)))
        with pytest.raises(FrozenInstanceError):
            search.summary = "other"

    def test_equal_questions_get_equal_answers_and_are_left_as_they_are(self, search):
        history = side_by_side(search, MIXED, 14, workers=3, seed=1)
        asked = [*history, *(replace(each, score=None) for each in history[:2])]
        before = copy.deepcopy(asked)
        first = search.propose(MIXED, asked, seed=7)
        assert search.propose(MIXED, tuple(asked), seed=7) == first
        assert asked == before

    def test_the_seed_decides(self, search):
        ways = {
            tuple(map(identity, search_on(search, MIXED, self.given + 3, seed=seed))) for seed in range(3)
        }
        assert len(ways) == 3

    def test_it_goes_on_from_the_history_alone(self, search):
        whole = search_on(search, MIXED, 12, seed=3)
        written = json.loads(json.dumps(registry.spec(search)))
        again = registry.from_spec("search", written)
        for done in range(len(whole)):
            read = [Tried(**each) for each in json.loads(json.dumps([asdict(each) for each in whole[:done]]))]
            proposal = again.propose(MIXED, read, seed=3)
            assert identity(proposal) == identity(whole[done])

    @pytest.mark.parametrize("seed", range(3))
    def test_what_it_proposes_can_be_run(self, search, seed):
        history: list[Tried] = []
        for step in range(self.trials):
            proposal = search.propose(MIXED, history, seed=seed)
            if proposal is None:
                break
            assert_inside(proposal, MIXED, history)
            score = trained(proposal, history) if step % 5 else math.nan
            history.append(replace(started(proposal), score=score))
        assert len(history) > 6

    @pytest.mark.parametrize("workers", [2, 5])
    def test_trials_may_run_side_by_side_and_fail(self, search, workers):
        history = side_by_side(search, MIXED, self.trials, workers=workers, seed=workers)
        assert len(history) > 6
        assert len(set(map(identity, history))) == len(history)

    def test_nothing_is_proposed_twice(self, search):
        for score in (trained, lambda *_: 0.5, lambda *_: math.nan, lambda *_: math.inf):
            history = search_on(search, MIXED, self.trials, score=score)
            assert history
            assert len(set(map(identity, history))) == len(history)

    def test_nothing_but_the_order_of_scores_counts(self, search):
        plain = search_on(search, SMOOTH, 16)
        scaled = [replace(each, score=100.0 + 7.0 * each.score) for each in plain]
        for done in range(len(plain)):
            first, second = (search.propose(SMOOTH, each[:done], seed=0) for each in (plain, scaled))
            assert identity(first) == identity(second)

    def test_a_small_space_comes_to_an_end(self, search):
        history = search_on(search, FINITE, 400)
        assert len(history) < 400
        if self.exhausts:
            full = [{each.name: each.default for each in FINITE} | dict(each.params) for each in history]
            assert sorted((each["kind"], each["depth"]) for each in full) == [
                (kind, depth) for kind in "abc" for depth in (1, 2, 3)
            ]

    def test_a_small_space_comes_to_an_end_when_all_fails(self, search):
        assert len(search_on(search, FINITE, 400, score=lambda *_: math.nan)) < 400

    def test_without_knobs_there_is_the_default_and_no_more(self, search):
        history = search_on(search, (), 400)
        assert 1 <= len(history) < 400
        assert all(each.params == {} for each in history)
        assert sum(each.parent is None for each in history) == 1

    @pytest.mark.parametrize("knob", MIXED, ids=lambda knob: knob.name)
    def test_one_knob_is_enough(self, search, knob):
        history: list[Tried] = []
        for _ in range(10):
            proposal = search.propose((knob,), history, seed=0)
            if proposal is None:
                break
            assert_inside(proposal, (knob,), history)
            history.append(replace(started(proposal), score=0.1 * len(history)))
        assert history

    def test_a_range_of_one_value_is_no_trouble(self, search):
        fixed = (replace(RATE, low=1e-3, high=1e-3), replace(DEPTH, low=2, high=2), SHARE)
        for each in search_on(search, fixed, 12, score=lambda *_: 0.0):
            assert each.params.get("rate", 1e-3) == pytest.approx(1e-3)
            assert each.params.get("depth", 2) == 2

    def test_a_knob_without_a_range_is_refused_by_name(self, search):
        for fault in ({"low": None}, {"low": 2.0, "high": 1.0}, {"log": True, "low": 0.0}):
            with pytest.raises(SettingError, match="share can't be searched"):
                search.propose((RATE, replace(SHARE, **fault)), (), seed=0)

    def test_trials_of_others_are_no_trouble(self, search):
        foreign = (
            Tried(params={}, score=0.3),
            Tried(params={"rate": 1.0, "depth": 99, "kind": "z", "by_rule": None}, score=0.4),
            Tried(params={"rate": 2e-3, "other": "thing"}, score=0.2, fidelity=0.1),
            Tried(params={"share": 0.2}, fidelity=1.0),
            Tried(params={"share": 0.3}, score=math.nan),
        )
        history = [*foreign, *foreign]
        for _ in range(12):
            proposal = search.propose(MIXED, history, seed=0)
            assert_inside(proposal, MIXED, history)
            history.append(replace(started(proposal), score=trained(proposal, history)))

    def test_it_beats_chance_at_equal_cost(self, search):
        if not self.learns:
            return
        chance, gains = registry.build("search", "random", {}), []
        for seed in range(self.chances):
            history = search_on(search, SMOOTH, self.enough, seed=seed)
            spent = round(cost(history))
            gains.append(best(history) - best(search_on(chance, SMOOTH, spent, seed=seed)))
        assert np.mean(gains) > 2 * np.std(gains, ddof=1) / math.sqrt(len(gains))
