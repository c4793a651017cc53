"""Settings that a search proposes in a race."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from headstart.config import settings
from headstart.core.plan import Candidate, Cost, Step
from headstart.core.portion import Portion
from headstart.core.search import Proposal, Tried
from headstart.core.trial import Trial
from headstart.errors import SettingError
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.proposing import MOST_BLOCKED, Proposing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.knob import Knob

PLANNED = Candidate(
    base="b", steps=(Step(use="partial", params={"epochs": 3}),), cost=Cost(seconds=1.0, peak_bytes=1.0)
)


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Proposes what it is given and remembers what it was told."""

    summary: ClassVar[str] = "for tests"
    proposals: tuple[Mapping[str, Any], ...]
    asked: list[tuple[Tried, ...]] = field(default_factory=list)
    spaces: list[tuple[str, ...]] = field(default_factory=list)

    def propose(self, space: Sequence[Knob], history: Sequence[Tried], *, seed: int) -> Proposal | None:
        self.asked.append(tuple(history))
        self.spaces.append(tuple(each.name for each in space))
        place = len(self.asked) - 1
        return Proposal(params=self.proposals[place]) if place < len(self.proposals) else None


def vary(candidate: Candidate, params: Mapping[str, Any]) -> Candidate:
    blocked = params.get("frozen_blocks") == 99
    return replace(candidate, steps=(Step(use="partial", params=dict(params)),), blocked=blocked)


def proposing(search: Listening, sign: float = 1.0) -> Proposing:
    return Proposing(search=search, vary=vary, seed=0, sign=sign)  # type: ignore[arg-type]


def ran(candidate: Candidate, *scores: tuple[float, float | None]) -> Entrant:
    entrant = Entrant(candidate=candidate)
    for share, score in scores:
        entrant = entrant.with_trial(
            Trial(
                key=str(share),
                candidate=candidate,
                role="trial",
                status="failed" if score is None else "done",
                portion=Portion(share=share),
                dev_score=score,
                cost=Cost(seconds=1.0, peak_bytes=1.0),
            )
        )
    return entrant


def test_what_a_person_has_set_is_kept_and_not_searched():
    search = Listening(proposals=({"frozen_blocks": 2},))
    found = proposing(search).after([ran(PLANNED, (1.0, 0.8))], PLANNED)
    assert found is not None
    assert found.steps[-1].params == {"epochs": 3, "frozen_blocks": 2}
    assert found.variant == 1
    assert found.label == "partial 2"
    assert "frozen_blocks" in search.spaces[0]
    assert "epochs" not in search.spaces[0]


def test_what_can_not_be_set_on_this_task_is_not_searched():
    def refused(candidate: Candidate, params: Mapping[str, Any]) -> Candidate:
        varied = vary(candidate, params)
        return replace(
            varied, blocked=params.get("label_smoothing", 0.0) > 0.0 or params.get("dropout") == 0.3
        )

    search = Listening(proposals=({"frozen_blocks": -2},))
    asking = Proposing(search=search, vary=refused, seed=0, sign=1.0)  # type: ignore[arg-type]
    assert asking.after([ran(PLANNED, (1.0, 0.8))], PLANNED) is not None
    assert "label_smoothing" not in search.spaces[0]
    # Of this, the end alone is out of question.
    assert "dropout" in search.spaces[0]


def test_the_search_hears_how_far_each_setting_came():
    search = Listening(proposals=({"frozen_blocks": 2},))
    dropped = replace(vary(PLANNED, {"epochs": 3, "frozen_blocks": 1}), variant=1)
    failed = replace(vary(PLANNED, {"epochs": 3, "frozen_blocks": 3}), variant=2)
    other = replace(PLANNED, steps=(Step(use="full"),))
    field = [ran(PLANNED, (0.25, 0.7), (1.0, 0.8)), ran(other, (1.0, 0.9)), ran(dropped, (0.25, 0.6))]
    found = proposing(search).after([*field, ran(failed, (0.25, None))], PLANNED)
    assert found is not None
    assert found.variant == 3
    told = search.asked[0]
    assert [dict(each.params) for each in told] == [{}, {"frozen_blocks": 1}, {"frozen_blocks": 3}]
    assert [each.fidelity for each in told] == [1.0, 0.25, 0.25]
    assert [each.score for each in told][:2] == [0.8, 0.6]
    assert told[2].score != told[2].score


def test_less_is_told_as_better_where_it_is():
    search = Listening(proposals=({},))
    proposing(search, sign=-1.0).after([ran(PLANNED, (1.0, 0.3))], PLANNED)
    assert search.asked[0][0].score == -0.3


def test_what_cannot_run_here_is_told_as_failed_and_asked_again():
    search = Listening(proposals=({"frozen_blocks": 99}, {"frozen_blocks": 1}))
    found = proposing(search).after([ran(PLANNED, (1.0, 0.8))], PLANNED)
    assert found is not None
    assert found.steps[-1].params["frozen_blocks"] == 1
    assert search.asked[1][-1].score != search.asked[1][-1].score
    hopeless = Listening(proposals=({"frozen_blocks": 99},) * (MOST_BLOCKED + 5))
    assert proposing(hopeless).after([ran(PLANNED, (1.0, 0.8))], PLANNED) is None
    assert len(hopeless.asked) == MOST_BLOCKED


def test_a_strategy_with_all_set_or_a_search_at_its_end_proposes_nothing():
    assert proposing(Listening(proposals=())).after([ran(PLANNED, (1.0, 0.8))], PLANNED) is None


@pytest.mark.parametrize("name", ["portfolio", "tpe", "cma-es", "random", "population", "none"])
def test_searches_can_be_named(name: str):
    assert settings({"search": name})[0].search == name.replace("-", "_")


def test_other_searches_are_refused():
    with pytest.raises(SettingError, match="did you mean 'portfolio'"):
        settings({"search": "portfolo"})
